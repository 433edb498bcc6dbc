// The shipped intents: every file parses, every author's example holds, and the cases that decided
// how the matcher works come out right.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "building.h"

using namespace attune::intents;
using building::hears;

namespace {

std::vector<Intent> shipped() {
  std::vector<Intent> all;
  for (const auto& entry :
       std::filesystem::directory_iterator(ATTUNE_SOURCE_DIR "/intents/library/en")) {
    if (entry.path().extension() != ".intents") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    for (auto& one : building::parse(text.str(), entry.path().filename().string())) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

std::shared_ptr<const Matcher> library() {
  static const auto matcher = building::build(shipped());
  return matcher;
}

}  // namespace

TEST_CASE("the shipped intents build, every example holds, and each has both kinds") {
  REQUIRE(library() != nullptr);
  for (const Intent& intent : library()->intents()) {
    int yes = 0;
    int no = 0;
    for (const Example& example : intent.examples) ++(example.yes ? yes : no);
    INFO(intent.name);
    CHECK(yes > 0);
    CHECK(no > 0);
  }
}

TEST_CASE("all navigation intents exist, and the commands are commands") {
  const auto vocabulary = library()->vocabulary();
  for (const std::string name : {"yes", "no", "maybe", "cancel", "goodbye", "greeting", "thank-you",
                                 "what-can-you-do", "change-language", "are-you-a-bot"}) {
    INFO(name);
    REQUIRE(vocabulary.count(name) == 1);
    CHECK(vocabulary.at(name) == attune::dialogs::IntentKind::kPlain);
  }
  for (const std::string name :
       {"stop", "pause", "exit", "help", "help-now", "back", "repeat", "skip", "delete-my-data"}) {
    INFO(name);
    REQUIRE(vocabulary.count(name) == 1);
    CHECK(vocabulary.at(name) == attune::dialogs::IntentKind::kCommand);
  }
}

TEST_CASE("each command's own name is that command") {
  for (const std::string name :
       {"stop", "pause", "exit", "help", "help now", "back", "repeat", "skip", "delete my data"}) {
    std::string intent = name;
    std::replace(intent.begin(), intent.end(), ' ', '-');
    INFO(name);
    CHECK(hears(*library(), name, intent));
    CHECK(hears(*library(), "Please, " + name + "!", intent));
  }
}

TEST_CASE("telling a story is not a command") {
  for (const std::string story :
       {"he never helps", "I asked her to stop and she laughed", "we took a break last year",
        "I want to go back to how we were", "he left without a word and I sat there alone",
        "Sorry.", "I skipped dinner because of it", "she deleted all my messages from her phone"}) {
    for (const auto& one : library()->hear(story).heard) {
      INFO(story << " / " << one.intent);
      CHECK(library()->vocabulary().at(one.intent) != attune::dialogs::IntentKind::kCommand);
    }
  }
}

TEST_CASE("a break may be asked of the program or of somebody, and the two are told apart") {
  const auto vocabulary = library()->vocabulary();
  CHECK(vocabulary.at("pause-wish") == attune::dialogs::IntentKind::kCommand);
  for (const std::string word : {"pause", "please pause", "not now", "brb"}) {
    INFO(word);
    CHECK(hears(*library(), word, "pause"));
    CHECK_FALSE(hears(*library(), word, "pause-wish"));
  }
  for (const std::string sentence : {"I need a break", "Can we take a break, please?", "a break"}) {
    INFO(sentence);
    CHECK(hears(*library(), sentence, "pause-wish"));
    CHECK_FALSE(hears(*library(), sentence, "pause"));
  }
  for (const std::string answer : {"I need a break when we argue", "I need a break from the phone",
                                   "pause, I want to say that it hurt"}) {
    INFO(answer);
    CHECK_FALSE(hears(*library(), answer, "pause"));
    CHECK_FALSE(hears(*library(), answer, "pause-wish"));
  }
}

TEST_CASE("what is only near is asked about, what is meant or in the hand is not") {
  using attune::dialogs::IntentKind;
  const auto loudest = [&](const std::string& text) {
    std::string found;
    const auto vocabulary = library()->vocabulary();
    for (const IntentKind kind : {IntentKind::kSafetyHard, IntentKind::kSafetySoft}) {
      for (const auto& one : library()->hear(text).heard) {
        if (found.empty() && vocabulary.at(one.intent) == kind) found = one.intent;
      }
    }
    return found;
  };
  CHECK(loudest("I have a knife") == "weapon-near");
  CHECK(loudest("I've got a knife in my hand") == "imminent");
  CHECK(loudest("there is a gun in the house") == "weapon-near");
  CHECK(loudest("there is a gun in the house and I want to use it") == "imminent");
  CHECK(loudest("I have the rope ready") == "imminent");
  CHECK(loudest("he's here") == "someone-near");
  CHECK(loudest("he is outside my door") == "someone-near");
  CHECK(loudest("he is outside my door and I'm scared") == "danger-near");
  CHECK(loudest("he has a knife") == "danger-near");
  for (const std::string ordinary :
       {"I have a knife set to give away", "cutting onions with my knife",
        "I'm in the kitchen with a knife in my hand, chopping carrots", "He's here for the weekend",
        "He stood outside my door with flowers", "The pills are ready at the pharmacy"}) {
    INFO(ordinary);
    CHECK(loudest(ordinary).empty());
  }
}

TEST_CASE("danger said as a need or a negation is heard, and ordinary needs are not") {
  using attune::dialogs::IntentKind;
  const auto vocabulary = library()->vocabulary();
  const auto safety = [&](const std::string& text) {
    std::string found;
    for (const auto& one : library()->hear(text).heard) {
      const IntentKind kind = vocabulary.at(one.intent);
      if (kind == IntentKind::kSafetyHard || kind == IntentKind::kSafetySoft) found += one.intent;
    }
    return found;
  };
  for (const std::string danger :
       {"I need him not to hit me", "that he doesn't hit me again", "no more hitting",
        "I don't want to be hit anymore", "he forces me", "to feel safe", "I need a safe place",
        "I took pills", "I'm on the bridge", "I need the voices to stop", "he is breaking the door",
        "he's reading this", "I need to get out of here", "Ich will sterben", "me pega"}) {
    INFO(danger);
    CHECK_FALSE(safety(danger).empty());
  }
  for (const std::string ordinary :
       {"I need him not to interrupt me", "I took the pills my doctor gave me",
        "we smashed the game", "he is drunk with joy", "he can see my point",
        "I want to stop smoking", "no more lying", "that he stops throwing money away",
        "he forces me to think about it", "I feel safe with him",
        "I need him to hit the gym with me", "I need the noise to stop",
        "I need to get out more"}) {
    INFO(ordinary << ": " << safety(ordinary));
    CHECK(safety(ordinary).empty());
  }
}

TEST_CASE("lines that taught this design") {
  CHECK_FALSE(hears(*library(), "I need to calm down", "minimise"));
  CHECK(hears(*library(), "Calm down!", "minimise"));
  CHECK_FALSE(hears(*library(), "I'm spending my life in debt", "suicide"));
  CHECK(hears(*library(), "i want to kil myself", "suicide"));
}
