// One fault at the n-th call of the disk, for every n, through a small life of a store: open,
// turns, a sweep, a backup, somebody forgotten, close. Whatever n hits: nothing that was
// acknowledged is lost, no turn is there by half, the store goes on or says why not, and the file
// is whole.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <thread>

#include "tests/storage/fault_vfs.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

struct Life {
  SqliteWorld world{false};
  std::map<std::string, Version> acknowledged;  // place -> version
  std::map<std::string, Speaker> speakers;
  std::string why;

  Life() {
    world.options.vfs = FaultVfs::name();
    world.options.checkpoint_every = std::chrono::milliseconds(1);
    world.options.recent_events = 3;  // so that events are remembered, settled and read again
    for (const char* place : {"ada", "ben"}) speakers.emplace(place, Speaker(place));
  }

  std::unique_ptr<Store> open() {
    auto opened = SqliteStore::open(world.options);
    if (opened) return std::move(*opened);
    why = opened.failure().what;
    return nullptr;
  }

  void turn(Store& store, const std::string& place, int i) {
    Speaker& speaker = speakers.at(place);
    const std::string said = place + std::to_string(i);
    const Commit outcome = say(store, speaker, said, said);
    if (outcome == Commit::kDone) acknowledged[place] = speaker.version;
    // What failed may not be there; what was never pushed twice is never a duplicate or a conflict.
    if (outcome != Commit::kDone && outcome != Commit::kFailed)
      FAIL("turn " << said << " came out as " << static_cast<int>(outcome));
  }

  void live() {
    auto store = open();
    if (!store) return;
    for (int i = 0; i < 4; ++i)
      for (const char* place : {"ada", "ben"}) turn(*store, place, i);
    (void)store->sweep(kMonday);
    (void)store->backup(world.folder / "copy");
    Speaker cleo("cleo");
    if (say(*store, cleo, "hi", "c") == Commit::kDone) (void)store->forget(cleo.where.person);
    for (const char* place : {"ada", "ben"})
      (void)store->load(speakers.at(place).where.conversation);
    for (int i = 4; i < 6; ++i) turn(*store, "ada", i);
  }

  void verify() {
    {
      const auto store = open();
      INFO(why);
      REQUIRE(store);
      for (auto& [place, speaker] : speakers) verify_speaker(*store, place, speaker);
      Speaker dora("dora");
      CHECK(say(*store, dora, "everything works again") == Commit::kDone);
    }
    SQLite::Database database(world.options.path, SQLite::OPEN_READWRITE);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0);
    if (std::filesystem::exists(world.folder / "copy")) {
      SQLite::Database copy(world.folder / "copy");
      CHECK(copy.execAndGet("PRAGMA integrity_check").getString() == "ok");
    }
    CHECK_FALSE(std::filesystem::exists(world.folder / "copy.partial"));
  }

  void verify_speaker(Store& store, const std::string& place, Speaker& speaker) {
    const Version known = acknowledged.count(place) ? acknowledged[place] : 0;
    const auto snapshot = *store.load(speaker.where.conversation);
    const Version there = snapshot ? snapshot->version : 0;
    CHECK(there >= known);
    CHECK(there <= known + 1);  // a turn in doubt when everything ended, at most
    const auto entries = *store.transcript(speaker.where.conversation, 0, 100);
    REQUIRE(entries.size() == there);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      CHECK(entries[i].version == i + 1);
      CHECK(entries[i].reply == "reply to " + entries[i].said);
      const auto reply = *store.replied({"rest", "default", entries[i].said});
      REQUIRE(reply);
      CHECK(reply->version == i + 1);
    }
    if (there > 0) CHECK(snapshot->conversation.texts.at("") == "state of " + entries.back().said);
  }
};

void every_fault(FaultVfs::Lasts lasts, std::uint64_t step) {
  std::uint64_t n = 1, quiet = 0;
  for (; quiet < 2; n += step) {
    INFO("fault at call " << n);
    Life life;
    FaultVfs::fail_at(n, lasts);
    life.live();
    const bool fired = FaultVfs::fired() > 0;
    FaultVfs::mend();
    life.verify();
    quiet = fired ? 0 : quiet + 1;
    REQUIRE(n < 5000);
  }
  CHECK(n > 100);  // or nothing was tried
}

}  // namespace

TEST_CASE("one fault at the n-th call, for every n", "[storage][fault]") {
  every_fault(FaultVfs::Lasts::kOnce, 1);
}

TEST_CASE("a disk that breaks at the n-th call and stays broken", "[storage][fault]") {
  every_fault(FaultVfs::Lasts::kUntilMended, 1);
}

TEST_CASE("a failed sync: nothing of its batch is kept, and the store goes on",
          "[storage][fault]") {
  Life life;
  auto store = life.open();
  REQUIRE(store);
  Speaker ada("ada");
  REQUIRE(say(*store, ada, "one", "e1") == Commit::kDone);
  FaultVfs::fail_sync_at(1, FaultVfs::Lasts::kUntilMended);
  CHECK(say(*store, ada, "two", "e2") == Commit::kFailed);
  CHECK(say(*store, ada, "two", "e2") == Commit::kFailed);
  CHECK_FALSE(store->health().writable);
  CHECK_THAT(store->health().why, Contains("answered with an error"));
  CHECK((*store->load(ada.where.conversation))->version == 1);  // reading goes on
  CHECK_FALSE(store->forget(random_id()));
  FaultVfs::mend();
  CHECK_FALSE(store->replied({"rest", "default", "e2"})->has_value());
  CHECK(say(*store, ada, "two", "e2") == Commit::kDone);
  CHECK(store->health().writable);
  store.reset();
  store = life.open();
  CHECK((*store->load(ada.where.conversation))->version == 2);
}

TEST_CASE("a store that cannot write heals without being asked", "[storage][fault]") {
  Life life;
  const auto store = life.open();
  REQUIRE(store);
  FaultVfs::fail_sync_at(1, FaultVfs::Lasts::kUntilMended);
  Speaker ada("ada");
  CHECK(say(*store, ada, "one") == Commit::kFailed);
  FaultVfs::mend();
  for (int i = 0; i < 500 && !store->health().writable; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(store->health().writable);
  CHECK(store->health().why.empty());
}

TEST_CASE("a full disk is said to be full, reading goes on, and space brings it back",
          "[storage][fault]") {
  Life life;
  const auto store = life.open();
  REQUIRE(store);
  Speaker ada("ada");
  REQUIRE(say(*store, ada, "one") == Commit::kDone);
  FaultVfs::fill_disk();
  CHECK(say(*store, ada, "two") == Commit::kFailed);
  CHECK_THAT(store->health().why, Contains("is full"));
  CHECK((*store->load(ada.where.conversation))->version == 1);
  const auto backup = store->backup(life.world.folder / "copy");
  REQUIRE_FALSE(backup);
  CHECK(backup.failure().kind == Failure::Kind::kUnavailable);
  CHECK_THAT(backup.failure().what, Contains("is full"));
  CHECK_FALSE(std::filesystem::exists(life.world.folder / "copy.partial"));
  FaultVfs::mend();
  CHECK(say(*store, ada, "two") == Commit::kDone);
}
