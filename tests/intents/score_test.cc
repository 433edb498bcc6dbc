#include "intents/score.h"

#include "building.h"

using namespace attune::intents;

namespace {

const char* const kIntents =
    "intent yes\n  < (yes|sure)\n  yes sure\n"
    "intent thank-you\n  thanks\n  yes thanks\n"
    "intent other-thing\n  weather\n  yes weather\n";

}  // namespace

TEST_CASE("precision, recall and F1, with the misses") {
  const auto m = building::matcher(kIntents);
  ScoreOptions options;
  options.label_to_intent = {{"thank_you", "thank-you"}};
  const Score s = score(*m,
                        "yes please\tyes\n"
                        "ok\tyes\n"
                        "# a comment\n"
                        "thanks\tthank_you\n"
                        "sure, thanks\tthank_you\r\n"
                        "sure about the weather\toos\n"
                        "the weather\toos\n"
                        "no label\n",
                        options);
  REQUIRE(s.intents.size() == 2);
  const IntentScore& yes = s.intents.at("yes");
  CHECK(yes.lines == 2);
  CHECK(yes.right == 1);
  CHECK(yes.wrong == 2);
  CHECK(yes.precision() == Approx(1.0 / 3));
  CHECK(yes.recall() == Approx(0.5));
  CHECK(yes.f1() == Approx(0.4));
  CHECK(s.intents.at("thank-you").f1() == Approx(1.0));
  CHECK(s.recall() == Approx(0.75));
  CHECK(s.macro_f1() == Approx(0.7));
  CHECK(s.others.at("oos").lines == 2);
  CHECK(s.others.at("oos").wrong == 1);  // other-thing is no label here
  REQUIRE(s.misses.size() == 3);
  CHECK(s.misses[0].line == 2);
  CHECK(s.misses[0].wanted == "yes");
  CHECK(s.misses[1].heard == "yes");
  REQUIRE(s.mistakes.size() == 1);
  CHECK(s.mistakes[0].find("line 8") == 0);
  options.all_intents = true;
  CHECK(score(*m, "the weather\toos\n", options).others.at("oos").wrong == 1);
}

TEST_CASE("a map to an intent that does not exist is said") {
  const auto m = building::matcher(kIntents);
  ScoreOptions options;
  options.label_to_intent = {{"a", "b"}};
  CHECK(score(*m, "x\ta\n", options).mistakes.size() == 1);
}

TEST_CASE("the table names every intent, and the misses when asked") {
  const auto m = building::matcher(kIntents);
  const Score s = score(*m, "ok\tyes\nyes\tyes\nsure\toos\n");
  CHECK(render(s, false).find("yes ") != std::string::npos);
  CHECK(render(s, false).find("not heard") == std::string::npos);
  CHECK(render(s, true).find("1: not heard as yes: ok") != std::string::npos);
  CHECK(render(s, true).find("3: heard as yes: sure") != std::string::npos);
}

TEST_CASE("a line may have one intent or another, and allow more") {
  const auto m = building::matcher(kIntents);
  const Score s = score(*m, "sure, thanks\tyes +thank-you\nthanks\tyes|thank-you\nthanks\toos\n");
  CHECK(s.intents.at("yes").lines == 2);
  CHECK(s.intents.at("yes").right == 2);
  CHECK(s.intents.at("yes").wrong == 0);
  CHECK(s.intents.count("thank-you") == 0);  // no line has it as its own
  CHECK(s.others.at("oos").wrong == 0);
  CHECK(s.misses.empty());
}

TEST_CASE("safety is counted by tier, whatever the label") {
  auto intents = building::parse("safety: hard\nintent knife\n  knife\n  yes knife\n", "h.intents");
  for (auto& one :
       building::parse("safety: soft\nintent rage\n  rage\n  yes rage\n", "s.intents")) {
    intents.push_back(one);
  }
  const auto m = building::build(intents);
  const auto hear = [&](std::string_view text) { return m->hear(text); };
  const SafetyScore scored = score_safety(
      hear, m->vocabulary(),
      "a knife\tdanger\nrage\tdanger\nknife and rage\tdanger\nhello\tcalm\nno label here\n");
  CHECK(scored.mistakes == std::vector<std::string>{"line 5: no tab with a label after it"});
  const auto& tiers = scored.labels;
  CHECK(tiers.at("danger").lines == 3);
  CHECK(tiers.at("danger").hard == 2);
  CHECK(tiers.at("danger").either == 3);
  CHECK(tiers.at("calm").either == 0);
  CHECK(render(scored, false).find("danger") != std::string::npos);
  CHECK(render(scored, true).find("2: danger: rage: rage") != std::string::npos);
  CHECK(render(scored, true).find("4: calm: nothing: hello") != std::string::npos);
}
