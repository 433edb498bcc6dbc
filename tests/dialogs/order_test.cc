// The order in which a message is taken, from free-text questions above all: safety, commands, the
// open question, other interrupts, free text, repair.
#include "support/tiny_library.h"

using namespace attune::dialogs;
using Catch::Matchers::Contains;
using tiny::Chat;
using tiny::house;
using tiny::house_with;

namespace {

const char* const kText = R"(
slots
  reply: text up to 200

== start
ask reply
  Bot: Lead. #it01
  Bot: What do you say? #it02
  when blame
    Bot: Named. #it03
    again at most 1
Bot: You said {reply}. #it04
ask reply
  Bot: More? #it05
end completed
)";

const char* const kLabels = R"(
== start
choose
  Bot: Which? #it01
  * Stop #it02
    Bot: The label. #it03
  * Help #it04
    Bot: The label. #it05
  * Go on #it06
    Bot: On. #it07
  * Skip #it08
    Bot: The label. #it09
end completed
)";

Chat at(const char* script) {
  Chat chat(house_with(script));
  chat.begin("it/it");
  return chat;
}

}  // namespace

TEST_CASE("a command is a whole message, and only that", "[engine][order]") {
  const auto said = [](const std::string& words) {
    Chat chat = at(kText);
    chat.say(words);
    return chat.lines();
  };
  CHECK(said("help") == "help01");
  CHECK(said("Help!") == "help01");
  CHECK(said("he never helps") == "it04 it05");
  CHECK(said("help me say it") == "it04 it05");
  CHECK(said("stop") == "stop01");
  CHECK(said("I want him to stop") == "it04 it05");
  CHECK(said("exit") == "exit01");
  CHECK(said("the exit was blocked") == "it04 it05");
  CHECK(said("help now") == "now01 now02");
  CHECK(said("skip the part where he shouts") == "it04 it05");
  CHECK(said("we never go back") == "it04 it05");
}

TEST_CASE("what a question offers in just these words is its answer; the ways out never are",
          "[engine][order]") {
  const auto said = [](const std::string& words) {
    Chat chat = at(kLabels);
    chat.say(words);
    return chat.lines();
  };
  CHECK(said("stop") == "stop01");
  CHECK(said("help") == "help01");
  CHECK(said("skip") == "it09");
  CHECK(said("go on") == "it07");
}

TEST_CASE("a command of the library's own is the answer where own words are asked for",
          "[engine][order]") {
  const auto said = [](const char* script, const std::string& words) {
    Chat chat = at(script);
    chat.say(words);
    return chat.lines();
  };
  Chat kept = at(kText);
  kept.say("Pause wish.");
  CHECK(kept.lines() == "asanswer01 it04 it05");
  CHECK(kept.slot("reply") == "\"Pause wish.\"");
  CHECK(said(kLabels, "pause wish") == "pause01");
  CHECK(said(kText, "pause") == "pause01");  // the nine words work everywhere
  Chat paused = at(kText);
  paused.say("pause");
  paused.say("pause wish");  // what comes first after a pause is never an answer
  CHECK(paused.lines() == "pause01");
  CHECK(paused.slot("reply").empty());
}

TEST_CASE("safety is before commands, choices and branches", "[engine][order]") {
  Chat text = at(kText);
  text.say("you always say you will kill me");
  CHECK(text.lines() == "danger01 danger02");
  CHECK(text.ended() == "it/it stopped");
  CHECK(text.last.state.person.safety_open);
  CHECK(text.last.state.person.safety_class == "danger");
  CHECK_THAT(text.why(), Contains("safety: heard danger: switch to safety/danger"));

  Chat soft = at(kText);
  soft.say("it is hopeless, you never listen");
  CHECK(soft.lines() == "low01");
  CHECK_FALSE(soft.last.state.person.safety_open);
  soft.say("quite bad");
  CHECK(soft.lines() == "low02 resume01 it01 it02");
  soft.say("here it is");
  CHECK(soft.last.effects.front().text == "You said here it is.");

  Chat settled = at(kText);
  settled.say("it is hopeless");
  settled.say("quite bad");
  settled.say("it is hopeless");  // once more, and it was meant as the answer; it is still counted
  CHECK_THAT(settled.lines(), !Contains("low01"));
  CHECK(settled.slot("reply") == "\"it is hopeless\"");
  const auto& effects = settled.last.effects;
  CHECK(std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    return effect.kind == Effect::Kind::kSafety && effect.name == "low";
  }));

  Chat never = at(kText);
  never.say("it is hopeless");
  never.say("quite bad");
  never.say("he will kill me");
  CHECK(never.lines() == "danger01 danger02");

  Chat both = at(kText);
  both.say("hopeless: he will kill me");  // hard before soft
  CHECK(both.lines() == "danger01 danger02");

  Chat choice = at(kLabels);
  Event event;
  event.hearing = tiny::hear(*choice.library, "he will kill me");
  event.choice = "it/it#it01=it06";
  choice.send(event);  // even with a button
  CHECK(choice.lines() == "danger01 danger02");
}

