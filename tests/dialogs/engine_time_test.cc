// Time in the engine: what is set, what fires, what is put off, and the wall clock of a zone.
#include <algorithm>
#include <set>

#include "support/tiny_library.h"

using namespace attune::dialogs;
using tiny::Chat;
using tiny::house_with;

namespace {

constexpr Time kHour = 3'600, kDay = 86'400;

// Dublin, 2026: summer time from 29 March to 25 October, 01:00 UTC.
const Zone& dublin() {
  static const Zone zone{{{0, 0}, {1'774'746'000, kHour}, {1'792'890'000, 0}, {1'806'195'600, kHour}}};
  return zone;
}

// Somebody at the keyboard and a clock that runs: fires what is due, as a server does.
struct Days {
  explicit Days(const std::string& script, const Zone* in = nullptr) : chat(house_with(script)), zone(in) {
    live = beginning(*chat.library);
    Event start;
    start.kind = Event::Kind::kStart;
    send(start);
  }
  static Library beginning(const Library& library) {
    Library copy = library;
    for (On& on : copy.always) {
      if (on.intent == "start") on.script = "it/it";
    }
    return copy;
  }
  void send(Event event) {
    event.now = now;
    event.zone = zone;
    event.hearing.safety_ran = true;
    const State before = state;
    Stepped stepped = step(*live, {}, state, event);
    REQUIRE(stepped.state.conversation == read_conversation(write(stepped.state.conversation)));
    for (const auto& [number, timer] : stepped.state.conversation.timers) {
      const auto was = before.conversation.timers.find(number);
      if (was == before.conversation.timers.end()) REQUIRE(number >= before.conversation.next_timer);
      else REQUIRE(was->second.due == timer.due);
    }
    state = std::move(stepped.state);
    for (const Effect& each : stepped.effects) {
      if (each.kind == Effect::Kind::kSay && each.script != "help/notice") {
        said.push_back(each.line);
        at.push_back(now);
      }
    }
  }
  void say(const std::string& words) {
    Event event;
    event.hearing = tiny::hear(*chat.library, words);
    send(event);
  }
  void fire(std::uint32_t number) {
    Event event;
    event.kind = Event::Kind::kTimer;
    event.timer = number;
    event.unread = unread;
    send(event);
  }
  void pass(Time seconds) {
    const Time then = now + seconds;
    for (;;) {
      const auto next = next_timer(state.conversation, then);
      if (!next) break;
      now = std::max(now, state.conversation.timers.at(*next).due);
      fire(*next);
      REQUIRE(++fired < 10'000);
    }
    now = then;
  }
  std::string lines() {
    std::string out;
    for (const auto& each : said) out += (out.empty() ? "" : " ") + each;
    said.clear();
    at.clear();
    return out;
  }

  Chat chat;
  std::optional<Library> live;
  const Zone* zone;
  State state;
  Time now = 1'772'452'800;  // Monday 2 March 2026, 12:00 UTC
  std::vector<std::string> said;
  std::vector<Time> at;
  int fired = 0;
  bool unread = false;
};

const char* const kAsks =
    "\nslots\n  word: text up to 99\n\n== start\nask word\n  Bot: Word? #it01\n  nudge after 24h: No rush. #it02\n"
    "  nudge after 2 days: This keeps. #it03\n  timeout after 7 days -> quiet\nBot: Good. #it04\nend completed\n\n"
    "== quiet\nBot: I leave it here. #it05\nend paused\n";

std::string reminding(const std::string& remind) {
  return "\nslots\n  word: text up to 99\n\n== start\nask word\n  Bot: Word? #it01\n" + remind + "\nBot: Good. #it02\nend completed\n";
}

}  // namespace

TEST_CASE("one nudge in a silence, then quiet, and the question stays open", "[engine][time]") {
  Days days(kAsks);
  CHECK(days.lines() == "it01");
  days.pass(kDay - 1);
  CHECK(days.lines().empty());
  days.pass(1);
  CHECK(days.lines() == "it02");
  days.pass(4 * kDay);
  CHECK(days.lines().empty());
  SECTION("an answer is an answer") {
    days.say("here");
    CHECK(days.lines() == "it04");
    CHECK(days.state.conversation.timers.empty());
  }
  SECTION("the next silence hears the next one") {
    days.say("repeat");
    CHECK(days.lines() == "it01");
    days.pass(2 * kDay);
    CHECK(days.lines() == "it03");
  }
  SECTION("then the way on") {
    days.pass(2 * kDay + 1);
    CHECK(days.lines() == "it05");
    CHECK(days.state.conversation.frames.empty());
    days.pass(99 * kDay);
    CHECK(days.lines().empty());
  }
}

TEST_CASE("a firing happens once: its number is gone for good", "[engine][time]") {
  Days days(kAsks);
  const std::uint32_t number = days.state.conversation.timers.begin()->first;
  days.lines();
  days.now += kDay;
  days.fire(number);
  CHECK(days.lines() == "it02");
  days.fire(number);
  CHECK(days.lines().empty());
  days.fire(99);
  CHECK(days.lines().empty());
}

TEST_CASE("quiet hours put off to their end, unless they are awake", "[engine][time]") {
  Days days(
      "\nslots\n  word: text up to 99\n\n== start\nask word\n  Bot: Word? #it01\n  nudge after 10h: No rush. #it02\n"
      "Bot: Rest. #it03\nwait 20 minutes\nBot: Back. #it04\nend completed\n",
      &dublin());
  days.lines();
  days.pass(19 * kHour);  // it would be 22:00; comes at 8:00
  CHECK(days.lines().empty());
  days.pass(2 * kHour);
  REQUIRE(days.at.size() == 1);
  CHECK(days.at[0] == 1'772'452'800 + 20 * kHour);
  days.pass(14 * kHour + 30 * 60);  // 23:30
  days.said.clear();
  days.say("here");
  days.pass(20 * 60);
  CHECK(days.lines() == "it03 it04");
}

TEST_CASE("waiting: told when they write, over when it is, skipped, paused", "[engine][time]") {
  Days days("\n== start\nBot: Rest. #it01\nwait 20 minutes\nBot: Back. #it02\nend completed\n");
  CHECK(days.lines() == "it01");
  SECTION("it goes on by itself, once") {
    days.pass(20 * 60);
    CHECK(days.lines() == "it02");
    days.pass(kDay);
    CHECK(days.lines().empty());
  }
  SECTION("words are no answer to it") {
    days.pass(60);
    days.say("yes");
    CHECK(days.state.conversation.frames.size() == 1);
    days.pass(19 * 60);
    CHECK(days.lines().find("it02") != std::string::npos);
  }
  SECTION("skip") {
    days.say("skip");
    CHECK(days.lines() == "it02");
    CHECK(days.state.conversation.timers.empty());
  }
  SECTION("whoever comes back after it is over goes on") {
    days.now += kHour;  // nobody fired it
    days.say("hello");
    CHECK(days.lines() == "it02");
  }
}

TEST_CASE("a reminder does not break in, and comes back to the open question", "[engine][time]") {
  Days days(reminding("remind in 2 hours: call help/help\nask word\n  Bot: More? #it03"));
  days.say("one");
  days.lines();
  days.pass(100 * 60);
  days.say("repeat");  // at 1:40; the reminder waits until 2:10
  days.lines();
  days.pass(20 * 60);
  CHECK(days.lines().empty());
  days.pass(10 * 60);
  CHECK_FALSE(days.lines().empty());
  REQUIRE(days.state.conversation.frames.size() == 2);  // it asks something itself
  days.pass(60);
  days.say("Nothing");
  CHECK(days.lines().find("it03") != std::string::npos);  // and the question is asked again
  CHECK(days.state.conversation.frames.size() == 1);
}

TEST_CASE("what nobody could read is not answered by what they write next", "[engine][time]") {
  Days days(kAsks);
  days.unread = true;
  days.pass(kDay);
  days.lines();
  days.say("the rent");
  CHECK(days.lines().find("it04") == std::string::npos);
  days.say("the rent");
  CHECK(days.lines() == "it04");
}

TEST_CASE("words on their way while a timer asked are put to nothing", "[engine][time]") {
  Days days("\nslots\n  word: text up to 99\n\n== start\nask word\n  Bot: A? #it01\n  timeout after 1 day -> next\n-> next\n\n"
            "== next\nask word\n  Bot: B? #it02\nBot: Good. #it03\nend completed\n");
  days.pass(kDay);
  days.lines();
  days.now += 2;
  days.say("to A");
  CHECK(days.lines().find("it03") == std::string::npos);
  days.now += 60;
  days.say("to B");
  CHECK(days.lines() == "it03");
}

TEST_CASE("every week on the person's clock, over both changes of clocks", "[engine][time]") {
  Days days(reminding("remind every week on sunday at 19:00: call help/help"), &dublin());
  days.say("one");
  days.lines();
  std::vector<Time> came;
  for (int week = 0; week < 40; ++week) {
    days.pass(7 * kDay);
    came.insert(came.end(), days.at.begin(), days.at.end());
    days.lines();
    days.say("hello");  // the idle menu; not quiet
    days.lines();
  }
  REQUIRE(came.size() >= 40);
  std::sort(came.begin(), came.end());
  came.erase(std::unique(came.begin(), came.end()), came.end());
  CHECK(came.size() == 40);
  for (const Time at : came) {
    const Time wall = on_the_wall(&dublin(), at);
    CHECK(wall % kDay == 19 * kHour);
    CHECK((wall / kDay + 3) % 7 == 6);
  }
}

TEST_CASE("two weeks without an answer, then quiet until they write", "[engine][time]") {
  Days days(reminding("remind every week on sunday at 19:00: call help/help"));
  days.say("one");
  days.lines();
  days.pass(60 * kDay);
  CHECK(std::set<Time>(days.at.begin(), days.at.end()).size() == 2);
  days.lines();
  days.say("hello");
  days.lines();
  days.pass(7 * kDay);
  CHECK_FALSE(days.lines().empty());
}

TEST_CASE("days of a reminder are days of the calendar; forgotten is forgotten", "[engine][time]") {
  const std::string twice = "remind in 30 days: call help/help\nremind in 30 days: call help/help";
  SECTION("12:00 before the change, 12:00 after it") {
    Days days(reminding(twice), &dublin());
    days.say("one");
    days.lines();
    CHECK(days.state.conversation.timers.size() == 1);  // the second took the place of the first
    days.pass(30 * kDay - kHour - 1);
    CHECK(days.lines().empty());
    days.pass(1);
    CHECK_FALSE(days.lines().empty());
  }
  SECTION("forget reminder") {
    Days days(reminding(twice + "\nremind every week on sunday at 19:00: call help/notice\nforget reminder"), &dublin());
    days.say("one");
    days.lines();
    days.pass(99 * kDay);
    CHECK(days.lines().empty());
  }
}

TEST_CASE("a clock set back makes nothing come twice or early; one that was years ahead holds nothing up", "[engine][time]") {
  Days days(kAsks);
  days.lines();
  const Time real = days.now;
  SECTION("an hour, a day, 1970") {
    for (const Time back : {kHour, kDay - 1, real - 60}) {
      days.now = real - back;
      days.fire(days.state.conversation.timers.begin()->first);
      CHECK(days.lines().empty());
      days.now = real;
    }
    days.pass(kDay);
    CHECK(days.lines() == "it02");
  }
  SECTION("2038") {
    days.now = 2'145'916'800;
    days.say("repeat");
    days.lines();
    days.now = real;
    days.say("repeat");
    days.lines();
    days.pass(kDay + 3 * kDay);
    CHECK(days.lines() == "it02");
  }
}

TEST_CASE("what was lost is told when they write, not by a timer", "[engine][time]") {
  Days days(kAsks);
  days.lines();
  days.live->hash = "another";
  days.live->programs.erase("it/it");
  days.pass(3 * kDay);
  CHECK(days.lines().empty());
  CHECK(days.fired <= 4);
  CHECK(days.state.conversation.frames.size() == 1);
}

TEST_CASE("a wall clock: skipped times, times that come twice, quiet hours over midnight", "[engine][time]") {
  const Zone* zone = &dublin();
  const Time spring = 1'774'746'000;  // 01:00 becomes 02:00
  CHECK(on_the_wall(zone, spring - 1) == spring - 1);
  CHECK(on_the_wall(zone, spring) == spring + kHour);
  CHECK(when_shown(zone, spring + 30 * 60) == spring + 30 * 60);  // 01:30 is not shown: 02:30
  const Time autumn = 1'792'890'000;                              // 02:00 becomes 01:00
  CHECK(when_shown(zone, autumn + 30 * 60) == autumn - 30 * 60);  // 01:30: the first of two
  CHECK(next_shown(zone, 0, 3, 0) == 7 * kDay);                   // Thursday 0:00, after now
  CHECK(next_shown(nullptr, 0, -1, 60) == kHour);
  const Time monday = 4 * kDay;  // 1970-01-05
  CHECK(after_quiet(nullptr, monday + 22 * kHour, 21, 8) == monday + 32 * kHour);
  CHECK(after_quiet(nullptr, monday + 7 * kHour, 21, 8) == monday + 8 * kHour);
  CHECK(after_quiet(nullptr, monday + 8 * kHour, 21, 8) == monday + 8 * kHour);
  CHECK(after_quiet(nullptr, monday + 13 * kHour, 13, 15) == monday + 15 * kHour);
  CHECK(after_quiet(nullptr, monday, 5, 5) == monday);
}
