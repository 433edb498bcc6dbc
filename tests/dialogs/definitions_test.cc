// Each diagnostic's page holds a script that gets it and the same script mended; both are tried
// here, in the smallest library that passes the check.
#include "dialogs/language/definitions.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "definition_examples.h"
#include "dialogs/play/play.h"
#include "serialised.h"

using namespace attune::dialogs;

namespace {

// What an example on a page cannot hold, or would fill it.
const std::set<std::string_view> kWithoutExample = {"AT001", "AT003", "AT004", "AT043"};

bool has(const Diagnostics& list, std::string_view code) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Diagnostic& one) { return one.code == code; });
}

// At a line of the example that is not blank.
bool stands_in(const Diagnostic& one, const small::Files& files) {
  const auto file = files.find(one.path);
  if (file == files.end()) return false;
  std::istringstream lines(file->second);
  std::string line;
  for (int number = 0; number < one.place.line; ++number) {
    if (!std::getline(lines, line)) return false;
  }
  return !line.empty();
}

}  // namespace

TEST_CASE("every example of the parser is refused, and its mended one is not",
          "[dialogs][definitions]") {
  std::set<std::string> tried;
  for (const small::Examples& one : small::all_examples()) {
    if (one.code >= "AT050") continue;
    tried.insert(one.code);
    INFO(one.code);
    const Diagnostics refused = small::load_with(one.refused).diagnostics;
    INFO("refused:\n" << small::told(refused, one.refused));
    CHECK(has(refused, one.code));
    for (const Diagnostic& found : refused) {
      if (found.code != one.code) continue;
      CHECK(found.severity == find_definition(one.code)->severity);
      CHECK(stands_in(found, one.refused));
    }
    const Diagnostics mended = small::load_with(one.mended).diagnostics;
    INFO("mended:\n" << small::told(mended, one.mended));
    CHECK_FALSE(has(mended, one.code));
    CHECK_FALSE(has_errors(mended));
  }
  for (const Definition* definition : definitions()) {
    if (definition->code >= "AT050") continue;
    INFO(definition->file);
    CHECK(tried.count(std::string(definition->code)) + kWithoutExample.count(definition->code) ==
          1);
  }
}

TEST_CASE("a parser's example gets its own code and no other error", "[dialogs][definitions]") {
  for (const small::Examples& one : small::all_examples()) {
    if (one.code >= "AT050") continue;
    INFO(one.code);
    for (const auto& [path, text] : one.refused) {
      const Diagnostics list = parse({path, text}).diagnostics;
      INFO(small::told(list, one.refused));
      CHECK_FALSE(list.empty());
      for (const Diagnostic& found : list) CHECK(found.code == one.code);
    }
  }
}

namespace {

// What is told of the plays among these files, on the small library with the scripts among them.
Diagnostics told_of_plays(const small::Files& files) {
  small::Files scripts;
  for (const auto& [path, text] : files) {
    if (path.find(".talk") != std::string::npos) scripts[path] = text;
  }
  const Loaded loaded = small::load_with(scripts);
  REQUIRE(loaded.library);
  Diagnostics all;
  for (const auto& [path, text] : files) {
    if (path.find(".play") == std::string::npos) continue;
    const ParsedPlays parsed = parse_plays({path, text});
    all.insert(all.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    for (const Play& play : parsed.plays) {
      const Diagnostics found = check_play(play, *loaded.library);
      all.insert(all.end(), found.begin(), found.end());
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every example of a play is told, and its mended one is clean",
          "[dialogs][definitions]") {
  std::size_t tried = 0;
  for (const small::Examples& one : small::all_examples()) {
    if (one.code < "AT190" || one.code >= "AT200") continue;
    ++tried;
    INFO(one.code);
    const Diagnostics refused = told_of_plays(one.refused);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].code == one.code);
    CHECK(stands_in(refused[0], one.refused));
    CHECK(told_of_plays(one.mended).empty());
  }
  CHECK(tried == 4);
}

TEST_CASE("every example of a translation is told, and its mended one is clean",
          "[dialogs][definitions]") {
  std::size_t tried = 0;
  for (const small::Examples& one : small::all_examples()) {
    if (one.code < "AT200") continue;
    ++tried;
    INFO(one.code);
    const auto told = [](const small::Files& files) {
      small::Files whole;
      for (const auto& [path, text] : files) whole[path] = small::with_header(path, text);
      Diagnostics list = small::load_with(whole).diagnostics;
      std::erase_if(list, [](const Diagnostic& found) { return found.path != "po/es.po"; });
      return list;
    };
    const Diagnostics refused = told(one.refused);
    REQUIRE_FALSE(refused.empty());
    CHECK(std::any_of(refused.begin(), refused.end(),
                      [&](const Diagnostic& found) { return found.code == one.code; }));
    CHECK(told(one.mended).empty());
  }
  CHECK(tried == 8);
}

TEST_CASE("codes that no page can show", "[dialogs][definitions]") {
  CHECK(mistakes(std::string(1'000'001, '\n')) == "1:1 AT001");
  CHECK(mistakes("== start\nBot: \xFF\n") == "2:6 AT003");
  CHECK(mistakes("== start\nBot: \x01\n") == "2:6 AT004");
  std::string many = "== start\n";
  for (int i = 0; i < 1500; ++i) many += "nonsense\n\n";
  CHECK(parse({"x.talk", many}).diagnostics.back().code == "AT043");
}

TEST_CASE("the table: codes in order, each found by its code", "[dialogs][definitions]") {
  std::string_view last;
  for (const Definition* definition : definitions()) {
    CHECK(last < definition->code);
    last = definition->code;
    CHECK(find_definition(definition->code) == definition);
    CHECK_FALSE(definition->message.empty());
  }
  CHECK(find_definition("AT999") == nullptr);
  CHECK(find_definition("AT007") == &diagnostics::kUnknownStep);
}

TEST_CASE("the smallest library passes", "[dialogs][definitions]") {
  const Loaded loaded = small::load_with({});
  INFO(small::told(loaded.diagnostics, small::files()));
  CHECK(loaded.library != nullptr);
}
