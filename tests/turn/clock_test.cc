// Clocks that leap: an hour, a day, to 1970, to 2038, and back. Nothing is lost by it, no event is
// processed twice, nothing is swept that is not due, and the notice comes as promised.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "bot/turn/clock.h"
#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/turn/dice.h"
#include "tests/turn/shelf.h"

namespace attune::turn_test {
namespace {

namespace fs = std::filesystem;
using bot::PatientClock;

constexpr std::int64_t kHour = 3'600, kDay = 86'400;
constexpr std::int64_t kToday = 1'767'607'200;  // 2026-01-05
constexpr std::int64_t kYear2038 = 2'147'483'648;

struct Machine {  // its clocks, as somebody may set them
  std::int64_t wall = kToday, uptime = 500;
  void pass(std::int64_t seconds) {
    wall += seconds;
    uptime += seconds;
  }
  PatientClock clock() {
    return PatientClock([this] { return wall; }, [this] { return uptime; });
  }
};

}  // namespace

TEST_CASE("a leap ahead is not believed before it has lasted a day", "[turn][clock]") {
  const std::int64_t leap = GENERATE(as<std::int64_t>{}, kHour, kDay, 30 * kDay, kYear2038 - kToday);
  INFO("leap of " << leap);
  Machine machine;
  const PatientClock clock = machine.clock();
  machine.pass(10 * kDay);
  CHECK(clock.now() == kToday + 10 * kDay);
  machine.wall += leap;
  CHECK(clock.now() == kToday + 10 * kDay);
  machine.pass(kDay - 1);
  CHECK(clock.now() == kToday + 11 * kDay - 1);
  SECTION("set right again, nothing happened") {
    machine.wall -= leap;
    machine.pass(1);
    CHECK(clock.now() == machine.wall);
    machine.wall += leap;
    machine.pass(kDay - 1);
    CHECK(clock.now() == machine.wall - leap);
  }
  SECTION("left like that, it was meant") {
    machine.pass(1);
    CHECK(clock.now() == machine.wall);
    machine.pass(kDay);
    CHECK(clock.now() == machine.wall);
  }
}

TEST_CASE("a leap back is followed at once, and so is the way forward again within a day", "[turn][clock]") {
  Machine machine;
  const PatientClock clock = machine.clock();
  machine.wall -= 3 * kDay;
  CHECK(clock.now() == kToday - 3 * kDay);
  machine.pass(kHour);
  machine.wall += 3 * kDay;
  CHECK(clock.now() == kToday + kHour);
  machine.wall -= 3 * kDay;
  (void)clock.now();
  machine.pass(2 * kDay);  // by now it was meant
  (void)clock.now();
  machine.wall += 3 * kDay;
  CHECK(clock.now() == machine.wall - 3 * kDay);
}

TEST_CASE("a clock that was never set is believed when it is", "[turn][clock]") {
  Machine machine;
  machine.wall = 3;  // 1970
  const PatientClock clock = machine.clock();
  machine.pass(100);
  CHECK(clock.now() == 103);
  machine.wall = kToday;
  CHECK(clock.now() == kToday);
}

TEST_CASE("small steps, and the slow drift of a clock that is being steered, are followed", "[turn][clock]") {
  Machine machine;
  const PatientClock clock = machine.clock();
  for (int i = 0; i < 10'000; ++i) {
    machine.pass(10);
    machine.wall += i % 3;  // ten per cent fast
    REQUIRE(clock.now() == machine.wall);
  }
}

TEST_CASE("whatever mistakes somebody makes with the clock for less than a day, it is not ahead of the truth", "[turn][clock]") {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    Dice dice(seed);
    Machine machine;
    std::int64_t truth = machine.wall, wrong = 0, left = 0;
    const PatientClock clock = machine.clock();
    for (int i = 0; i < 400; ++i) {
      const std::int64_t seconds = dice.between(1, 3 * kHour);
      truth += seconds;
      machine.pass(seconds);
      left -= seconds;
      if (left <= 0 && dice.chance(300)) {
        wrong = wrong != 0 ? 0 : dice.of(std::vector<std::int64_t>{kHour, -kHour, kDay, -kDay, 400 * kDay, kYear2038 - kToday});
        left = dice.between(0, 17 * kHour);  // three hours and one more before it is noticed
      }
      if (wrong != 0 && left <= -2 * kHour) wrong = 0;
      machine.wall = truth + wrong;
      const std::int64_t now = clock.now();
      REQUIRE(now <= truth + 60);
      if (wrong >= 0) REQUIRE(now >= truth - 60);
    }
  }
}

