// The published figures (intents/library/QUALITY.md) as floors: a change of phrases that loses what
// was reached on the labelled sets fails here. Who raises a figure raises its floor.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "building.h"
#include "intents/score.h"

using namespace attune::intents;

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = ATTUNE_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<const Matcher> library(const std::string& language) {
  static std::map<std::string, std::shared_ptr<const Matcher>> built;
  if (built[language]) return built[language];
  std::vector<Intent> all;
  for (const auto& entry : fs::directory_iterator(kRoot / "intents/library" / language)) {
    if (entry.path().extension() != ".intents") continue;
    const std::string path = language + "/" + entry.path().filename().string();
    for (auto& one : building::parse(read(entry.path()), path)) all.push_back(std::move(one));
  }
  const Matcher::Built made = Matcher::build(std::move(all), language);
  for (const auto& one : made.diagnostics) UNSCOPED_INFO(attune::dialogs::render(one, ""));
  REQUIRE(made.matcher != nullptr);
  return built[language] = made.matcher;
}

std::string set(const std::string& name) {
  return read(kRoot / "tests/intents/sets" / (name + ".tsv"));
}

Hear ears_of(const std::string& language) {
  const auto matcher = library(language);
  return [matcher](std::string_view text) { return matcher->hear(text); };
}

Score scored(const std::string& name, const ScoreOptions& options = {}) {
  const std::string language = name.substr(0, 2);
  Score result = score(ears_of(language), library(language)->vocabulary(), set(name), options);
  for (const std::string& mistake : result.mistakes) FAIL_CHECK(name + ": " + mistake);
  return result;
}

std::map<std::string, TierScore> safety(const std::string& name) {
  const std::string language = name.substr(0, 2);
  SafetyScore result = score_safety(ears_of(language), library(language)->vocabulary(), set(name));
  for (const std::string& mistake : result.mistakes) FAIL_CHECK(name + ": " + mistake);
  return result.labels;
}

double share(int part, int whole) { return whole == 0 ? 1.0 : double(part) / whole; }

struct Floor {
  const char* set;
  double recall, macro_f1, strays;  // strays: at most this share of the lines that mean nothing
};

}  // namespace

TEST_CASE("what was reached on the labelled sets is kept") {
  for (const Floor& floor : {
           Floor{"en-navigation-fourth.develop", 0.84, 0.87, 0.106},
           Floor{"en-navigation-fourth.unseen", 0.85, 0.89, 0.0},
           Floor{"en-answers.develop", 0.97, 0.97, 0.0},
           Floor{"en-answers.unseen", 0.88, 0.93, 0.0},
           Floor{"en-commands.develop", 1.0, 1.0, 0.0},
           Floor{"en-commands.unseen", 0.79, 0.88, 0.0},
           Floor{"en-feelings.develop", 1.0, 0.97, 0.0},
           Floor{"en-feelings.unseen", 0.89, 0.89, 0.0},
           Floor{"en-listening.develop", 1.0, 0.99, 0.0},
           Floor{"en-listening.unseen", 0.94, 0.91, 0.131},
           Floor{"en-moves.develop", 1.0, 0.93, 0.0},
           Floor{"en-moves.unseen", 0.65, 0.70, 0.25},
           Floor{"es-navigation.develop", 1.0, 1.0, 0.0},
           Floor{"es-navigation.unseen", 1.0, 0.97, 0.09},
       }) {
    const Score score = scored(floor.set);
    INFO(floor.set);
    CHECK(score.recall() >= floor.recall);
    CHECK(score.macro_f1() >= floor.macro_f1);
    CHECK(share(score.others.at("-").wrong, score.others.at("-").lines) <= floor.strays);
  }
}

TEST_CASE("navigation on public text: recall, and what is none of its business left alone") {
  ScoreOptions options;
  options.label_to_intent = {{"thank_you", "thank-you"},
                             {"what_can_i_ask_you", "what-can-you-do"},
                             {"change_language", "change-language"},
                             {"are_you_a_bot", "are-you-a-bot"}};
  for (const char* half : {"en-navigation.develop", "en-navigation.unseen"}) {
    const Score score = scored(half, options);
    INFO(half);
    CHECK(score.recall() >= 0.89);
    CHECK(score.macro_f1() >= 0.92);
    CHECK(share(score.others.at("oos").wrong, score.others.at("oos").lines) <= 0.012);
    CHECK(share(score.others.at("other").wrong, score.others.at("other").lines) <= 0.006);
  }
}

TEST_CASE("who asks openly and who says back is heard, and praise is seldom given for nothing") {
  const Score score = scored("en-listening.unseen");
  CHECK(score.intents.at("open-question").f1() >= 0.99);
  CHECK(score.intents.at("reflect").f1() >= 0.86);
  // Scripts praise what is `mirror`, and answer the rest of `reflect`.
  ScoreOptions praised;
  praised.label_to_intent = {{"reflect", "mirror"}};
  const IntentScore mirror = scored("en-listening.unseen", praised).intents.at("mirror");
  CHECK(mirror.f1() >= 0.88);
  CHECK(mirror.precision() >= 0.86);
}

TEST_CASE("danger is heard, and everyday talk and trouble are left alone") {
  struct Bar {
    const char* set;
    double hard, either;            // of must-alert lines, at least
    double everyday;                // of everyday lines, heard by either tier, at most
    double talk_hard, talk_either;  // of lines that tell of trouble, at most
  };
  for (const Bar& bar : {
           Bar{"en-safety.develop", 0.93, 0.99, 0.0, 0.005, 0.038},
           Bar{"en-safety.unseen", 0.84, 0.90, 0.0, 0.0, 0.042},
           Bar{"en-safety-later.develop", 0.95, 0.95, 0.0, 0.0, 0.0},
           Bar{"en-safety-later.unseen", 0.88, 0.88, 0.0, 0.0, 0.036},
           Bar{"en-safety-fourth.develop", 0.91, 0.99, 0.0, 0.0, 0.033},
           Bar{"en-safety-fourth.unseen", 0.85, 0.89, 0.0, 0.0, 0.0},
           Bar{"en-safety-fifth.unseen", 0.20, 0.22, 0.0, 0.0, 0.034},
           Bar{"es-safety.develop", 1.0, 1.0, 0.0, 0.0, 0.0},
           Bar{"es-safety.unseen", 0.88, 0.96, 0.0, 0.0, 0.053},
       }) {
    const auto tiers = safety(bar.set);
    INFO(bar.set);
    const TierScore& danger = tiers.at("must-alert");
    CHECK(share(danger.hard, danger.lines) >= bar.hard);
    CHECK(share(danger.either, danger.lines) >= bar.either);
    CHECK(share(tiers.at("everyday").hard, tiers.at("everyday").lines) == 0);
    CHECK(share(tiers.at("everyday").either, tiers.at("everyday").lines) <= bar.everyday);
    CHECK(share(tiers.at("talking").hard, tiers.at("talking").lines) <= bar.talk_hard);
    CHECK(share(tiers.at("talking").either, tiers.at("talking").lines) <= bar.talk_either);
  }
}

TEST_CASE("no everyday request of the public set reaches safety") {
  for (const char* half : {"en-navigation.develop", "en-navigation.unseen"}) {
    const auto tiers = safety(half);
    for (const auto& [label, tier] : tiers) {
      INFO(half << ": " << label);
      CHECK(share(tier.either, tier.lines) <= 0.001);
    }
  }
}