TEST_CASE("a command word that is also a label is the command when typed, the choice when pressed",
          "[engine][order]") {
  Chat typed = at(kLabels);
  typed.say("Stop");
  CHECK(typed.lines() == "stop01");
  Chat help = at(kLabels);
  help.say("help");
  CHECK(help.lines() == "help01");
  Chat pressed = at(kLabels);
  pressed.press("it/it#it01=it02");
  CHECK(pressed.lines() == "it03");
  Chat by_number = at(kLabels);
  by_number.say("1");
  CHECK(by_number.lines() == "it03");
}

TEST_CASE("a branch that hears is before interrupts, and free text is after them",
          "[engine][order]") {
  Chat branch = at(kText);
  branch.say("you always want something else");
  CHECK(branch.lines() == "it03");
  branch.say("you always want something else");  // the branch is used up
  CHECK(branch.lines() == "topic01 resume01 it01 it02");
  CHECK(branch.slot("reply") ==
        "\"you always want something else\"");  // the first one; the interrupt kept nothing

  Chat interrupt = at(kText);
  interrupt.say("could we do something else");
  CHECK(interrupt.lines() == "topic01 resume01 it01 it02");
  CHECK(interrupt.slot("reply") == "");
  CHECK_THAT(interrupt.why(),
             Contains("on topic-change call help/topic: heard topic-change in \"something else\""));

  Chat gone = at(kText);
  gone.say("can we leave this");
  CHECK(gone.lines() == "menu01");
  CHECK(gone.last.state.conversation.frames.size() == 1);

  Chat choice = at(kLabels);
  choice.say("something else");  // no choice fits, so the interrupt is next, and repair is not
  CHECK(choice.lines() == "topic01 resume01 it01");
}

TEST_CASE("a branch that only looks at values does not keep interrupts out", "[engine][order]") {
  Chat chat =
      at("\nslots\n  reply: text up to 99\n  n: number 0 to 3, starts at 3\n\n== start\nask "
         "reply\n  Bot: Say. #it01\n"
         "  when n >= 3\n    Bot: Three. #it02\nend completed\n");
  chat.say("something else");
  CHECK(chat.lines() == "topic01 resume01 it01");
  chat.say("fine");
  CHECK(chat.lines() == "it02");
}

TEST_CASE("interrupts of a kind replace each other; safety stands above help", "[engine][order]") {
  Chat chat = at(kText);
  chat.say("help");
  chat.say("help");
  CHECK(chat.last.state.conversation.frames.size() == 2);
  chat.say("it is hopeless");
  CHECK(chat.last.state.conversation.frames.size() == 3);
  CHECK(chat.at() == "safety/low#low01");
  chat.say("help");
  CHECK(chat.last.state.conversation.frames.size() == 3);
  CHECK(chat.lines() == "help01");
  chat.say("nothing");
  CHECK(chat.lines() == "resume01 low01");
  chat.say("it is bad");
  CHECK(chat.lines() == "low02 resume01 it01 it02");
}