namespace {

// A real store, and the turn by a machine's clocks.
struct World {
  World() : folder(fs::temp_directory_path() / ("attune-clock-" + storage::hex(storage::random_id()))) {
    fs::create_directories(folder);
    open();
  }
  ~World() {
    close();
    fs::remove_all(folder);
  }
  void close() {
    turns.reset();
    editions.reset();
    if (store) store->close();
    store.reset();
  }
  void open(const std::string& zone = "UTC") {
    close();
    storage::SqliteOptions options;
    options.path = (folder / "attune.db").string();
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    store = std::move(*opened);
    clock = std::make_unique<PatientClock>([this] { return machine.wall; }, [this] { return machine.uptime; });
    editions = std::make_unique<bot::Editions>(*store, Shelf::get().at(0));
    turns = std::make_unique<bot::Turns>(*store, *editions, *clock, measures, bot::Turns::Options{zone, 20'000});
  }
  bot::Turns::Answer says(const std::string& text, const std::string& event = "") {
    bot::Inbound inbound;
    inbound.address.channel = "test";
    inbound.address.place = "ada";
    inbound.event = {"test", "default", event};
    inbound.text = text;
    auto answer = turns->answer(inbound);
    if (answer.outcome == storage::Commit::kDone) where = answer.taken.where;
    return answer;
  }
  std::string reply(const std::string& text, const std::string& event = "") {
    const auto answer = says(text, event);
    REQUIRE(answer.outcome == storage::Commit::kDone);
    std::string all;
    for (const auto& message : bot::read_reply(answer.taken.reply).messages) all += message.script + "#" + message.line + " ";
    return all;
  }
  bool noticed(const std::string& text) { return reply(text).find("help/automated#auto01") == 0; }
  std::size_t words() {
    const auto transcript = store->transcript(where.conversation, 0, 1000);
    REQUIRE(transcript);
    return static_cast<std::size_t>(std::count_if(transcript->begin(), transcript->end(), [](const auto& entry) { return !entry.said.empty(); }));
  }

  fs::path folder;
  Machine machine;
  bot::Measures measures;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<PatientClock> clock;
  std::unique_ptr<bot::Editions> editions;
  std::unique_ptr<bot::Turns> turns;
  storage::Where where;
};

}  // namespace

TEST_CASE("a clock that leaps and comes back loses nothing and repeats nothing", "[turn][clock]") {
  const std::int64_t leap = GENERATE(as<std::int64_t>{}, kHour, -kHour, kDay, -kDay, 40 * kDay, kYear2038 - kToday, -kToday + 10);
  INFO("leap of " << leap);
  World world;
  (void)world.says("hello", "e0");
  const auto one = world.says("stone", "e1");
  REQUIRE(one.outcome == storage::Commit::kDone);
  REQUIRE(world.words() == 2);
  world.machine.wall += leap;
  for (int round = 0; round < 3; ++round) {
    REQUIRE(world.store->sweep(world.clock->now()));
    CHECK(world.words() == 2 + static_cast<std::size_t>(round));
    CHECK(world.says("stone", "e1").taken.reply == one.taken.reply);  // from the store, not from memory
    world.turns = std::make_unique<bot::Turns>(*world.store, *world.editions, *world.clock, world.measures, bot::Turns::Options{});
    CHECK(world.says("stone", "e1").taken.reply == one.taken.reply);
    CHECK(world.says("other", "e1").outcome == storage::Commit::kMismatch);
    CHECK(world.reply("another word").find("try/main#") == 0);
    world.machine.pass(600);
  }
  world.machine.wall -= leap;
  REQUIRE(world.store->sweep(world.clock->now()));
  // What was said while the clock stood years behind is older than it is; storage/DESIGN.md says so.
  CHECK(world.words() == (leap < -kDay ? 2u : 5u));
  CHECK(world.says("stone", "e1").taken.reply == one.taken.reply);
  // And what is due is due: eight days and thirty after it was said.
  world.machine.pass(31 * kDay);
  for (int i = 0; i < 3; ++i) REQUIRE(world.store->sweep(world.clock->now()));
  CHECK(world.words() == 0);
}

// The guard: by the machine's own clock the words of forty days are gone in an instant.
TEST_CASE("without that patience words would be lost", "[turn][clock]") {
  World world;
  (void)world.says("hello");
  world.machine.wall += 40 * kDay;
  REQUIRE(world.store->sweep(world.machine.wall));
  CHECK(world.words() == 0);
}

TEST_CASE("the notice comes at first, after three hours and after a week, by whatever clock", "[turn][clock]") {
  World world;
  CHECK(world.noticed("hello"));
  const auto after = [&](std::int64_t seconds) {
    for (std::int64_t passed = 0; passed < seconds; passed += 20 * 60) {
      world.machine.pass(20 * 60);
      if (world.noticed("word")) return passed + 20 * 60;
    }
    return std::int64_t{-1};
  };
  CHECK(after(6 * kHour) == 3 * kHour);
  world.machine.wall += kDay;  // for an hour
  CHECK(after(kHour) == -1);
  world.machine.wall -= kDay;
  CHECK(after(3 * kHour) == 2 * kHour);
  world.machine.wall -= kDay;  // followed; whatever lies ahead counts from now
  const std::int64_t waited = after(6 * kHour);
  CHECK(waited > 0);
  CHECK(waited <= 3 * kHour + 20 * 60);
  // A server that was started while the clock stood in 2038.
  world.machine.wall = kYear2038;
  world.open();
  (void)world.says("word");
  world.machine.wall = kToday + 10 * kDay;
  const std::int64_t later = after(6 * kHour);
  CHECK(later > 0);
  CHECK(later <= 3 * kHour + 20 * 60);
  world.machine.pass(7 * kDay);
  CHECK(world.noticed("word"));
}

TEST_CASE("summer time moves the hour, and nothing else", "[turn][clock]") {
  constexpr std::int64_t kForward = 1'774'746'000;  // 2026-03-29 01:00 UTC: Dublin goes from 1 to 2
  constexpr std::int64_t kBack = 1'792'890'000;     // 2026-10-25 01:00 UTC: Dublin goes from 2 to 1
  for (const std::int64_t change : {kForward, kBack}) {
    World world;
    world.machine.wall = change - kHour;
    world.open("Europe/Dublin");
    const auto one = world.says("hello", "e0");
    for (int i = 1; i <= 12; ++i) {
      world.machine.pass(10 * 60);
      REQUIRE(world.says("word", "e" + std::to_string(i)).outcome == storage::Commit::kDone);
    }
    CHECK(world.says("hello", "e0").taken.reply == one.taken.reply);
    CHECK(world.store->load(world.where.conversation)->value().version == 13);
    const int before = bot::local_time(change - 1, "Europe/Dublin").hour, after = bot::local_time(change, "Europe/Dublin").hour;
    CHECK(after - before == (change == kForward ? 2 : 0));
    CHECK(bot::local_time(change - 1, "Europe/Dublin").day == bot::local_time(change, "Europe/Dublin").day);
  }
}

}  // namespace attune::turn_test
