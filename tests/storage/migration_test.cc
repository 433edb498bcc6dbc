// A file of this version brought up to a later one, interrupted at every point: by a power cut in
// several ways a point, and by a fault at the n-th call. It stands after a whole step, loses no
// row, and goes on at the next start.
#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <vector>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema.h"
#include "tests/storage/crash_vfs.h"
#include "tests/storage/fault_vfs.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::sqlite;
using namespace attune::storage::test;

namespace {

constexpr const char* kMovesHistory =
    "CREATE TABLE history (number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, said BLOB, "
    "reply BLOB);"
    "INSERT INTO history SELECT number, conversation, said, reply FROM turn;"
    "CREATE INDEX history_place ON history (conversation, number);";
constexpr const char* kWidensPerson =
    "ALTER TABLE person ADD COLUMN since INTEGER; UPDATE person SET since = at;"
    "UPDATE history SET reply = reply || x'00'; DROP TABLE event_b;"
    "CREATE TABLE event_b (place INTEGER PRIMARY KEY, turn INTEGER NOT NULL);";

// Ours, and two as a later version might bring them.
std::vector<Migration> later_steps() {
  std::vector<Migration> steps(migrations().begin(), migrations().end());
  const int number = steps.back().number;
  steps.push_back({number + 1, kMovesHistory});
  steps.push_back({number + 2, kWidensPerson});
  return steps;
}

constexpr int kTurns = 60;

// The files of a store that ran and was stopped.
Files grown() {
  SqliteWorld world;
  Speaker ada("ada"), ben("ben");
  for (int i = 0; i < kTurns / 2; ++i) {
    REQUIRE(say(world.store(), ada, std::string(300, 'a')) == Commit::kDone);
    REQUIRE(say(world.store(), ben, std::string(900, 'b')) == Commit::kDone);
  }
  world.close();
  return {{"attune.db", read_files(world.folder / "").at("attune.db")}};
}

int ask(SQLite::Database& database, const std::string& what) {
  return database.execAndGet(what).getInt();
}

// What an interrupted migration left: a whole number of steps.
void check_whole_steps(SQLite::Database& database, int first) {
  const int version = ask(database, "PRAGMA user_version");
  CHECK(version >= first);
  CHECK(database.tableExists("history") == (version > first));
  CHECK((ask(database, "SELECT count(*) FROM pragma_table_info('person') WHERE name = 'since'") ==
         1) == (version > first + 1));
  CHECK(ask(database, "SELECT count(*) FROM turn") == kTurns);
}

void check_finished(SQLite::Database& database, const std::vector<Migration>& steps) {
  REQUIRE(migrate(database, "db", steps));
  CHECK(ask(database, "PRAGMA user_version") == steps.back().number);
  CHECK(ask(database,
            "SELECT count(*) FROM turn JOIN history h USING (number) WHERE h.said = "
            "turn.said AND h.reply = turn.reply || x'00'") == kTurns);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

SQLite::Database open(const std::string& path, const char* vfs) {
  return connect(path, vfs, Purpose::kWrite, 16 << 10);  // a small cache writes before it commits
}

}  // namespace

TEST_CASE("a migration cut off by the power at every point goes on at the next start",
          "[storage][power][migration]") {
  const Files before = grown();
  const auto steps = later_steps();
  TempFolder folder;
  write_files(folder / "data", before);
  CrashVfs::record(folder / "data");
  {
    auto database = open(folder / "data/attune.db", CrashVfs::name());
    REQUIRE(migrate(database, "db", steps));
  }
  const DiskLog log = CrashVfs::stop();
  Disk disk(log);
  int cuts = 0;
  for (std::size_t point = 1; point <= log.ops.size(); ++point) {
    disk.advance(point);
    for (std::uint64_t seed = 0; seed < 4; ++seed, ++cuts) {
      INFO("point " << point << ", seed " << seed);
      TempFolder again;
      write_files(again / "", disk.after_cut(point * 4 + seed));
      auto database = open(again / "attune.db", CrashVfs::name());
      check_whole_steps(database, migrations().back().number);
      check_finished(database, steps);
    }
  }
  std::cout << "figure: migration cut at each of " << log.ops.size() << " points, " << cuts
            << " cuts: 0 lost, 0 by half\n";
  CHECK(log.ops.size() > 60);
}

TEST_CASE("a migration with a fault at the n-th call, for every n, goes on at the next start",
          "[storage][fault][migration]") {
  const Files before = grown();
  const auto steps = later_steps();
  std::uint64_t n = 1;
  for (bool fired = true; fired; ++n) {
    INFO("fault at call " << n);
    TempFolder folder;
    write_files(folder / "", before);
    FaultVfs::fail_at(n, FaultVfs::Lasts::kOnce, folder / "");
    try {
      auto database = open(folder / "attune.db", FaultVfs::name());
      (void)migrate(database, "db", steps);
    } catch (const SQLite::Exception&) {  // says so; nothing else may happen
    }
    fired = FaultVfs::fired() > 0;
    FaultVfs::mend();
    auto database = open(folder / "attune.db", FaultVfs::name());
    check_whole_steps(database, migrations().back().number);
    check_finished(database, steps);
  }
  std::cout << "figure: migration with a fault at call 1 to " << n - 1 << ": 0 lost\n";
  CHECK(n > 60);
}
