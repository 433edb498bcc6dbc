// Timers on a real store: each fires once, whoever fires it, however often the process begins again.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "bot/delivery/timers.h"
#include "bot/turn/impact.h"
#include "bot/turn/zones.h"
#include "dialogs/play/play.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/bot/small_edition.h"
#include "tests/storage/temp_folder.h"

using namespace attune;
using namespace attune::bot;

namespace {

constexpr std::int64_t kDay = 86'400;

class HandClock final : public Clock {
 public:
  std::int64_t now() const override { return now_; }
  std::atomic<std::int64_t> now_{1'767'607'200};  // Monday 5 January 2026, 10:00 UTC
};

constexpr const char* kWeekly = R"(title: Weekly
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  word: text up to 200

== start
remind every week on sunday at 19:00: call try/weekly
ask word
  Bot: Say a word. #week01
  nudge after 24h: No rush. #week02
Bot: That was {word}. #week03
end completed
)";

std::shared_ptr<const Edition> weekly() {
  static const auto edition = [] {
    const auto built = bot::testing::edition_with({{"dialogs/try/weekly.talk", kWeekly}});
    auto copy = std::make_shared<Edition>(*built);
    copy->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*built->library, "try/weekly"));
    return copy;
  }();
  return edition;
}

struct World {
  World() { open(); }
  ~World() { close(); }
  void close() {
    timers.reset();
    turns.reset();
    editions.reset();
    if (store) store->close();
    store.reset();
  }
  void open() {
    close();
    storage::SqliteOptions options;
    options.path = folder / "attune.db";
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    store = std::move(*opened);
    editions = std::make_unique<Editions>(*store, weekly());
    turns = std::make_unique<Turns>(*store, *editions, clock, measures, Turns::Options{});
    timers = std::make_unique<Timers>(*store, *turns, clock, [](const std::string&) { return true; });
  }
  Inbound from(const std::string& who) const {
    Inbound inbound;
    inbound.address.channel = "web";
    inbound.address.place = who;
    return inbound;
  }
  Turns::Answer begin(const std::string& who, const std::string& zone = "") {
    Inbound inbound = from(who);
    inbound.kind = dialogs::Event::Kind::kStart;
    inbound.zone = zone;
    return turns->answer(inbound);
  }
  Turns::Answer say(const std::string& who, const std::string& text) {
    Inbound inbound = from(who);
    inbound.text = text;
    return turns->answer(inbound);
  }
  // Times at which timers said something to them, by line.
  std::multimap<std::string, std::int64_t> came(const std::string& who) {
    std::multimap<std::string, std::int64_t> out;
    const auto where = store->find(from(who).address);
    const auto entries = store->transcript((*where)->conversation, 0, 10'000);
    for (const auto& entry : *entries) {
      if (entry.kind != "timer") continue;
      for (const auto& message : read_reply(entry.reply).messages) out.emplace(message.line, entry.at);
    }
    return out;
  }

  storage::test::TempFolder folder;
  HandClock clock;
  Measures measures;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<Editions> editions;
  std::unique_ptr<Turns> turns;
  std::unique_ptr<Timers> timers;
};

}  // namespace

