// One fault at the n-th call of the disk, for every n, through a small life of a store: open,
// turns, several turns in one commit, checkpoints, a sweep, an edition, a backup, somebody
// forgotten in both ways, close. Whatever n hits: nothing that was acknowledged is lost, no turn is
// there by half, nobody is forgotten by half, the store goes on or says why not, and the file is
// whole.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
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
  std::map<std::string, bool> forgotten;  // place -> acknowledged; those it was asked for
  bool edition_kept = false;
  std::string why;

  Life() {
    world.options.vfs = FaultVfs::name();
    world.options.checkpoint_every = std::chrono::milliseconds(1);
    world.options.recent_events = 3;  // so that events are remembered, settled and read again
    world.options.wal_soft_bytes = 48 << 10;
    for (const char* place : {"ada", "ben", "cleo", "dan"}) speakers.emplace(place, Speaker(place));
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

  // Several people's turns in one commit.
  void burst(Store& store, int i) {
    std::mutex mutex;
    std::vector<std::string> done;
    for (auto& [place, speaker] : speakers) {
      const std::string said = place + std::to_string(i);
      store.commit(speaker.turn(said, said), [&, place = place](Commit outcome) {
        const std::lock_guard lock(mutex);
        if (outcome == Commit::kDone) done.push_back(place);
      });
    }
    wait(store);
    for (const std::string& place : done) acknowledged[place] = ++speakers.at(place).version;
  }

  void forget(Store& store, const std::string& place, bool by_turn) {
    const Speaker& speaker = speakers.at(place);
    forgotten[place] = false;
    Turn turn = speaker.turn("forget me", place + "-forget");
    turn.forget_person = true;
    const bool done = by_turn ? commit(store, turn) == Commit::kDone
                              : static_cast<bool>(store.forget(speaker.where.person));
    forgotten[place] = done;
  }

  void live() {
    auto store = open();
    if (!store) return;
    burst(*store, 0);
    for (int i = 1; i < 4; ++i)
      for (const char* place : {"ada", "ben"}) turn(*store, place, i);
    (void)store->sweep(kMonday);
    edition_kept = static_cast<bool>(store->keep_edition(edition()));
    (void)store->backup(world.folder / "copy");
    forget(*store, "cleo", false);
    forget(*store, "dan", true);
    for (const char* place : {"ada", "ben"})
      (void)store->load(speakers.at(place).where.conversation);
    for (int i = 4; i < 6; ++i) turn(*store, "ada", i);
  }

  static Edition edition() { return {"e1", kMonday, {{"dialogs/a.talk", std::string(9000, 'a')}}}; }

  void verify() {
    {
      const auto store = open();
      INFO(why);
      REQUIRE(store);
      for (auto& [place, speaker] : speakers) verify_speaker(*store, place, speaker);
      const auto there = *store->edition("e1");
      CHECK((there || !edition_kept));
      if (there) CHECK(there->files == edition().files);
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
  }

  void verify_speaker(Store& store, const std::string& place, Speaker& speaker) {
    const Version known = acknowledged.count(place) ? acknowledged[place] : 0;
    const auto snapshot = *store.load(speaker.where.conversation);
    const Version there = snapshot ? snapshot->version : 0;
    CHECK((*store.find(speaker.address)).has_value() == snapshot.has_value());
    if (const auto it = forgotten.find(place); it != forgotten.end()) {
      CHECK_FALSE((it->second && snapshot));  // acknowledged, so gone
      if (!snapshot && known > 0) {           // gone, so for good
        Speaker again = speaker;
        again.version = 0;
        CHECK(commit(store, again.turn(place + "0", place + "0")) == Commit::kGone);
      }
      if (!snapshot) return;
    }
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

// Every n in a long run; else every one where the store opens, and then every third.
void every_fault(FaultVfs::Lasts lasts) {
  const char* const long_run = std::getenv("ATTUNE_LONG");
  const bool each = long_run && *long_run;
  std::uint64_t n = 1, quiet = 0, tried = 0;
  for (; quiet < 2; n += each || n < 200 ? 1 : 3, ++tried) {
    INFO("fault at call " << n);
    Life life;
    FaultVfs::fail_at(n, lasts, life.world.folder / "");
    life.live();
    const bool fired = FaultVfs::fired() > 0;
    FaultVfs::mend();
    life.verify();
    quiet = fired ? 0 : quiet + 1;
    REQUIRE(n < 5000);
  }
  std::cout << "figure: a fault at call 1 to " << n << ", " << tried << " of them tried, "
            << (lasts == FaultVfs::Lasts::kOnce ? "once" : "to stay") << ": 0 lost, 0 by half\n";
  CHECK(n > 400);  // or nothing was tried
}

}  // namespace

TEST_CASE("one fault at the n-th call, for every n", "[storage][fault]") {
  every_fault(FaultVfs::Lasts::kOnce);
}

TEST_CASE("a disk that breaks at the n-th call and stays broken", "[storage][fault]") {
  every_fault(FaultVfs::Lasts::kUntilMended);
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

TEST_CASE("a disk that lost what it had called kept: nothing is written on top of the hole",
          "[storage][fault]") {
  Life life;
  life.world.options.checkpoint_every = std::chrono::hours(1);
  auto store = life.open();
  REQUIRE(store);
  Speaker ada("ada");
  const std::string log = life.world.options.path + "-wal", index = life.world.options.path + "-shm";
  const auto write_over = [](const std::string& path, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  REQUIRE(say(*store, ada, "one") == Commit::kDone);
  std::ostringstream kept;
  kept << std::ifstream(log, std::ios::binary).rdbuf();
  REQUIRE(say(*store, ada, "two") == Commit::kDone);
  // The log is as it was before. The head of the shared index is emptied where the process maps it, so
  // that it is made again from what the log still has.
  FaultVfs::fail_next_sync([&] {
    write_over(log, kept.str());
    write_over(index, std::string(136, '\0'));
  });
  CHECK(say(*store, ada, "three") == Commit::kFailed);
  REQUIRE(FaultVfs::fired() == 1);
  FaultVfs::mend();
  Speaker ben("ben");
  for (const int wait : {0, 600}) {  // by itself it looks again after 500
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    CHECK(say(*store, ben, "is anybody there") == Commit::kFailed);
    const auto health = store->health();
    CHECK_FALSE(health.writable);
    CHECK(health.word == "damaged");
    CHECK_THAT(health.why, Contains("has lost turns") && Contains("restore the newest backup"));
  }
  CHECK_FALSE(store->forget(random_id()));
}
