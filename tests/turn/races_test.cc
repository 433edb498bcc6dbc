// What the simulation found, one by one and by hand: each of these failed once.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "tests/turn/model_store.h"
#include "tests/turn/shelf.h"

namespace attune::turn_test {
namespace {

using storage::Commit;

class FixedClock : public bot::Clock {
 public:
  std::int64_t now() const override { return 1'767'607'200; }
};

struct Bench {
  explicit Bench(std::size_t edition = 0) : editions(store, Shelf::get().at(edition), [](bot::Sources sources) { return Shelf::get().build(sources); }) {
    for (std::size_t i = 0; i < Shelf::get().size(); ++i) {
      const auto kept = Shelf::get().at(i);
      disk->editions.emplace(kept->hash, storage::Edition{kept->hash, 0, kept->sources});
    }
  }
  bot::Inbound says(const std::string& text, const std::string& event = "", const std::string& who = "ada") const {
    bot::Inbound inbound;
    inbound.address.channel = "test";
    inbound.address.place = who;
    inbound.event = {"test", "default", event};
    inbound.text = text;
    return inbound;
  }
  // The outcome turns up in `to` once the store has decided and called back.
  bot::Taken take(const bot::Inbound& inbound, std::vector<Commit>& to, int tries = 0) {
    return turns.take(inbound, tries, [&to](Commit outcome) { to.push_back(outcome); });
  }
  // Until it is decided, as a client sees it.
  bot::Next done(const bot::Inbound& inbound) {
    for (int tries = 0; tries < 9; ++tries) {
      std::vector<Commit> outcomes;
      last = take(inbound, outcomes, tries);
      store.settle();
      if (last.kind == bot::Taken::Kind::kStored) return bot::Next::kShow;
      if (last.kind == bot::Taken::Kind::kMismatch) return bot::Next::kReused;
      if (last.kind == bot::Taken::Kind::kUnavailable) return bot::Next::kUnavailable;
      REQUIRE(outcomes.size() == 1);
      const bot::Next next = bot::next(outcomes[0], tries);
      if (next != bot::Next::kAgain) return next;
    }
    return bot::Next::kUnavailable;
  }
  std::string reply() const {
    std::string all;
    for (const auto& message : bot::read_reply(last.reply).messages) all += message.script + "#" + message.line + " ";
    return all;
  }

