// The pages' checksums (storage/sqlite/checked_vfs.h): where they stand, that every byte counts, what a
// start and a backup say of a page that does not fit, and how a file of before gets them.
#include <SQLiteCpp/Database.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include "storage/sqlite/backup.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/page_sweep.h"
#include "tests/storage/crash_vfs.h"
#include "tests/storage/disk_log.h"
#include "tests/storage/fault_vfs.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::sqlite;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

constexpr int kTurns = 40;

void grow(Store& store, Speaker& speaker) {
  for (int i = 0; i < kTurns; ++i)
    REQUIRE(say(store, speaker, std::string(9'000, 'a')) == Commit::kDone);
}

void flip(const std::string& path, std::size_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte ^ 1));
}

// Files as attune made them before pages had checksums: SQLite's own VFS, no bytes at the pages' ends.
Files of_before(const Files& files) {
  TempFolder folder;
  write_files(folder / "", files);
  Files before;
  for (const char* name : {"attune.db", "keys.db"}) {
    const std::string path = folder / name, plain = folder / (std::string("plain-") + name);
    {
      // VACUUM cannot take the bytes away, so the rows move.
      SQLite::Database from(path);
      SQLite::Database to(plain, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      to.exec("PRAGMA journal_mode=WAL; ATTACH '" + path + "' AS old");
      std::vector<std::string> make, fill;
      SQLite::Statement all(to, "SELECT type, name, sql FROM old.sqlite_master WHERE sql IS NOT NULL");
      while (all.executeStep()) {
        make.push_back(all.getColumn(2).getString());
        if (all.getColumn(0).getString() == "table")
          fill.push_back("INSERT INTO main." + all.getColumn(1).getString() + " SELECT * FROM old." +
                         all.getColumn(1).getString());
      }
      for (const std::string& sql : make) to.exec(sql);
      for (const std::string& sql : fill) to.exec(sql);
      if (std::string(name) == "attune.db") to.exec(kDropsSince005);
      to.exec("PRAGMA application_id=" + from.execAndGet("PRAGMA application_id").getString());
      to.exec("PRAGMA user_version=" + std::to_string(std::string(name) == "keys.db" ? 1 : 3));
    }
    before[name] = read_files(folder / "").at(std::string("plain-") + name);
  }
  before["seal.key"] = files.at("seal.key");
  return before;
}

struct Grown {
  Speaker ada{"ada"};
  Files files;

  Grown() {
    SqliteWorld world;
    grow(world.store(), ada);
    world.close();
    files = read_files(world.folder / "");
  }
};

bool checked(const std::string& path) {
  auto database = connect(path, "", Purpose::kRead, 64 << 10);
  return has_checksums(database);
}

}  // namespace

TEST_CASE("any byte of any page that is not what was written is found at start", "[storage][checksum]") {
  const Grown grown;
  const std::size_t size = grown.files.at("attune.db").size();
  std::mt19937_64 dice(7);
  for (int i = 0; i < 100; ++i) {
    // Every page's last bytes, which are the checksum itself, and any other.
    const std::size_t page = dice() % (size / kPageBytes);
    const std::size_t at = page * kPageBytes + (i % 3 == 0 ? kPageBytes - 1 - dice() % 8 : dice() % kPageBytes);
    SqliteWorld world(false);
    write_files(world.folder / "", grown.files);
    flip(world.options.path, at);
    INFO("byte " << at);
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kDamaged);
    // Of the first page it may be its header that says so.
    if (page > 0)
      CHECK_THAT(opened.failure().what, Contains("page " + std::to_string(page + 1) + " of"));
  }
}

