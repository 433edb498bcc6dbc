// Regular expressions that ruin engines which try one way after another, on texts made for each:
// refused when the matcher is built, at their line, or as cheap as a harmless message of that size.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "building.h"

using namespace attune::intents;

namespace {

struct Evil {
  const char* pattern;
  const char* unit;  // what the message is made of
  const char* tail;  // what makes it fail at the end
};

// From the literature on ReDoS (OWASP's list and the lists of safe-regex, recheck and RE2's tests).
const Evil kEvil[] = {
    {"(a+)+b", "a", "!"},
    {"([a-z]+)*d1", "a", "!"},
    {"(a|aa)+b", "a", "c"},
    {"(a|a?)+b", "a", "c"},
    {"(.*a){20}b", "a", "c"},
    {"(a*)*(b*)*(c*)*d9", "abc ", "!"},
    {"(\\w+\\s?)*x9", "word ", "!"},
    {"(\\pL+ )*x9", "word ", "!"},
    {"(x+x+)+y", "x", "z"},
    {"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaab", "a", "c"},
    {"(you.*){8}never9", "you ", "!"},
    {"you.*you.*you.*you.*you.*never9", "you ", "!"},
    {"(you|you you|you you you)+ never9", "you ", "!"},
    {"([^ ]+ ){1,12}never9", "you ", "!"},
    {"(a.{0,40}){6}b9", "a ", "!"},
    {"a.{40}b9", "a", "!"},
    {"[ab]*a[ab]{14}c9", "ab", "!"},
    {"(0|[1-9][0-9]*)(\\.[0-9]+)*x9", "1.1", "!"},
    {"([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+", "a-", "!"},
    {"((a{1,9}){1,9}){1,9}b9", "a", "!"},
};

// What the loader must refuse, with the line it stands in.
const char* const kTooDear[] = {"\\pL{500}x", "a{1001}", "((a{1,100}){1,10}){1,10}", "(\\pL{30}){30}x",
                                "([^x]{1,40}){1,25}y"};

std::string made_of(const std::string& unit, const std::string& tail) {
  std::string text;
  while (text.size() + unit.size() + tail.size() <= 4'096) text += unit;
  return text + tail;
}

Intent holding(const std::string& pattern) {
  Intent intent;
  intent.name = "evil";
  intent.path = "en/evil.intents";
  intent.phrases = {{"/" + pattern + "/", {7, 3, 1}}};
  return intent;
}

double fastest(const Matcher& matcher, const std::string& message) {
  double best = 1e9;
  for (int i = 0; i < 9; ++i) {
    const auto start = std::chrono::steady_clock::now();
    (void)matcher.hear(message);
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

TEST_CASE("20 evil patterns on 4 KB made for them cost little more than on harmless words") {
  const std::string harmless = made_of("we came home late and nobody said a word. ", "");
  for (const Evil& evil : kEvil) {
    INFO(evil.pattern);
    const auto built = Matcher::build({holding(evil.pattern)});
    if (!built.matcher) {
      CHECK(built.diagnostics.front().place.line == 7);
      continue;
    }
    const double plain = fastest(*built.matcher, harmless);
    const double hostile = fastest(*built.matcher, made_of(evil.unit, evil.tail));
    INFO(hostile / plain);
    CHECK(hostile < 5 * plain);
  }
}

TEST_CASE("patterns that are too dear are refused at their line") {
  for (const char* pattern : kTooDear) {
    INFO(pattern);
    const auto built = Matcher::build({holding(pattern)});
    CHECK_FALSE(built.matcher);
    REQUIRE_FALSE(built.diagnostics.empty());
    CHECK(built.diagnostics.front().place.line == 7);
    CHECK(built.diagnostics.front().path == "en/evil.intents");
    CHECK(built.diagnostics.front().code == "AT167");
  }
}