  Weather weather;
  Dice dice{1};
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
  ModelStore store{disk, weather, dice};
  bot::Editions editions;
  FixedClock clock;
  bot::Measures measures;
  bot::Turns turns{store, editions, clock, measures, {}};
  bot::Taken last;
};

}  // namespace

// A failed, B was thought on A. Then C and D are taken anew, D evicted nobody: E is thought on D, D
// fails for C, and E reads the number that C has got.
TEST_CASE("a turn thought on one that failed fails too, though its number is another's by then", "[turn][races]") {
  Bench bench;
  REQUIRE(bench.done(bench.says("hello")) == bot::Next::kShow);
  std::vector<Commit> a, b, c, d, e;
  bench.take(bench.says("a"), a);
  bench.take(bench.says("b"), b);
  bench.weather.failing = 1000;
  bench.store.decide(1);
  bench.store.release();
  bench.weather.failing = 0;
  REQUIRE(a == std::vector{Commit::kFailed});
  bench.take(bench.says("c"), c);
  bench.store.decide(1);
  bench.store.release();
  REQUIRE(b == std::vector{Commit::kConflict});
  bench.take(bench.says("d"), d);
  bench.take(bench.says("e"), e);
  bench.store.settle();
  CHECK(c == std::vector{Commit::kDone});
  CHECK(d == std::vector{Commit::kConflict});
  CHECK(e == std::vector{Commit::kConflict});
}

TEST_CASE("an exercise is not lost because its edition could not be read", "[turn][races]") {
  Bench bench(0);
  REQUIRE(bench.done(bench.says("hello")) == bot::Next::kShow);
  REQUIRE(bench.done(bench.says("a word")) == bot::Next::kShow);
  int refused = 0;
  bench.weather.unreadable = 500;
  for (int i = 0; i < 60; ++i) {
    // Another process, which serves another edition and has to read this one from the store.
    bot::Editions later(bench.store, Shelf::get().at(3), [](bot::Sources sources) { return Shelf::get().build(sources); });
    bot::Turns turns(bench.store, later, bench.clock, bench.measures, {});
    const auto taken = turns.take(bench.says("word " + std::to_string(i)), 0, [](Commit) {});
    if (taken.kind != bot::Taken::Kind::kThought) {
      ++refused;
      continue;
    }
    bench.store.settle();
    CHECK(taken.reply.find("repair/lost") == std::string::npos);
  }
  CHECK(refused > 10);
  CHECK(refused < 60);
}

TEST_CASE("a late retry of somebody forgotten is told so, and not for ever asked to come again", "[turn][races]") {
  Bench bench;
  REQUIRE(bench.done(bench.says("hello", "e0")) == bot::Next::kShow);
  const auto person = bench.last.where.person;
  REQUIRE(bench.done(bench.says("hello", "b0", "ben")) == bot::Next::kShow);
  bool forgotten = false;
  bench.turns.forget({bench.says("").address}, person, [&](storage::Commit outcome) { forgotten = outcome == storage::Commit::kDone; });
  REQUIRE(forgotten);
  CHECK(bench.done(bench.says("hello", "e0")) == bot::Next::kGone);
  CHECK(bench.done(bench.says("hello", "e0", "ben")) == bot::Next::kGone);  // from whomever it comes
  CHECK(bench.done(bench.says("a new start", "e1")) == bot::Next::kShow);
  CHECK(bench.last.where.person != person);
  CHECK(bench.done(bench.says("hello", "e0")) == bot::Next::kGone);
}

TEST_CASE("somebody forgotten while a message is on its way is not answered in their old name", "[turn][races]") {
  Bench bench;
  REQUIRE(bench.done(bench.says("hello", "e0")) == bot::Next::kShow);
  const auto person = bench.last.where.person;
  REQUIRE(bench.store.forget(person));  // by another process: what is cached here is stale
  REQUIRE(bench.done(bench.says("a word", "e1")) == bot::Next::kShow);
  CHECK(bench.last.where.person != person);
  CHECK(bench.last.version == 1);
}

TEST_CASE("an event of a person whom another process forgot does not wait for ever", "[turn][races]") {
  Bench bench;
  REQUIRE(bench.done(bench.says("hello", "e0")) == bot::Next::kShow);
  REQUIRE(bench.store.forget(bench.last.where.person));
  CHECK(bench.done(bench.says("hello", "e0")) == bot::Next::kGone);
}

// Read before the writer forgot them, its answer was shown after.
TEST_CASE("an event that comes again while its person is being forgotten waits for that", "[turn][races]") {
  Bench bench;
  REQUIRE(bench.done(bench.says("hello", "e0")) == bot::Next::kShow);
  REQUIRE(bench.done(bench.says("delete my data", "e1")) == bot::Next::kShow);
  std::vector<Commit> forgets, again;
  bench.take(bench.says("yes, delete it", "e2"), forgets);
  CHECK(bench.take(bench.says("hello", "e0"), again).kind == bot::Taken::Kind::kUndecided);
  bench.store.settle();
  CHECK(forgets == std::vector<Commit>{Commit::kDone});
  CHECK(again == std::vector<Commit>{Commit::kDuplicate});
  CHECK(bench.done(bench.says("hello", "e0")) == bot::Next::kGone);
}

TEST_CASE("an interrupt goes on with its own edition too, when a third one is served", "[turn][races]") {
  Bench bench(0);
  REQUIRE(bench.done(bench.says("hello")) == bot::Next::kShow);
  REQUIRE(bench.editions.replace(Shelf::get().at(1)->sources, 0).edition);
  REQUIRE(bench.done(bench.says("delete my data")) == bot::Next::kShow);
  REQUIRE(bench.editions.replace(Shelf::get().at(2)->sources, 0).edition);
  REQUIRE(bench.done(bench.says("keep it")) == bot::Next::kShow);
  CHECK(bench.reply() == "safety/delete-my-data#del06 repair/resume#resume01 try/main#main02 ");
}

TEST_CASE("danger that only the served edition knows is heard over an older one's question", "[turn][races]") {
  Bench bench(0);
  REQUIRE(bench.done(bench.says("hello")) == bot::Next::kShow);
  REQUIRE(bench.editions.replace(Shelf::get().at(2)->sources, 0).edition);
  REQUIRE(bench.done(bench.says("i feel hopeless")) == bot::Next::kShow);
  const std::string asked = bench.reply();
  REQUIRE(asked.find("safety/ask#") == 0);
  REQUIRE(bench.done(bench.says(kNewDanger)) == bot::Next::kShow);
  CHECK(bench.reply().find("safety/") == 0);
  CHECK(bench.reply().find("safety/ask#") == std::string::npos);
}

TEST_CASE("of five hundred editions a process remembers a few", "[turn][races][editions]") {
  auto disk = std::make_shared<Disk>();
  ModelStore store(disk);
  std::vector<std::weak_ptr<const bot::Edition>> all;
  const auto build = [&](bot::Sources sources) {
    auto edition = std::make_shared<bot::Edition>(*Shelf::get().at(0));
    edition->hash = sources.at("dialogs/name");
    edition->sources = sources;
    all.push_back(edition);
    return bot::BuiltEdition{edition, {}};
  };
  bot::Editions editions(store, Shelf::get().at(0), build);
  const auto alive = [&] { return std::count_if(all.begin(), all.end(), [](const auto& each) { return !each.expired(); }); };
  for (int i = 0; i < 500; ++i) {
    REQUIRE(editions.replace({{"dialogs/name", "e" + std::to_string(i)}}, i).edition);
    REQUIRE(alive() <= 9);
  }
  // One that a running exercise still needs is read again, and what is used stays.
  for (int i = 0; i < 30; ++i) {
    REQUIRE((*editions.find("e7"))->hash == "e7");
    REQUIRE((*editions.find("e" + std::to_string(100 + i)))->hash == "e" + std::to_string(100 + i));
  }
  CHECK(alive() <= 9);
  CHECK(std::count_if(all.begin(), all.end(), [](const auto& each) { const auto held = each.lock(); return held && held->hash == "e7"; }) == 1);
  CHECK(all.size() == 500 + 1 + 30);
  CHECK(*editions.find("never") == nullptr);
}

}  // namespace attune::turn_test