TEST_CASE("a page that does not fit is refused wherever it is read: a turn, a transcript, a backup",
          "[storage][checksum]") {
  Grown grown;
  SqliteWorld world(false);
  write_files(world.folder / "", grown.files);
  world.options.whole_check_bytes = 0;  // so that the start does not see it
  const std::string& bytes = grown.files.at("attune.db");
  SECTION("one that only holds a sealed text") {
    // The last page of the last long text: SQLite's own checks pass it.
    auto database = connect(world.options.path, "", Purpose::kRead, 64 << 10);
    const auto page = database.execAndGet(
        "SELECT max(pageno) FROM dbstat WHERE name = 'turn' AND pagetype = 'overflow'").getInt64();
    flip(world.options.path, static_cast<std::size_t>(page) * kPageBytes - 2'000);
    SQLite::Database plain(world.options.path);
    CHECK(plain.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
  SECTION("all of them but the first") {
    for (std::size_t at = kPageBytes; at < bytes.size(); at += kPageBytes)
      flip(world.options.path, at + 3'000);
  }
  const auto copied = backup_database(world.options.path, world.folder / "copy");
  REQUIRE_FALSE(copied);
  CHECK(copied.failure().kind == Failure::Kind::kDamaged);
  const auto opened = SqliteStore::open(world.options);
  if (!opened) {
    CHECK(opened.failure().kind == Failure::Kind::kDamaged);
    return;
  }
  const auto read = (*opened)->transcript(grown.ada.where.conversation, 0, 1'000);
  REQUIRE_FALSE(read);
  CHECK(read.failure().kind == Failure::Kind::kDamaged);
}

TEST_CASE("a large file is checked in the background: health says how far, and what it finds ends writing",
          "[storage][checksum]") {
  Grown grown;
  SqliteWorld world(false);
  write_files(world.folder / "", grown.files);
  world.options.whole_check_bytes = 0;
  const bool damaged = GENERATE(false, true);
  if (damaged) flip(world.options.path, grown.files.at("attune.db").size() - 2'000);
  world.reopen();
  for (int i = 0; i < 1'000 && world.store().health().unchecked_bytes > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto health = world.store().health();
  CHECK(health.unchecked_bytes == 0);
  CHECK(health.writable == !damaged);
  if (!damaged) return;
  CHECK(health.word == std::string("damaged"));
  CHECK_THAT(health.why, Contains("its checksum does not fit"));
  CHECK(say(world.store(), grown.ada, "more") == Commit::kFailed);
  // Also after a while: a damaged file is not healed.
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  CHECK_FALSE(world.store().health().writable);
}

TEST_CASE("checking in the background while turns are committed and carried over finds nothing",
          "[storage][checksum]") {
  Grown grown;
  SqliteWorld world(false);
  write_files(world.folder / "", grown.files);
  world.options.whole_check_bytes = 0;
  world.options.checkpoint_every = std::chrono::milliseconds(1);
  for (int round = 0; round < 10; ++round) {
    world.reopen();
    PageSweep again(world.options.path, "", [](const SQLite::Exception& wrong) { FAIL(wrong.what()); });
    for (int i = 0; i < 30; ++i)
      REQUIRE(say(world.store(), grown.ada, std::string(20'000, 'b')) == Commit::kDone);
    (void)world.store().sweep(kMonday + 5'000);
    CHECK(world.store().health().writable);
  }
}

TEST_CASE("a file of before gets checksums at its first start, and everything in it stays",
          "[storage][checksum]") {
  Grown grown;
  const Files before = of_before(grown.files);
  SqliteWorld world(false);
  write_files(world.folder / "", before);
  REQUIRE_FALSE(checked(world.options.path));
  REQUIRE_FALSE(checked(world.folder / "keys.db"));
  std::vector<std::string> told;
  world.options.tell = [&](const std::string& what) { told.push_back(what); };
  SECTION("a small one") {
    world.reopen();
    CHECK(told.empty());
    CHECK(checked(world.options.path));
    CHECK(checked(world.folder / "keys.db"));
  }
  SECTION("a large one is left as it is, which is told, and its backup has them") {
    world.options.rewritten_bytes = 0;
    world.reopen();
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], Contains("have no checksums"));
    CHECK_FALSE(checked(world.options.path));
    REQUIRE(say(world.store(), grown.ada, "in the log") == Commit::kDone);
    REQUIRE(world.store().backup(world.folder / "copy"));
    CHECK(checked(world.folder / "copy"));
    const auto copy = world.open_copy(world.folder / "copy");
    CHECK(copy->transcript(grown.ada.where.conversation, 0, 1'000)->size() == kTurns + 1);
    return;
  }
  const auto turns = world.store().transcript(grown.ada.where.conversation, 0, 1'000);
  REQUIRE(turns);
  CHECK(turns->size() == kTurns);
  CHECK(turns->back().said == std::string(9'000, 'a'));
  REQUIRE(say(world.store(), grown.ada, "and on") == Commit::kDone);
  world.close();
  CHECK(damaged_page(*std::make_unique<SQLite::Database>(
            connect(world.options.path, "", Purpose::kRead, 64 << 10))) == "");
}

TEST_CASE("what another program wrote is refused as damage, and the manual's own commands mend it",
          "[storage][checksum]") {
  Grown grown;
  SqliteWorld world(false);
  write_files(world.folder / "", grown.files);
  {
    SQLite::Database plain(world.options.path, SQLite::OPEN_READWRITE);
    plain.exec("UPDATE fact SET value = value + 1 WHERE name = 'healed'");
  }
  const auto refused = SqliteStore::open(world.options);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.failure().what, Contains("its checksum does not fit"));
  std::ifstream in(ATTUNE_SOURCE_DIR "/deploy/OPERATING.md");
  const std::string manual{std::istreambuf_iterator<char>(in), {}};
  const auto heading = manual.find("### If somebody wrote to a database");
  REQUIRE(heading != std::string::npos);
  const auto begin = manual.find("```\n", heading) + 4, end = manual.find("```", begin);
  std::ofstream(world.folder / "mend") << manual.substr(begin, end - begin);
  const std::string run = "mkdir '" + (world.folder / "data") + "' && cd '" + (world.folder / "data") +
                          "' && mv ../attune.db* . && bash -eu ../mend > ../said";
  REQUIRE(std::system(run.c_str()) == 0);
  std::filesystem::rename(world.folder / "data/attune.db", world.options.path);
  world.reopen();
  CHECK(checked(world.options.path));
  CHECK(world.store().transcript(grown.ada.where.conversation, 0, 1'000)->size() == kTurns);
}

TEST_CASE("getting checksums, cut off by the power at every point, goes on at the next start",
          "[storage][power][checksum]") {
  Grown grown;
  const Files before = of_before(grown.files);
  TempFolder folder;
  write_files(folder / "data", before);
  const auto options_in = [](const std::string& place) {
    SqliteOptions options;
    options.path = place + "/attune.db";
    options.vfs = CrashVfs::name();
    return options;
  };
  CrashVfs::record(folder / "data");
  REQUIRE(SqliteStore::open(options_in(folder / "data")));
  const DiskLog log = CrashVfs::stop();
  Disk disk(log);
  int cuts = 0;
  for (std::size_t point = 1; point <= log.ops.size(); ++point) {
    disk.advance(point);
    if (point % 12 != 0) continue;
    INFO("point " << point);
    ++cuts;
    TempFolder again;
    write_files(again / "data", disk.after_cut(point));
    auto opened = SqliteStore::open(options_in(again / "data"));
    if (!opened) FAIL(opened.failure().what);
    CHECK((*opened)->transcript(grown.ada.where.conversation, 0, 1'000)->size() == kTurns);
    opened->reset();
    CHECK(checked(again / "data/attune.db"));
    CHECK(checked(again / "data/keys.db"));
  }
  std::cout << "figure: checksums given to a file, cut at " << cuts << " of " << log.ops.size()
            << " points: 0 lost\n";
  CHECK(cuts > 40);
}

TEST_CASE("getting checksums with a fault at the n-th call: refused or done, and the next start does it",
          "[storage][fault][checksum]") {
  Grown grown;
  const Files before = of_before(grown.files);
  std::uint64_t n = 1;
  for (bool fired = true; fired; n += 23) {
    INFO("fault at call " << n);
    SqliteWorld world(false);
    write_files(world.folder / "", before);
    world.options.vfs = FaultVfs::name();
    FaultVfs::fail_at(n, FaultVfs::Lasts::kOnce, world.folder / "");
    { (void)SqliteStore::open(world.options); }
    fired = FaultVfs::fired() > 0;
    FaultVfs::mend();
    world.reopen();
    CHECK(world.store().transcript(grown.ada.where.conversation, 0, 1'000)->size() == kTurns);
    world.close();
    CHECK(checked(world.options.path));
  }
  CHECK(n > 200);
}
