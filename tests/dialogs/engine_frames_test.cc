// Scripts on scripts: call, switch, gates, interrupts, editions, the moments, safety's own flag.
#include "support/tiny_library.h"

using namespace attune::dialogs;
using Catch::Matchers::Contains;
using tiny::Chat;
using tiny::house;
using tiny::house_with;

namespace {

tiny::Files two(const std::string& first, const std::string& second) {
  tiny::Files files = house_with(first);
  files["it/two.talk"] = "title: Two\nabout: Two.\n" + second;
  return files;
}

const char* const kPlain =
    "\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: Say. #it01\nend completed\n";

}  // namespace

TEST_CASE("call hands over values and saves one", "[engine][frames]") {
  Chat chat(two(
      "\nslots\n  word: text up to 99, keep 7 days\n  my-end: choice\n\n== start\nBot: Before. "
      "#it01\n"
      "call it/two with level = 9 save word\ncall it/two save my-end\nask word\n  Bot: {word}, "
      "{my-end} #it02\nend completed\n",
      "\nslots\n  word: text up to 99\n  level: number 0 to 5, starts at 1\n\n== start\nask word\n"
      "  Bot: Level {level}. #two01\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it01 two01");
  CHECK(chat.last_text() == "Level 5.");  // kept in its range
  chat.say("a word of mine");
  CHECK(chat.lines() == "two01");
  CHECK(chat.last_text() == "Level 1.");
  chat.say("another");
  CHECK(chat.last_text() == "a word of mine, completed");
  CHECK(chat.last.state.conversation.texts.size() == 1);
  CHECK(chat.last.state.conversation.texts.begin()->second.keep == 7 * 86'400);
}

TEST_CASE("my.* is remembered across scripts, and its texts live with the person",
          "[engine][frames]") {
  Chat chat(
      two("\n== start\nask my.name\n  Bot: Name? #it01\nadd 20 to my.count\ncall it/two save "
          "my.name\nend completed\n",
          "\nslots\n  name: text up to 40\n\n== start\nask name\n  Bot: {my.name} {my.count}? "
          "#two01\nend completed\n"));
  chat.begin("it/it");
  chat.say("Kim Example");
  CHECK(chat.last_text() == "Kim Example 9?");
  chat.say("Kim Another");
  CHECK(chat.idle());
  REQUIRE(chat.last.state.person.texts.size() == 1);
  CHECK(chat.last.state.person.texts.begin()->second.text == "Kim Another");
  CHECK(chat.last.state.conversation.texts.empty());
}

TEST_CASE("switch leaves everything for good", "[engine][frames]") {
  Chat chat(two("\n== start\ncall it/two\nBot: Never. #it01\nend completed\n",
                "\n== start\nswitch to help/menu\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "menu01");
  CHECK(chat.ended() == "it/two stopped, it/it stopped");
}

TEST_CASE("gates: refused, another script runs in its place and comes back", "[engine][frames]") {
  const std::string gated =
      "needs: done help/topic\nneeds otherwise: help/topic\nor because hour >= 22: safety/exit\n";
  Chat chat(two("\n== start\ncall it/two\nBot: Back. #it01\ncall it/two\nend completed\n",
                gated + "\n== start\nask my.name\n  Bot: In. #two01\nend completed\n"));
  Chat late(chat.library);
  late.hour = 23;
  chat.begin("it/it");
  CHECK(chat.lines() == "topic01 it01 two01");
  CHECK_THAT(chat.why(),
             Contains("it/two is not for now (not done help/topic; help/topic was not done): help/topic instead"));
  late.last.state.person.done["help/topic"] = {1, 1};
  late.begin("it/it");
  CHECK(late.lines() == "exit01 it01 exit01");
}

TEST_CASE("an interrupt comes back to the question; paused rests; stopped ends",
          "[engine][frames]") {
  Chat chat(house_with(kPlain));
  chat.begin("it/it");
  chat.say("pause");
  CHECK(chat.lines() == "pause01");
  CHECK(chat.last.state.conversation.paused);
  CHECK(chat.at() == "it/it#it01");
  chat.say("I am back now");
  CHECK(chat.lines() == "welcomeback01 it01");
  CHECK(chat.slot("reply") == "");
  chat.say("pause");
  chat.say("something else");  // an interrupt is heard in a pause too
  CHECK(chat.lines() == "topic01 resume01 it01");
  chat.say("my answer");
  CHECK(chat.ended() == "it/it completed");
}

TEST_CASE("the moments: first contact, opened again, idle, notice", "[engine][frames]") {
  Chat chat(house_with(kPlain));
  chat.open();
  CHECK(chat.last.effects.front().line == "notice01");
  CHECK(chat.lines() == "welcome01 menu01");
  chat.open();
  CHECK(chat.lines() == "welcomeback01 menu01");
  CHECK(chat.last.effects.front().line != "notice01");
  chat.say("nothing now");
  CHECK(chat.idle());
  chat.say("hello?");
  CHECK(chat.lines() == "menu01");
  chat.say("nothing now");
  chat.open();
  CHECK(chat.lines() == "menu01");

  Chat message(house_with(kPlain));
  message.say("hello");  // a channel that has no opening
  CHECK(message.last.effects.front().line == "notice01");
  CHECK(message.lines() == "welcome01 menu01");
}

TEST_CASE("a clock that was ahead and was set right holds back no notice, no words and no safety",
          "[engine][frames][clock]") {
  const Time right = 1'764'000'000, ahead = right + 12 * 365 * 86'400;
  Chat chat(house_with(kPlain));
  chat.now = ahead;
  chat.begin("it/it");
  chat.last.state.person.safety_open = true;
  chat.last.state.person.safety_since = ahead;
  chat.last.state.person.texts[1] = {"a name", 86'400, ahead};
  chat.last.state.person.memory["my.name"] = TextRef{1};
  chat.last.state.person.done["it/it"] = {ahead, 1};
  chat.now = right;
  chat.say("repeat");
  const Person& person = chat.last.state.person;
  CHECK(person.safety_since == right);
  CHECK(person.done.at("it/it").last == right);
  int turns = 0;
  do {
    chat.now += 20 * 60;
    chat.say("repeat");
    ++turns;
  } while (chat.last.effects.front().line != "notice01" && turns < 50);
  CHECK(chat.now - right >= 3 * 3'600);
  CHECK(chat.now - right < 4 * 3'600);
  chat.now = right + 86'400;
  chat.say("repeat");
  CHECK(chat.last.state.person.texts.empty());
}

TEST_CASE("the notice comes after 7 days away and after 3 hours on end, not sooner",
          "[engine][frames]") {
  const auto noticed = [](const Chat& chat) {
    return !chat.last.effects.empty() && chat.last.effects.front().line == "notice01";
  };
  Chat chat(house());
  chat.open();
  chat.now += 2 * 86'400;
  chat.open();
  CHECK_FALSE(noticed(chat));
  chat.now += 6 * 86'400 + 86'300;
  chat.open();
  CHECK_FALSE(noticed(chat));
  chat.now += 7 * 86'400;
  chat.open();
  CHECK(noticed(chat));
  int turns = 0;
  do {
    chat.now += 20 * 60;
    chat.open();
    ++turns;
  } while (!noticed(chat) && turns < 50);
  CHECK(turns == 9);
}

TEST_CASE("safety.open: opened by its script, read by conditions, cleared after a day",
          "[engine][frames]") {
  Chat chat(
      two("\n== start\nif safety.open\n  Bot: Open. #it01\notherwise\n  Bot: Closed. #it02\ncall "
          "safety/check\nend completed\n",
          "\n== start\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it02 check01");
  CHECK_FALSE(chat.has(Effect::Kind::kSafety));
  const Time opened = chat.now;
  chat.say("he will kill me");
  chat.say("1");
  CHECK(chat.idle());
  CHECK(chat.last.state.person.safety_open);
  chat.say("hello");  // idle: the menu
  chat.now = opened + 86'399;
  chat.say("1");
  CHECK(chat.lines() == "it01 check01");
  CHECK(chat.last.state.person.safety_open);
  chat.say("hello");
  chat.now = opened + 86'400;
  chat.say("1");
  CHECK(chat.lines() == "it01 check01");
  CHECK_FALSE(chat.last.state.person.safety_open);
  CHECK(chat.last.state.person.safety_class.empty());
}

TEST_CASE("forget everything: nothing of the person is left after the turn", "[engine][frames]") {
  Chat chat(house_with(kPlain));
  chat.begin("it/it");
  chat.last.state.person.memory["my.count"] = std::int64_t{3};
  chat.say("delete my data");
  CHECK(chat.has(Effect::Kind::kForgetPerson));
  CHECK(chat.lines().starts_with("delete01"));
  CHECK(chat.last.state == State{});
}

TEST_CASE("a run stays on its edition, and what interrupts it is of the one being served",
          "[engine][editions]") {
  Chat chat(house_with(kPlain));
  chat.begin("it/it");
  const auto old = chat.library;
  tiny::Files changed = house_with(
      "\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: Other words. #it01\nend "
      "completed\n");
  changed["help/topic.talk"] =
      "title: T\nabout: T.\n\n== start\nBot: New topic. #topic02\nend completed\n";
  chat.library = tiny::assemble(changed, "edition-2");
  chat.held = {old.get()};
  CHECK(held_editions(chat.last.state, "edition-2") == std::vector<std::string>{"edition-1"});
  CHECK(held_editions(chat.last.state, "edition-1").empty());
  chat.say("something else");
  CHECK(chat.lines() == "topic02 resume01 it01");
  CHECK(chat.last_text() == "Say.");
  Chat lost(chat);
  lost.held = {};
  lost.say("an answer");
  CHECK(lost.lines() == "lost01 menu01");
  CHECK(lost.ended() == "it/it stopped");
  Chat danger(chat);
  danger.held = {};
  danger.say("he will kill me");
  CHECK(danger.lines() == "danger01 danger02");
}

TEST_CASE("what a pinned run calls is of its own edition; what it switches to is not",
          "[engine][editions]") {
  const std::string body =
      "\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: Say. #it01\ncall "
      "it/two\nswitch to it/two\n";
  Chat chat(two(body, "\n== start\nBot: Old. #two01\nend completed\n"));
  chat.begin("it/it");
  const auto old = chat.library;
  chat.library =
      tiny::assemble(two(body, "\n== start\nBot: New. #two02\nend completed\n"), "edition-2");
  chat.held = {old.get()};
  chat.say("go on");
  CHECK(chat.lines() == "two01 two02");
}

TEST_CASE("a called script whose place is gone takes its caller with it", "[engine][editions]") {
  Chat chat(two("\n== start\ncall it/two\nend completed\n",
                "\n== start\nask my.name\n  Bot: Who? #two01\nend completed\n"));
  chat.begin("it/it");
  chat.last.state.conversation.frames.back().at = "gone99";
  chat.say("Kim");
  CHECK(chat.lines() == "lost01 menu01");
  CHECK(chat.ended() == "it/two stopped, it/it stopped");
}

TEST_CASE("a lost interrupt leaves the question below it", "[engine][editions]") {
  Chat chat(house_with(kPlain));
  chat.begin("it/it");
  const auto old = chat.library;
  tiny::Files next = house();
  chat.library = tiny::assemble(next, "edition-2");
  chat.held = {old.get()};
  chat.say("help");
  CHECK(chat.at() == "help/help#help01");
  const auto between = chat.library;
  chat.library =
      tiny::assemble(next, "edition-3");  // the help script's edition is gone, the run's is held
  Chat held(chat);
  held.held = {old.get(), between.get()};  // three editions, one on the other: each frame goes on with its own
  CHECK(held_editions(held.last.state, "edition-3") == std::vector<std::string>{"edition-1", "edition-2"});
  CHECK(open_edition(held.last.state, "edition-3") == "edition-2");
  held.say("nothing");
  CHECK(held.lines().find("lost01") == std::string::npos);
  chat.say("nothing");
  CHECK(chat.lines() == "lost01 it01");
  CHECK(chat.at() == "it/it#it01");
}

TEST_CASE("a run without a question is cut, and the open question stays", "[engine][guard]") {
  Chat chat(
      house_with("\nslots\n  reply: text up to 99\n  n: number 0 to 9, starts at 0\n\n== "
                 "start\nask reply\n  Bot: Say. #it01\n"
                 "set n = 4\nBot: Round. #it02\n-> round\n\n== round\n-> round\n"));
  chat.begin("it/it");
  chat.say("into the loop");
  CHECK(chat.lines() == "internal01 it01");
  CHECK(chat.at() == "it/it#it01");
  CHECK(chat.top().scene == "start");
  CHECK(chat.slot("n") == "0");
  CHECK(chat.slot("reply") == "");
  CHECK_THAT(chat.why(), Contains("guard: a run without a question was cut off"));
}

TEST_CASE("calls without end, and a script that only loops, are cut", "[engine][guard]") {
  Chat deep(
      two("\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: Say. #it01\ncall "
          "it/two\nend completed\n",
          "\n== start\ncall it/two\nend completed\n"));
  deep.begin("it/it");
  deep.say("go");
  CHECK(deep.lines() == "internal01 it01");
  Chat loop(two("\n== start\n-> start\n", "\n== start\nend completed\n"));
  loop.begin("it/it");
  CHECK(loop.lines() == "internal01");
  CHECK(loop.idle());
  Chat away(two(kPlain, "\n== start\n-> start\n"));
  away.begin("it/it");
  for (On& line : away.library->always) {
    if (line.intent == "stop") line.script = "it/two";
  }
  away.say("stop");  // left for a script that cannot run: back where it was
  CHECK(away.lines() == "internal01 it01");
  CHECK(away.at() == "it/it#it01");
}