TEST_CASE("a nudge is a turn of its own, once, and its row goes with it", "[timers]") {
  World world;
  world.begin("ada");
  REQUIRE(world.store->backlog()->next_timer == 1'767'607'200 + kDay);
  world.timers->look();
  CHECK(world.timers->counts().fired == 0);
  world.clock.now_ += kDay;
  world.timers->look();
  world.timers->look();
  CHECK(world.timers->counts().fired == 1);
  CHECK(world.came("ada").count("week02") == 1);
  CHECK(read_reply(world.say("ada", "bread").taken.reply).messages.front().line == "week03");
}

TEST_CASE("two processes fire the same timer: one turn", "[timers]") {
  World world;
  world.begin("ada");
  world.clock.now_ += kDay;
  Timers other(*world.store, *world.turns, world.clock, [](const std::string&) { return true; });
  const auto due = world.store->due_timers(world.clock.now(), std::nullopt, 10);
  REQUIRE(due->size() == 1);
  world.timers->look();
  Inbound again = world.from("ada");  // who had read the page before the other was done
  again.kind = dialogs::Event::Kind::kTimer;
  again.timer = (*due)[0].number;
  again.event = storage::timer_event((*due)[0].where.conversation, (*due)[0].number);
  CHECK(world.turns->answer(again).taken.kind == Taken::Kind::kStored);
  other.look();
  CHECK(world.came("ada").count("week02") == 1);
}

TEST_CASE("whoever is forgotten is not reminded, and nobody begins by a timer", "[timers]") {
  World world;
  world.begin("ada");
  const auto where = world.store->find(world.from("ada").address);
  const auto due = world.store->due_timers(world.clock.now() + 2 * kDay, std::nullopt, 10);
  REQUIRE(due->size() >= 1);
  std::atomic<bool> done{false};
  world.turns->forget({world.from("ada").address}, (*where)->person, [&](storage::Commit) { done = true; });
  while (!done) std::this_thread::yield();
  world.clock.now_ += 30 * kDay;
  world.timers->look();
  CHECK(world.timers->counts().fired == 0);
  Inbound late = world.from("ada");
  late.kind = dialogs::Event::Kind::kTimer;
  late.timer = (*due)[0].number;
  late.event = storage::timer_event((*due)[0].where.conversation, (*due)[0].number);
  CHECK(world.turns->answer(late).taken.kind == Taken::Kind::kNobody);
  CHECK_FALSE(world.store->find(world.from("ada").address)->has_value());
}

TEST_CASE("twelve weeks in three zones, the process begun again each day", "[timers]") {
  World world;
  const std::map<std::string, std::string> people = {{"ada", "Europe/Dublin"}, {"ben", "America/New_York"}, {"cho", "Asia/Kolkata"}};
  for (const auto& [who, zone] : people) {
    world.begin(who, zone);
    world.say(who, "bread");
  }
  for (int hour = 0; hour < 12 * 7 * 24; ++hour) {
    world.clock.now_ += 3'600;
    if (hour % 24 == 0) world.open();
    world.timers->look();
    if (hour % (7 * 24) == 10) {
      for (const auto& [who, zone] : people) world.say(who, "bread");
    }
  }
  for (const auto& [who, zone] : people) {
    INFO(who);
    std::set<std::int64_t> sundays;
    for (const auto& [line, at] : world.came(who)) {
      if (line != "week01") continue;
      const std::int64_t wall = dialogs::on_the_wall(zone_named(zone), at);
      CHECK((wall / kDay + 3) % 7 == 6);
      CHECK(wall % kDay / 3'600 == 19);
      CHECK(sundays.insert(wall / kDay).second);  // once a day
    }
    CHECK(sundays.size() == 12);
  }
}

TEST_CASE("publishing tells of reminders whose script would be gone", "[timers][publishing]") {
  World world;
  world.begin("ada");
  world.begin("ben");
  const auto without = bot::testing::edition_with();
  const auto impact = impact_of(*without, false, *world.editions, *world.store);
  REQUIRE(impact);
  CHECK(impact->lost_reminders == std::map<std::string, std::size_t>{{"try/weekly", 2}});
  CHECK_THAT(told(*impact, false), Catch::Contains("2  reminders of try/weekly, which is not in it: let go when due"));
  CHECK(impact_of(*weekly(), false, *world.editions, *world.store)->lost_reminders.empty());
}

TEST_CASE("zones are those of the system, and no other", "[timers][zone]") {
  CHECK(is_zone("Europe/Dublin"));
  CHECK(is_zone("UTC"));
  for (const char* none : {"", "Europe/Nowhere", "../../etc/passwd", "Europe/Dublin\n"}) CHECK_FALSE(is_zone(none));
  CHECK_FALSE(is_zone(std::string(100'000, 'a')));
  const auto* dublin = zone_named("Europe/Dublin");
  CHECK(dialogs::on_the_wall(dublin, 1'774'745'999) == 1'774'745'999);  // 29 March 2026
  CHECK(dialogs::on_the_wall(dublin, 1'774'746'000) == 1'774'749'600);
}

// How fast what is due is fired, beside turns of messages on the same machine. ATTUNE_LONG=1: 100,000.
TEST_CASE("due timers are fired at half the rate of turns, or better", "[timers][speed]") {
  const bool whole = std::getenv("ATTUNE_LONG") != nullptr;
  const int people = whole ? 100'000 : 2'000;
  World world;
  using Time = std::chrono::steady_clock;
  const auto seconds = [](Time::time_point since) { return std::chrono::duration<double>(Time::now() - since).count(); };
  const auto all = [&](dialogs::Event::Kind kind) {
    const auto start = Time::now();
    std::atomic<int> open{0}, failed{0};
    for (int i = 0; i < people; ++i) {
      while (open >= 512) std::this_thread::yield();
      Inbound inbound = world.from("p" + std::to_string(i));
      inbound.kind = kind;
      inbound.text = "repeat";
      ++open;
      world.turns->take(inbound, 0, [&](storage::Commit outcome) { failed += outcome != storage::Commit::kDone; --open; });
    }
    while (open > 0) std::this_thread::yield();
    CHECK(failed == 0);
    return people / seconds(start);
  };
  all(dialogs::Event::Kind::kStart);
  const double turns = all(dialogs::Event::Kind::kMessage);
  world.clock.now_ += kDay;
  const auto start = Time::now();
  world.timers->look();
  const double timers = people / seconds(start);
  CHECK(world.timers->counts().fired == static_cast<std::uint64_t>(people));
  std::cout << people << " due: " << static_cast<int>(timers) << " timers a second beside " << static_cast<int>(turns) << " turns\n";
  CHECK(timers >= turns / 2);
}

TEST_CASE("nobody comes: the bot is back, and the inbox is told, by a turn of its own", "[timers][hand-off]") {
  World world;
  const std::string text = R"(title: Asking
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  word: text up to 200

== start
ask word
  Bot: A word? #hand01
Bot: I have asked for a person. #hand02
hand off "wants a person"
  timeout after 2 hours -> nobody
end completed

== nobody
Bot: Nobody could come. #hand03
end paused
)";
  auto edition = std::make_shared<Edition>(*bot::testing::edition_with({{"dialogs/try/asking.talk", text}}));
  edition->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*edition->library, "try/asking"));
  world.turns.reset();
  world.editions = std::make_unique<Editions>(*world.store, edition);
  world.turns = std::make_unique<Turns>(*world.store, *world.editions, world.clock, world.measures, Turns::Options{});
  world.timers = std::make_unique<Timers>(*world.store, *world.turns, world.clock, [](const std::string&) { return true; });
  world.begin("ada");
  world.say("ada", "please");
  world.clock.now_ += 3'600;
  world.say("ada", "hello?");
  world.clock.now_ += 3'599;
  world.timers->look();
  CHECK(world.came("ada").empty());
  storage::HandedList list;
  list.space = world.from("ada").address.space;
  REQUIRE(world.store->handed(list)->size() == 1);
  const auto where = world.store->handed(list)->front();
  world.clock.now_ += 1;
  world.timers->look();
  world.timers->look();
  CHECK(world.came("ada").count("hand03") == 1);
  CHECK(world.store->handed(list)->empty());
  const auto after = world.store->handed(where.where.conversation, where.number);
  REQUIRE((after && *after));
  CHECK((*after)->what == storage::HandOff::What::kNobody);
  CHECK((*after)->over == world.clock.now());
  Inbound late = world.from("ada");
  late.kind = dialogs::Event::Kind::kTake;
  late.counselor = "mira";
  late.hand_off = where.number;
  late.conversation = where.where.conversation;
  late.event = {"counselor", "default mira", "1"};
  const auto refused = world.turns->answer(late);
  CHECK(refused.taken.kind == Taken::Kind::kMisfit);
  CHECK(refused.taken.why == "over");
  late.conversation[0] ^= 1;  // somebody else lives at that address by now
  CHECK(world.turns->answer(late).taken.kind == Taken::Kind::kNobody);
}
