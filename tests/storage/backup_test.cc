#include "storage/sqlite/backup.h"

#include <SQLiteCpp/Database.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

TEST_CASE("a backup under load is one committed state, whole, in one file", "[storage][backup]") {
  SqliteWorld world;
  std::atomic<bool> stop{false};
  std::atomic<int> odd{0};
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, "start") == Commit::kDone);
  std::atomic<Version> acknowledged{1};
  std::thread talker([&] {
    while (!stop) {
      if (say(world.store(), ada, std::string(2000, 'x')) != Commit::kDone) ++odd;
      acknowledged = ada.version;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::string path = world.folder / "copy";  // each replaces the one before
    const Version before = acknowledged;
    REQUIRE(world.store().backup(path));
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    CHECK_FALSE(std::filesystem::exists(path + ".partial"));
    const auto copy = world.open_copy(path);
    const Version there = (*copy->load(ada.where.conversation))->version;
    CHECK(there >= before);
    CHECK(copy->transcript(ada.where.conversation, 0, 1'000'000)->size() == there);
  }
  stop = true;
  talker.join();
  CHECK(odd == 0);
}

TEST_CASE("a backup that cannot be made says why and leaves the old one alone",
          "[storage][backup]") {
  SqliteWorld world;
  const auto nowhere = world.store().backup(world.folder / "nowhere/copy");
  REQUIRE_FALSE(nowhere);
  CHECK_THAT(nowhere.failure().what, Contains("nowhere/copy cannot be made: No such file"));
  const std::string path = world.folder / "copy";
  std::ofstream(path) << "old";
  world.close();
  const auto missing = sqlite::backup_database(world.folder / "missing.db", path);
  REQUIRE_FALSE(missing);
  std::string kept;
  std::ifstream(path) >> kept;
  CHECK(kept == "old");
  CHECK_FALSE(std::filesystem::exists(path + ".partial"));
}

TEST_CASE("a damaged database gives no backup", "[storage][backup]") {
  SqliteWorld world;
  Speaker ada("ada");
  for (int i = 0; i < 100; ++i)
    REQUIRE(say(world.store(), ada, std::string(500, 'a')) == Commit::kDone);
  world.close();
  std::fstream(world.options.path, std::ios::in | std::ios::out | std::ios::binary).seekp(20 * 4096)
      << std::string(4096, '\xA5');
  const auto copied = sqlite::backup_database(world.options.path, world.folder / "copy");
  REQUIRE_FALSE(copied);
  CHECK(copied.failure().kind == attune::Failure::Kind::kDamaged);
  CHECK_FALSE(std::filesystem::exists(world.folder / "copy"));
}