TEST_CASE("inside the safety script, words that answer it are its answer; others begin it again",
          "[engine][order]") {
  Chat chat = at(kText);
  chat.say("he will kill me");
  Chat answer(chat);
  chat.say("he will kill me, I said");
  CHECK(chat.lines() == "danger01 danger02");
  CHECK(chat.last.state.conversation.frames.size() == 1);
  Event event;
  event.hearing = tiny::hear(*answer.library, "he will kill me");
  event.choice = "safety/danger#danger02=danger03";
  answer.send(event);
  CHECK(answer.lines() == "danger05");
}

TEST_CASE("if safety cannot be looked at, nothing advances", "[engine][order]") {
  Chat chat = at(kText);
  const auto before = chat.last.state.conversation.frames;
  for (const char* words : {"my answer", "stop", "skip", ""}) {
    Event event;
    event.hearing = tiny::hear(*chat.library, words);
    event.hearing.safety_ran = false;
    chat.send(event);
    CHECK(chat.lines() == "internal01 now01 it02");
    CHECK(chat.last.state.conversation.frames == before);
  }
  Event press;
  press.choice = "it/it#it01=it02";
  chat.send(press);
  CHECK(chat.lines() == "internal01 now01 it02");
  CHECK(chat.last.state.conversation.frames == before);

  Chat idle(house());
  Event event;
  event.hearing.raw = "hello";
  idle.send(event);
  CHECK(idle.lines() == "internal01 now01");
  CHECK(idle.idle());
}

TEST_CASE("a safety intent that always.talk forgot fails closed", "[engine][order]") {
  Chat chat = at(kText);
  chat.say("unheeded danger");
  CHECK(chat.lines() == "internal01 now01 it02");
  CHECK(chat.slot("reply") == "");
}

TEST_CASE("safety has a way even at the limit of depth", "[engine][order]") {
  tiny::Files files = house_with("\n== start\ncall it/a1\nBot: Out. #it01\nend completed\n");
  for (int i = 1; i <= 7; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string body =
        i < 7 ? "call it/a" + std::to_string(i + 1) + "\n"
              : "choose\n  Bot: Deep. #deep01\n  * One #deep02\n  * Two #deep03\n";
    files["it/" + name + ".talk"] = "title: T\nabout: T.\n\n== start\n" + body + "end completed\n";
  }
  Chat chat(files);
  chat.begin("it/it");
  REQUIRE(chat.last.state.conversation.frames.size() == 8);
  Chat help(chat), out(chat);
  help.say("help now");  // no room for a ninth: what it says is said
  CHECK(help.lines() == "now01 deep01");
  CHECK(help.last.state.conversation.frames.size() == 8);
  out.say("1");
  CHECK(out.lines() == "it01");
  chat.say("it is hopeless");
  CHECK(chat.lines() == "low01");
  CHECK(chat.last.state.conversation.frames.size() == 1);
}

TEST_CASE("safety is before a command in the very same message", "[engine][order]") {
  Chat chat = at(kText);
  Event event;
  event.hearing = tiny::hear(*chat.library, "stop");
  event.hearing.heard.insert(event.hearing.heard.begin(), {"danger", {{0, 4}}});
  chat.send(event);
  CHECK(chat.lines() == "danger01 danger02");
}

TEST_CASE("a pressed button is its choice, whatever its label says", "[engine][order]") {
  Chat chat = at(kLabels);
  Event event;
  event.hearing = tiny::hear(*chat.library, "Stop");  // a channel may send the label along
  event.choice = "it/it#it01=it02";
  chat.send(event);
  CHECK(chat.lines() == "it03");
}

TEST_CASE("a branch for what was not heard does not keep interrupts out", "[engine][order]") {
  Chat chat =
      at("\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: Say. #it01\n  when not "
         "blame\n    Bot: Kind. #it02\n"
         "end completed\n");
  chat.say("something else");
  CHECK(chat.lines() == "topic01 resume01 it01");
  chat.say("a plain answer");
  CHECK(chat.lines() == "it02");
}

TEST_CASE("an interrupt takes the place of an offered pause", "[engine][order]") {
  Chat chat = at(kLabels);
  for (int i = 0; i < 3; ++i) chat.say("hm");
  REQUIRE(chat.lines() == "rpause01");
  chat.say("help");
  CHECK(chat.last.state.conversation.frames.size() == 2);
  chat.say("nothing");
  CHECK(chat.lines() == "resume01 it01");
}
