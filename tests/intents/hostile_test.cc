// Regular expressions that ruin engines which try one way after another, on texts made for each:
// refused when the matcher is built, at their line, or as cheap as a harmless message of that size.
#include <time.h>

#include <algorithm>
#include <random>
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
    {"([ab]{1,8} ?){4}c9", "ab ", "!"},
    {"(a ?){0,40}b9", "a ", "!"},
    {"[ab]*a[ab]{14}c9", "ab", "!"},
    {"(0|[1-9][0-9]*)(\\.[0-9]+)*x9", "1.1", "!"},
    {"([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+", "a-", "!"},
    {"((a{1,9}){1,9}){1,9}b9", "a", "!"},
};

// What the loader must refuse, with the line it stands in.
const char* const kTooDear[] = {
    "\\pL{500}x",          "a{1001}",  "((a{1,100}){1,10}){1,10}", "(\\pL{30}){30}x",
    "([^x]{1,40}){1,25}y", "a.{40}b9", "[ab]*a[ab]{300}c9",        "(a.{0,40}){6}b9"};

// Over and over, up to 4 KB.
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

// Seconds of this thread's own time, the middle of 15 messages, each of them new: what RE2 has
// learnt from one must not pay for the next.
template <class Text>
double cost(const Matcher& matcher, const Text& text) {
  const auto now = [] {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
  };
  std::vector<double> took;
  for (unsigned i = 0; i < 15; ++i) {
    const std::string message = text(i);
    const double start = now();
    (void)matcher.hear(message);
    took.push_back(now() - start);
  }
  std::nth_element(took.begin(), took.begin() + 7, took.end());
  return took[7];
}

std::string at_random(const std::string& letters, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < 4'095) text += letters[random() % letters.size()];
  return text + "!";
}

std::string harmless(unsigned seed) {
  return made_of("we came home late and nobody said word " + std::to_string(seed) + ". ", "");
}

}  // namespace

TEST_CASE("20 evil patterns on 4 KB made for them cost little more than on harmless words") {
  for (const Evil& evil : kEvil) {
    INFO(evil.pattern);
    const auto built = Matcher::build({holding(evil.pattern)});
    if (!built.matcher) {
      CHECK(built.diagnostics.front().place.line == 7);
      continue;
    }
    const double plain = cost(*built.matcher, harmless);
    const double hostile =
        cost(*built.matcher, [&](unsigned) { return made_of(evil.unit, evil.tail); });
    INFO(hostile / plain);
    CHECK(hostile < 8 * plain);
  }
}

TEST_CASE("the dearest patterns that are let in cost at most their size for each letter") {
  // Every letter decides something that matters a hundred letters later, so no state comes twice
  // and RE2 gives up its tables: the worst there is, with messages that never repeat.
  const auto built =
      Matcher::build({holding("[ab]*a[ab]{200}c9"), [] {
                        Intent gaps;
                        gaps.name = "gaps";
                        gaps.phrases = {{"a ... a ... a ... a ... a ... a ... a ... b9", {}}};
                        return gaps;
                      }()});
  REQUIRE(built.matcher);
  const double plain = cost(*built.matcher, harmless);
  const double letters = cost(*built.matcher, [](unsigned seed) { return at_random("ab", seed); });
  const double words = cost(*built.matcher, [](unsigned seed) { return at_random("a b ", seed); });
  INFO(letters / plain << " " << words / plain);
  CHECK(letters < 250 * plain);
  CHECK(words < 250 * plain);
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
