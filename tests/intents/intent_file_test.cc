#include "intents/intent_file.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "building.h"
#include "dialogs/language/definitions.h"
#include "intents/pattern.h"

using namespace attune::intents;
using building::codes;

namespace {

attune::dialogs::Diagnostics mistakes(const std::string& text) {
  ParsedIntents parsed = parse_intents({"t.intents", text});
  auto all = parsed.diagnostics;
  if (!attune::dialogs::has_errors(all)) {
    const auto built = Matcher::build(std::move(parsed.intents));
    all.insert(all.end(), built.diagnostics.begin(), built.diagnostics.end());
  }
  return all;
}

}  // namespace

TEST_CASE("everything that an intent can have is read, with its place") {
  const ParsedIntents parsed = parse_intents({"t.intents",
                                              "// a comment\n"
                                              "intent advice\n"
                                              "  about: tells what to do\n"
                                              "  scope: message\n"
                                              "  at most 12 words\n"
                                              "  you should\n"
                                              "  except\n"
                                              "    // another\n"
                                              "    make sure i\n"
                                              "  yes You should go.\n"
                                              "  no Make sure I should.\n"
                                              "\n"
                                              "intent stop\n"
                                              "  command\n"
                                              "  stop [it]\n"
                                              "  yes stop\n"});
  CHECK(parsed.diagnostics.empty());
  REQUIRE(parsed.intents.size() == 2);
  const Intent& advice = parsed.intents[0];
  CHECK(advice.name == "advice");
  CHECK(advice.about == "tells what to do");
  CHECK(advice.path == "t.intents");
  CHECK(advice.scope == Scope::kMessage);
  CHECK(advice.at_most_words == 12);
  REQUIRE(advice.phrases.size() == 1);
  CHECK(advice.phrases[0].text == "you should");
  CHECK(advice.phrases[0].place.line == 6);
  CHECK(advice.phrases[0].place.column == 3);
  CHECK(advice.phrases[0].place.length == 10);
  REQUIRE(advice.except.size() == 1);
  CHECK(advice.except[0].place.line == 9);
  REQUIRE(advice.examples.size() == 2);
  CHECK(advice.examples[0].yes);
  CHECK(advice.examples[0].text == "You should go.");
  CHECK_FALSE(advice.examples[1].yes);
  CHECK(parsed.intents[1].kind == attune::dialogs::IntentKind::kCommand);
}

TEST_CASE("the first line makes every intent of a file a safety intent") {
  const auto kind = [](const std::string& first) {
    return building::parse(first + "intent x\n  help me\n  yes help me\n")[0].kind;
  };
  CHECK(kind("safety: hard\n") == attune::dialogs::IntentKind::kSafetyHard);
  CHECK(kind("// words\n\nsafety: soft\n") == attune::dialogs::IntentKind::kSafetySoft);
  CHECK(kind("") == attune::dialogs::IntentKind::kPlain);
  CHECK(codes(mistakes("intent x\n  a b\n  yes a b\nsafety: hard\n")) ==
        std::vector<std::string>{"AT154"});
}

TEST_CASE("every mistake of a file is reported at its line, not only the first") {
  const auto found = mistakes(
      "you\n"
      "intent Bad Name\n"
      "  late\n"
      "  yes late\n"
      "intent late\n"
      "\tlate\n"
      "  scope: page\n"
      "  at most many words\n"
      "  late\n"
      "  yes late\n");
  std::vector<int> lines;
  for (const auto& one : found) lines.push_back(one.place.line);
  CHECK(codes(found) == std::vector<std::string>{"AT150", "AT151", "AT153", "AT155", "AT156"});
  CHECK(lines == std::vector<int>{1, 2, 6, 7, 8});
}

TEST_CASE("a mistake inside a phrase is pointed at") {
  const auto found = mistakes("intent late\n  you (are late\n  yes You are late.\n");
  REQUIRE(codes(found) == std::vector<std::string>{"AT158"});
  CHECK(found[0].place.line == 2);
  CHECK(found[0].place.column == 7);
}

TEST_CASE("two files may not have one intent") {
  auto all = building::parse("intent late\n  late\n  yes late\n", "a.intents");
  for (auto& one : building::parse("intent late\n  too late\n  yes too late\n", "b.intents")) {
    all.push_back(one);
  }
  const auto built = Matcher::build(all);
  CHECK(built.matcher == nullptr);
  CHECK(codes(built.diagnostics) == std::vector<std::string>{"AT152"});
  CHECK(built.diagnostics[0].path == "b.intents");
}

TEST_CASE("files that are no text") {
  CHECK(codes(mistakes("intent x\n  \xFF\xFE\n")) == std::vector<std::string>{"AT178"});
  CHECK(codes(mistakes(std::string((1 << 20) + 1, 'a'))) == std::vector<std::string>{"AT178"});
  CHECK(mistakes("").empty());
  CHECK(mistakes("\xEF\xBB\xBFintent x\r\n  late\r\n  yes late\r\n").empty());
}

TEST_CASE("any text gives diagnostics, never worse") {
  const std::string pieces[] = {"intent a\n",
                                "  ",
                                "(",
                                ")",
                                "[",
                                "]",
                                "|",
                                "...",
                                "*",
                                "<",
                                ">",
                                "/",
                                "\n",
                                "  yes ",
                                "  no ",
                                "  except\n    ",
                                "word ",
                                "safety: hard\n",
                                "?",
                                "  command\n",
                                "  at most 3 words\n",
                                "\\",
                                "{",
                                "\t"};
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text = "intent a\n  ";
    for (std::size_t i = random() % 20; i > 0; --i) text += pieces[random() % std::size(pieces)];
    mistakes(text + "\n");
  }
}
