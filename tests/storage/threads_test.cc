#include <atomic>
#include <set>
#include <thread>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

// Asserts nothing itself: Catch is not for threads.
void in_threads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("eight threads on one conversation: every turn is done once, no version missing",
          "[storage][threads]") {
  SqliteWorld world;
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, "start") == Commit::kDone);
  constexpr int kEach = 40;
  std::atomic<int> odd{0};
  in_threads(8, [&](int t) {
    for (int i = 0; i < kEach; ++i) {
      for (;;) {
        const auto snapshot = world.store().load(ada.where.conversation);
        if (!snapshot || !*snapshot) {
          ++odd;
          return;
        }
        Speaker here = ada;
        here.version = (*snapshot)->version;
        const std::string said = std::to_string(t) + "." + std::to_string(i);
        const Commit outcome = commit(world.store(), here.turn(said, said));
        if (outcome == Commit::kDone) break;
        if (outcome != Commit::kConflict) ++odd;
      }
    }
  });
  CHECK(odd == 0);
  const auto entries = *world.store().transcript(ada.where.conversation, 0, 10'000);
  REQUIRE(entries.size() == 8 * kEach + 1);
  std::set<std::string> said;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CHECK(entries[i].version == i + 1);
    said.insert(entries[i].said);
  }
  CHECK(said.size() == entries.size());
}

TEST_CASE("eight threads, each its own conversations, with readers, sweeps and a backup beside",
          "[storage][threads]") {
  SqliteWorld world(false);
  world.options.checkpoint_every = std::chrono::milliseconds(2);
  world.options.recent_events = 50;
  world.options.wal_soft_bytes =
      64 << 10;  // so that checkpoints and restarts of the log happen all the time
  world.reopen();
  Store& store = world.store();
  std::atomic<int> odd{0};
  std::atomic<bool> stop{false};
  std::vector<Speaker> speakers;
  for (int i = 0; i < 8; ++i) speakers.emplace_back("p" + std::to_string(i));
  std::thread sweeper([&] {
    while (!stop)
      if (!store.sweep(kMonday)) ++odd;
  });
  std::thread copier([&] {
    for (int i = 0; i < 3; ++i)
      if (!store.backup(world.folder / "copy")) ++odd;
  });
  in_threads(8, [&](int t) {
    Speaker& speaker = speakers[static_cast<std::size_t>(t)];
    for (int i = 0; i < 150; ++i) {
      if (say(store, speaker, "turn " + std::to_string(i),
              std::to_string(t) + "." + std::to_string(i)) != Commit::kDone)
        ++odd;
      const auto snapshot = store.load(speaker.where.conversation);
      if (!snapshot || !*snapshot || (*snapshot)->version != speaker.version) ++odd;
      (void)store.health();
    }
  });
  stop = true;
  sweeper.join();
  copier.join();
  CHECK(odd == 0);
  for (const Speaker& speaker : speakers)
    CHECK(store.transcript(speaker.where.conversation, 0, 1000)->size() == 150);
}

TEST_CASE("closing while others still commit: each turn is answered once", "[storage][threads]") {
  SqliteWorld world;
  std::atomic<int> asked{0}, done{0}, refused{0}, other{0};
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    world.store().close();
  });
  in_threads(4, [&](int t) {
    Speaker speaker("p" + std::to_string(t));
    for (;;) {
      ++asked;
      const Commit outcome = say(world.store(), speaker, "hi");
      (outcome == Commit::kDone ? done : outcome == Commit::kBusy ? refused : other)++;
      if (outcome != Commit::kDone) return;
    }
  });
  closer.join();
  CHECK(asked == done + refused);
  CHECK(refused == 4);
  CHECK(other == 0);
}
