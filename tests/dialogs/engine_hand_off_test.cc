// A conversation handed to a person: the bot is silent, safety and the ways out are not, and the script
// goes on when it is given back.
#include "support/tiny_library.h"

using namespace attune::dialogs;
using tiny::Chat;

namespace {

constexpr const char* kAsking =
    "\nslots\n  word: text up to 40\n\n== start\nask word\n  Bot: A word? #it01\n"
    "Bot: One moment. #it02\nhand off \"wants a person\" urgent\n  resumed -> after\n"
    "  timeout after 2 hours -> alone\n\n== alone\nBot: Nobody came. #it05\n-> after\n\n"
    "== after\nask word\n  Bot: Welcome back. #it03\nBot: Done. #it04\nend completed\n";

struct HandedOff : Chat {
  explicit HandedOff(const std::string& text = kAsking) : Chat(tiny::house_with(text)) {
    begin("it/it");
    say("please");
  }
  void counselor(Event::Kind kind, const std::string& who = "mira", const std::string& words = "") {
    Event event;
    event.kind = kind;
    event.counselor = who;
    event.words = words;
    event.hand_off = last.state.conversation.hand_offs;
    send(event);
  }
  // "waits 1", "taken 1 mira", ...
  std::string told() const {
    static const char* const kNames[] = {"waits", "taken", "given back", "closed", "left", "nobody"};
    std::string all;
    for (const Effect& effect : last.effects) {
      if (effect.kind != Effect::Kind::kHandOff) continue;
      all += (all.empty() ? "" : ", ") + std::string(kNames[static_cast<int>(effect.hand_off)]) + " " + std::to_string(effect.number) +
             (effect.name.empty() ? "" : " " + effect.name);
    }
    return all;
  }
  bool handed() const { return last.state.conversation.handed; }
};

}  // namespace

TEST_CASE("handed off, the bot says nothing, whatever is written", "[engine][hand-off]") {
  HandedOff chat;
  CHECK(chat.lines() == "it02");
  CHECK(chat.told() == "waits 1");
  CHECK(chat.last.effects.back().text == "wants a person");
  CHECK(chat.last.effects.back().script == "it/it");
  CHECK(chat.last.effects.back().urgent);
  chat.say("is anybody there?");
  CHECK(chat.lines() == "nobody01");  // once, as long as none has come
  for (const char* words : {"hello?", "something else", "back", "repeat", "skip", "pause", "7", "you always do"}) {
    chat.say(words);
    INFO(words);
    CHECK(chat.lines() == "");
    CHECK(chat.handed());
    CHECK(chat.told() == "");
  }
  chat.press("it/it#it01=x");
  CHECK(chat.lines() == "");
  chat.open();
  CHECK(chat.lines() == "");
  chat.counselor(Event::Kind::kTake);
  chat.now += 30 * 86'400;  // a person has to say who they are, not that they are a program
  chat.say("still here");
  CHECK(chat.lines() == "");
}

