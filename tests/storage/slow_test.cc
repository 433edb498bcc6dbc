// A disk that is slow, stands still, or became read-only: what waits stays bounded, what is new is
// refused at once, health says so, and it goes on by itself.
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/storage/fault_vfs.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct SlowWorld {
  SqliteWorld place{false};
  SqliteOptions& options = place.options;

  explicit SlowWorld(std::size_t queue_capacity = 100) {
    options.vfs = FaultVfs::name();
    options.queue_capacity = queue_capacity;
    options.patience = 300ms;
    place.reopen();
  }
  ~SlowWorld() {
    FaultVfs::slow_syncs(0ms);
    FaultVfs::mend();
  }
  Store& store() { return place.store(); }
};

// New people, one turn each, as fast as they come, until told to stop.
struct Crowd {
  std::mutex mutex;
  std::map<Commit, int> outcomes;
  std::chrono::milliseconds longest_refusal{0};
  std::size_t most_queued = 0;
  int asked = 0;

  void arrive(Store& store, std::chrono::milliseconds during) {
    const auto until = std::chrono::steady_clock::now() + during;
    while (std::chrono::steady_clock::now() < until) {
      const Speaker one("c" + std::to_string(asked++));
      const auto began = std::chrono::steady_clock::now();
      store.commit(one.turn("hello"), [this, began](Commit outcome) {
        const std::lock_guard lock(mutex);
        ++outcomes[outcome];
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began);
        if (outcome == Commit::kBusy) longest_refusal = std::max(longest_refusal, took);
      });
      most_queued = std::max(most_queued, store.health().queued);
      std::this_thread::sleep_for(500us);
    }
    wait(store);
  }
};

}  // namespace

TEST_CASE(
    "syncs of 200 ms: the queue is bounded, the rest is refused at once, every turn taken is done",
    "[storage][slow]") {
  SlowWorld world;
  FaultVfs::slow_syncs(200ms);
  Crowd crowd;
  crowd.arrive(world.store(), 1500ms);
  FaultVfs::slow_syncs(0ms);
  CHECK(crowd.most_queued <= world.options.queue_capacity);
  CHECK(crowd.outcomes[Commit::kBusy] > 0);
  CHECK(crowd.outcomes[Commit::kDone] > 100);
  CHECK(crowd.outcomes[Commit::kDone] + crowd.outcomes[Commit::kBusy] == crowd.asked);
  CHECK(crowd.longest_refusal < 200ms);  // shorter than one sync: it did not wait for the disk
  std::cout << "figure: syncs of 200 ms: " << crowd.outcomes[Commit::kDone] << " of " << crowd.asked
            << " turns kept, the others refused at once, most queued " << crowd.most_queued << "\n";
  Speaker ada("ada");
  CHECK(say(world.store(), ada, "and on") == Commit::kDone);
  CHECK(world.store().health().queued == 0);
}

TEST_CASE(
    "a disk that stands still: nothing new is taken, health says for how long, and it goes on",
    "[storage][slow]") {
  SlowWorld world(100'000);  // only patience may refuse
  Speaker ada("ada"), ben("ben");
  REQUIRE(say(world.store(), ada, "one") == Commit::kDone);
  FaultVfs::slow_syncs(0ms, 1500ms);
  std::thread stalled([&] { CHECK(say(world.store(), ada, "two") == Commit::kDone); });
  while (world.store().health().waiting <= 400ms) std::this_thread::sleep_for(10ms);
  CHECK(world.store().health().writable);
  CHECK(say(world.store(), ben, "hello") == Commit::kBusy);
  CHECK((*world.store().load(ada.where.conversation))->version == 1);  // reading goes on
  stalled.join();
  wait(world.store());
  CHECK(world.store().health().waiting == 0ms);
  CHECK(say(world.store(), ben, "hello") == Commit::kDone);
}

TEST_CASE("forgetting waits as a turn does: nobody's thread is held, and once the disk stands still it is refused",
          "[storage][slow]") {
  SlowWorld world(100'000);
  Speaker ada("ada"), ben("ben");
  REQUIRE(say(world.store(), ada, "one") == Commit::kDone);
  REQUIRE(say(world.store(), ben, "one") == Commit::kDone);
  FaultVfs::slow_syncs(0ms, 1500ms);
  std::promise<Commit> first, second;
  const auto began = std::chrono::steady_clock::now();
  world.store().ask_to_forget(ada.where.person, [&](Commit c) { first.set_value(c); });
  while (world.store().health().waiting <= 400ms) std::this_thread::sleep_for(10ms);
  world.store().ask_to_forget(ben.where.person, [&](Commit c) { second.set_value(c); });
  auto refused = second.get_future();
  REQUIRE(refused.wait_for(0ms) == std::future_status::ready);  // at once, from this thread
  CHECK(refused.get() == Commit::kBusy);
  CHECK(first.get_future().get() == Commit::kDone);
  CHECK(std::chrono::steady_clock::now() - began > 1200ms);
  CHECK_FALSE((*world.store().find(ada.address)).has_value());
  CHECK((*world.store().find(ben.address)).has_value());
  CHECK(world.store().forget(ben.where.person));
}

TEST_CASE("a file system that became read-only is named, reading goes on, and it heals",
          "[storage][fault]") {
  SlowWorld world;
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, "one") == Commit::kDone);
  FaultVfs::read_only();
  CHECK(say(world.store(), ada, "two") == Commit::kFailed);
  CHECK_FALSE(world.store().health().writable);
  CHECK_THAT(world.store().health().why, Contains("can be read but not written"));
  CHECK((*world.store().load(ada.where.conversation))->version == 1);
  FaultVfs::mend();
  CHECK(say(world.store(), ada, "two") == Commit::kDone);
  CHECK(world.store().health().writable);
}
