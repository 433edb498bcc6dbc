// Plays: what they accept, and that a wrong one fails at its line with what came instead.
#include "dialogs/play/play.h"

#include <catch2/catch.hpp>

#include "dialogs/play/learn.h"
#include "tests/bot/small_edition.h"

namespace attune::bot {
namespace {

dialogs::PlayResult run(const std::string& text) {
  static const auto edition = testing::edition_with({{"dialogs/try/count.talk", testing::kCounting}});
  const auto parsed = dialogs::parse_plays({"try/count.play", text});
  INFO((parsed.diagnostics.empty() ? "" : parsed.diagnostics[0].message));
  REQUIRE(parsed.diagnostics.empty());
  REQUIRE(parsed.plays.size() == 1);
  return dialogs::run_play(parsed.plays[0], *edition->library, [](std::string_view words, const std::string& language) { return edition->hear(words, language); });
}

const std::string kBegin = "play \"counts\"\n  > start try/count\n";

TEST_CASE("a play passes by words, by gaps, by id, and asserts what holds", "[play]") {
  const auto result = run(kBegin + "  Bot: Begin.\n  Bot: #count02\n  You: stone\n  Bot: That was ... number 1.\n  = times is 1\n  = word is set\n  ~ 24 hours\n  You: river\n  Bot: ... number 2. #count03\n");
  INFO(result.expected << " / " << result.came);
  CHECK(result.passed);
  CHECK(result.touched.count("try/count#count03") == 1);
}

TEST_CASE("what is remembered before a play begins stands in quotes or not", "[play]") {
  const auto edition = testing::edition_with({{"dialogs/try/named.talk", "title: n\n\n== start\nif my.promise is set\n  Bot: {my.promise} #named01\nend completed\n"}});
  for (const std::string name : {"Robin Smith", "\"Robin Smith\"", "“Robin Smith”"}) {
    const auto parsed = dialogs::parse_plays({"try/named.play", "play \"n\"\n  > my.promise = " + name + "\n  > start try/named\n  Bot: Robin Smith #named01\n"});
    REQUIRE(parsed.diagnostics.empty());
    const auto result = dialogs::run_play(parsed.plays[0], *edition->library, [&](std::string_view words, const std::string& language) { return edition->hear(words, language); });
    INFO(name << ": " << result.came);
    CHECK(result.passed);
  }
}

TEST_CASE("yes and no are answered by their numbers, alone", "[play]") {
  const auto edition = testing::edition_with({{"dialogs/try/asks.talk", "title: n\n\nslots\n  ready: yes/no\n\n== start\nask ready\n  Bot: Are you ready? #asks01\nif ready is yes\n  Bot: Yes. #asks02\n  end completed\nBot: No. #asks03\nend completed\n"}});
  const auto answered = [&](const std::string& words) {
    const auto parsed = dialogs::parse_plays({"try/asks.play", "play \"n\"\n  > start try/asks\n  You: " + words + "\n"});
    const auto result = dialogs::run_play(parsed.plays[0], *edition->library, [&](std::string_view said, const std::string& language) { return edition->hear(said, language); });
    return std::string(result.touched.count("try/asks#asks02") > 0 ? "yes" : result.touched.count("try/asks#asks03") > 0 ? "no" : "neither");
  };
  CHECK(answered("1") == "yes");
  CHECK(answered("option two please") == "no");
  CHECK(answered("3") == "neither");
  CHECK(answered("one of us is") == "neither");
}

TEST_CASE("a wrong line fails where it stands, with what came", "[play]") {
  const auto result = run(kBegin + "  You: stone\n  Bot: That was ... number 7.\n");
  CHECK_FALSE(result.passed);
  CHECK(result.place.line == 4);
  CHECK(result.came.find("number 1.") != std::string::npos);
}

TEST_CASE("order, speakers, assertions and buttons are held to", "[play]") {
  CHECK_FALSE(run(kBegin + "  Bot: #count02\n  Bot: #count01\n").passed);
  CHECK_FALSE(run(kBegin + "  Sam: Begin.\n").passed);
  CHECK_FALSE(run(kBegin + "  = times is 5\n").passed);
  CHECK_FALSE(run(kBegin + "  You: [No such button]\n").passed);
  CHECK_FALSE(run(kBegin + "  = ended\n").passed);
  CHECK_FALSE(run(kBegin + "  Bot: Begin. And more\n").passed);
}

TEST_CASE("a play gives back what was handed off, or lets nobody come", "[play][hand-off]") {
  static const auto edition = testing::edition_with({{"dialogs/try/ask.talk", "title: A\nabout: A.\nfor: one\nminutes: 1\nmodel: none\nnot for: people\nsources: none\nreviewed: draft\n\n== start\nBot: I'll ask. #ask01\nhand off \"asked\"\n  timeout after 2 hours -> nobody\nBot: Back. #ask02\nend completed\n\n== nobody\nBot: Nobody was free. #ask03\nend paused\n"}});
  const auto played = [&](const std::string& rest) {
    const auto parsed = dialogs::parse_plays({"try/ask.play", "play \"asks\"\n  > start try/ask\n  Bot: #ask01\n" + rest});
    REQUIRE(parsed.plays.size() == 1);
    return dialogs::run_play(parsed.plays[0], *edition->library, [](std::string_view words, const std::string& language) { return edition->hear(words, language); }).passed;
  };
  CHECK(played("  > give back\n  Bot: #ask02\n  = ended completed\n"));
  CHECK(played("  You: hello?\n  Bot: #nobodyyet01\n  ~ 2 hours\n  Bot: #ask03\n  = ended paused\n"));
  CHECK_FALSE(played("  ~ 1 hour\n  Bot: #ask03\n"));
  CHECK_FALSE(played("  > give back\n  > give back\n"));
}

TEST_CASE("every mistake in a play is told at its line", "[play]") {
  const auto parsed = dialogs::parse_plays({"a.play", "Bot: too early\nplay \"a\"\n  > begin x\n  ~ many hours\n  = ended badly\n  = times is\n  no colon here\n"});
  std::vector<int> lines;
  for (const auto& diagnostic : parsed.diagnostics) lines.push_back(diagnostic.place.line);
  CHECK(lines == std::vector<int>{1, 3, 4, 5, 6, 7});
}

// The play's text after it has learnt, or why it could not.
std::string learnt(const std::string& text) {
  static const auto edition = testing::edition_with({{"dialogs/try/count.talk", testing::kCounting}});
  const auto ear = [](std::string_view words, const std::string& language) { return edition->hear(words, language); };
  const auto parsed = dialogs::parse_plays({"try/count.play", text});
  const auto learnt = dialogs::learn(parsed.plays.at(0), *edition->library, ear);
  if (!learnt.trouble.empty()) return learnt.trouble;
  const std::string now = dialogs::changed(text, learnt.changes);
  CHECK(dialogs::run_play(dialogs::parse_plays({"try/count.play", now}).plays.at(0), *edition->library, ear).passed);
  return now;
}

TEST_CASE("a play learns what is said where nothing was expected yet", "[play]") {
  CHECK(learnt(kBegin + "  You: stone\n") == kBegin + "  Bot: #auto01\n  Bot: #count01\n  Bot: #count02\n  You: stone\n  Bot: #count03\n  Bot: #count02\n");
  const std::string gap = kBegin + "  You: stone\n  You: river\n  Bot: ... number 2. #count03\n";
  CHECK(learnt(gap) == gap);
}

TEST_CASE("a play learns only what is said otherwise now, and keeps the rest and its comments", "[play]") {
  const std::string head = kBegin + "  // as in spring\n  Bot: Begin.\n";
  CHECK(learnt(head + "  Bot: #count99\n  You: stone\n  Bot: That was ...\n  Bot: #count02\n  = times is 1\n") ==
        head + "  Bot: #count02\n  You: stone\n  Bot: That was ...\n  Bot: #count02\n  = times is 1\n");
  CHECK(learnt(head + "  You: stone\n  Sam: Well.\n  Bot: #count02\n") == head + "  You: stone\n  Bot: #count03\n  Bot: #count02\n");
  const std::string aside = learnt(head + "  = times is 5\n  = ended completed\n");
  CHECK(aside.find("  // = times is 5") != std::string::npos);
  CHECK(aside.find("  // = ended completed") != std::string::npos);
}

TEST_CASE("what the person does is not learnt", "[play]") {
  CHECK(learnt(kBegin + "  You: [Onwards]\n").find("a button \"Onwards\"") != std::string::npos);
}

TEST_CASE("a conversation written down is a play that passes", "[play]") {
  const std::string text = dialogs::write_play("as held", "try/count", {{false, "Bot", "Begin.", "count01", false, false}, {true, "", "stone", "", false, false}, {false, "Bot", "That was stone, number 1.", "count03", false, false}});
  CHECK(run(text).passed);
}

}  // namespace
}  // namespace attune::bot