TEST_CASE("nobody is left waiting without a word", "[engine][hand-off][time]") {
  HandedOff chat;
  constexpr Time kTwoHours = 7'200;
  const Time asked = chat.last.state.conversation.last_message;
  const auto timer = [&] { return next_timer(chat.last.state.conversation, chat.now + 90 * 86'400); };
  const auto due = [&] { return chat.last.state.conversation.timers.at(*timer()).due; };
  const auto fire = [&] {
    Event event;
    event.kind = Event::Kind::kTimer;
    event.timer = *timer();
    event.hearing.safety_ran = true;
    chat.now = due();
    chat.send(event);
  };
  REQUIRE(timer());
  CHECK(due() == asked + kTwoHours);
  SECTION("when none comes, also at night") {
    chat.say("hello?");
    fire();
    CHECK(chat.last.state.conversation.open_since == asked + kTwoHours);  // what they wrote meanwhile does not put it off
    CHECK(chat.told() == "nobody 1");
    CHECK(chat.lines() == "it05 it03");
    CHECK_FALSE(chat.handed());
    chat.counselor(Event::Kind::kTake);
    CHECK(chat.told() == "");
    chat.say("well");
    CHECK(chat.ended() == "it/it completed");
  }
  SECTION("when one comes and does not write") {
    chat.counselor(Event::Kind::kTake);
    fire();
    CHECK(chat.told() == "nobody 1");
    CHECK(chat.lines() == "it05 it03");
  }
  SECTION("when one wrote, and is gone") {
    chat.counselor(Event::Kind::kTake);
    chat.counselor(Event::Kind::kWrite, "mira", "I am here.");
    CHECK_FALSE(timer());  // the person's turn, however long it takes
    chat.say("thank you");
    const Time wrote = chat.last.state.conversation.last_message;
    chat.say("and now?");
    CHECK(due() == wrote + kTwoHours);
    fire();
    CHECK(chat.lines() == "it05 it03");
  }
  SECTION("not while safety asks, but right after") {
    chat.say("it is hopeless");
    CHECK_FALSE(timer());
    chat.now += 86'400;
    chat.say("not so bad");
    CHECK(chat.lines() == "low02");
    fire();
    CHECK(chat.lines() == "it05 it03");
  }
  SECTION("a reminder does not break in") {
    Timer reminder;
    reminder.kind = Timer::Kind::kRemind;
    reminder.script = "help/help";
    reminder.due = asked + 3'600;
    chat.counselor(Event::Kind::kTake);
    chat.counselor(Event::Kind::kWrite, "mira", "I am here.");
    chat.last.state.conversation.timers[99] = reminder;
    fire();
    CHECK(chat.lines() == "");
    CHECK(chat.handed());
    REQUIRE(timer());
    CHECK(due() > chat.now);
  }
  SECTION("a script that goes only on when safety is cleared is left, also then") {
    chat.say("he will kill me");
    chat.say("Alone");
    CHECK(chat.handed());
    fire();
    CHECK(chat.told() == "nobody 1");
    CHECK_FALSE(chat.handed());
  }
}

TEST_CASE("one counselor takes it, writes, and gives it back", "[engine][hand-off]") {
  HandedOff chat;
  chat.counselor(Event::Kind::kWrite, "mira", "Too early.");
  CHECK(chat.lines() == "");
  chat.counselor(Event::Kind::kTake);
  CHECK(chat.told() == "taken 1 mira");
  chat.counselor(Event::Kind::kTake, "ben");
  CHECK(chat.told() == "");
  CHECK(chat.last.state.conversation.counselor == "mira");
  chat.counselor(Event::Kind::kWrite, "ben", "Not mine.");
  CHECK_FALSE(chat.has(Effect::Kind::kSay));
  chat.counselor(Event::Kind::kWrite, "mira", "Hello {name}, I am Mira. #it01");
  REQUIRE(chat.last.effects.size() == 1);
  CHECK(chat.last.effects[0].text == "Hello {name}, I am Mira. #it01");  // theirs, word for word
  CHECK(chat.last.effects[0].speaker == "mira");
  CHECK(chat.last.effects[0].counselor);
  chat.counselor(Event::Kind::kGiveBack);
  CHECK(chat.told() == "given back 1 mira");
  CHECK(chat.lines() == "it03");
  chat.say("thanks");
  CHECK(chat.ended() == "it/it completed");
  CHECK(chat.last.state.conversation.counselor.empty());
}

TEST_CASE("without `resumed` it goes on with what follows", "[engine][hand-off]") {
  HandedOff chat("\nslots\n  word: text up to 40\n\n== start\nask word\n  Bot: A word? #it01\n"
                 "hand off \"tired\"\n  timeout after 2 hours -> end\nBot: On we go. #it02\nend completed\n");
  chat.counselor(Event::Kind::kTake);
  chat.counselor(Event::Kind::kGiveBack);
  CHECK(chat.lines() == "it02");
  CHECK(chat.ended() == "it/it completed");
}

TEST_CASE("closed, the script ends there, and the next message finds the menu", "[engine][hand-off]") {
  HandedOff chat;
  chat.counselor(Event::Kind::kTake);
  chat.counselor(Event::Kind::kClose);
  CHECK(chat.told() == "closed 1 mira");
  CHECK(chat.ended() == "it/it paused");
  CHECK(chat.lines() == "");
  CHECK(chat.idle());
  chat.say("hm");
  CHECK(chat.lines() == "menu01");
}

TEST_CASE("safety acts in the middle, and nobody is taken away by it", "[engine][hand-off]") {
  HandedOff chat;
  chat.counselor(Event::Kind::kTake);
  SECTION("danger: the card, its question, and then silence again") {
    chat.say("he will kill me");
    CHECK(chat.lines() == "danger01 danger02");
    CHECK(chat.handed());
    CHECK(chat.last.state.person.safety_open);
    chat.counselor(Event::Kind::kWrite, "mira", "I am here.");
    CHECK(chat.last.effects[0].text == "I am here.");
    CHECK(chat.labels().size() == 2);  // the question is open still
    chat.say("Alone");
    CHECK(chat.lines() == "danger05");
    CHECK(chat.handed());
    chat.say("what now");
    CHECK(chat.lines() == "");
    chat.say("he will kill me");  // again, as if for the first time
    CHECK(chat.lines() == "danger01 danger02");
  }
  SECTION("a soft one, twice") {
    for (int i = 0; i < 2; ++i) {
      chat.say("it is hopeless");
      CHECK(chat.lines() == "low01");
      chat.say("not so bad");
      CHECK(chat.lines() == "low02");
      CHECK(chat.handed());
    }
  }
  SECTION("given back while safety asks: the script waits for its turn") {
    chat.say("it is hopeless");
    chat.counselor(Event::Kind::kGiveBack);
    CHECK(chat.told() == "given back 1 mira");
    CHECK(chat.lines() == "");
    chat.say("not so bad");
    CHECK(chat.lines() == "low02 it03");
  }
  SECTION("closed while safety asks: safety stays") {
    chat.say("it is hopeless");
    chat.counselor(Event::Kind::kClose);
    CHECK(chat.ended() == "it/it paused");
    CHECK(chat.at() == "safety/low#low01");
    chat.say("not so bad");
    CHECK(chat.idle());
  }
  SECTION("where safety cannot be looked at, its card is shown") {
    Event event;
    event.hearing.raw = "anything";
    chat.send(event);
    CHECK(chat.lines() == "internal01 now01");
    CHECK(chat.handed());
  }
}

TEST_CASE("safety that hands on to safety stays above the hand off; the way out is one", "[engine][hand-off]") {
  auto files = tiny::house_with(kAsking);
  files["safety/danger.talk"] =
      "title: D\nabout: D.\ntopic: safety\nsafety: opens\n\n== start\nBot: Call {card.crisis}. #danger01\nchoose\n  Bot: And now? #danger02\n"
      "  * More #danger03\n    switch to safety/low\n  * Out #danger04\n    switch to safety/exit\n";
  Chat chat(files);
  chat.begin("it/it");
  chat.say("please");
  chat.say("he will kill me");
  CHECK(chat.lines() == "danger01 danger02");
  SECTION("on") {
    chat.say("More");
    CHECK(chat.lines() == "low01");
    CHECK(chat.last.state.conversation.handed);
    CHECK(chat.last.state.conversation.frames.size() == 2);
    chat.say("not so bad");
    CHECK(chat.lines() == "low02");
    CHECK(chat.last.state.conversation.handed);
    CHECK(chat.last.state.conversation.frames.size() == 1);
  }
  SECTION("out") {
    chat.say("Out");
    CHECK(chat.lines() == "exit01");
    CHECK_FALSE(chat.last.state.conversation.handed);
    CHECK(chat.idle());
  }
}

TEST_CASE("the ways out work while a person has taken over", "[engine][hand-off]") {
  HandedOff chat;
  chat.counselor(Event::Kind::kTake);
  SECTION("stop ends it") {
    chat.say("stop");
    CHECK(chat.lines() == "stop01");
    CHECK(chat.told() == "left 1");
    CHECK_FALSE(chat.handed());
  }
  SECTION("help, twice, and back to them") {
    for (int i = 0; i < 2; ++i) {
      chat.say("help");
      CHECK(chat.lines() == "help01");
      CHECK(chat.handed());
    }
    chat.say("Nothing");
    CHECK(chat.lines() == "");
    chat.say("hello?");
    CHECK(chat.lines() == "");
  }
  SECTION("forgotten is forgotten: the inbox is told nothing more") {
    chat.say("delete my data");
    CHECK(chat.has(Effect::Kind::kForgetPerson));
    CHECK(chat.told() == "");
  }
}

TEST_CASE("a hand off in a help that was asked for outlives another help", "[engine][hand-off]") {
  auto files = tiny::house_with("\nslots\n  word: text up to 40\n\n== start\nask word\n  Bot: A word? #it01\nBot: Done. #it04\nend completed\n");
  files["help/topic.talk"] = "title: P\nabout: P.\n\n== start\nBot: A person, then. #topic01\nhand off \"asked\"\n  timeout after 2 hours -> end\nBot: Back. #topic02\nend completed\n";
  Chat chat(files);
  chat.begin("it/it");
  chat.say("something else");
  CHECK(chat.lines() == "topic01");
  chat.say("help");
  CHECK(chat.lines() == "help01");
  chat.say("Nothing");
  CHECK(chat.last.state.conversation.handed);
  for (const auto kind : {Event::Kind::kTake, Event::Kind::kGiveBack}) {
    Event event;
    event.kind = kind;
    event.counselor = "mira";
    event.hand_off = 1;
    chat.send(event);
  }
  CHECK(chat.lines() == "topic02 resume01 it01");  // what was interrupted is asked again
}

TEST_CASE("a run that finds no question after it is cut off, and ends", "[engine][hand-off]") {
  HandedOff chat("\nslots\n  word: text up to 40\n\n== start\nask word\n  Bot: A word? #it01\n"
                 "hand off \"tired\"\n  timeout after 2 hours -> end\n-> round\n\n== round\nBot: Round. #it02\n-> round\n");
  chat.counselor(Event::Kind::kTake);
  chat.counselor(Event::Kind::kGiveBack);
  CHECK(chat.told() == "given back 1 mira");
  CHECK_FALSE(chat.handed());
  CHECK(chat.lines().find("internal01") != std::string::npos);
}

TEST_CASE("its place is gone with its edition: left, and said", "[engine][hand-off]") {
  HandedOff chat;
  chat.library = tiny::assemble(tiny::house(), "edition-2");
  chat.say("hello?");
  CHECK(chat.told() == "left 1");
  CHECK(chat.lines().find("lost01") != std::string::npos);
}

TEST_CASE("why it does not fit", "[engine][hand-off]") {
  Conversation conversation;
  Event event;
  event.kind = Event::Kind::kWrite;
  event.counselor = "mira";
  CHECK(std::string(misfit(conversation, event)) == "over");
  conversation.handed = true;
  conversation.hand_offs = event.hand_off = 2;
  CHECK(std::string(misfit(conversation, event)) == "free");
  event.kind = Event::Kind::kTake;
  CHECK(std::string(misfit(conversation, event)).empty());
  conversation.counselor = "ben";
  CHECK(std::string(misfit(conversation, event)) == "other");
  event.counselor = "ben";
  CHECK(std::string(misfit(conversation, event)).empty());
  event.hand_off = 1;
  CHECK(std::string(misfit(conversation, event)) == "over");
}
