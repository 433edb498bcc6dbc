#include <SQLiteCpp/Database.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <thread>

#include "storage/vault/file_key_sealer.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

TEST_CASE("the SQLite store keeps the contract", "[storage][conformance]") {
  conform([] { return std::make_unique<SqliteWorld>(); });
}

TEST_CASE("and does so without a memory for events", "[storage][conformance]") {
  conform([] {
    auto world = std::make_unique<SqliteWorld>(false);
    world->options.recent_events = 0;
    world->reopen();
    return world;
  });
}

TEST_CASE("a second store on one database is refused, with the number of the first",
          "[storage][open]") {
  SqliteWorld world;
  const auto second = SqliteStore::open(world.options);
  REQUIRE_FALSE(second);
  CHECK(second.failure().kind == Failure::Kind::kInUse);
  CHECK(second.failure().what == "the database " + world.options.path +
                                     " is in use by another attune (process " +
                                     std::to_string(::getpid()) + ")");
  world.close();
  CHECK(SqliteStore::open(world.options));
}

TEST_CASE("what stands in the way of opening is said plainly", "[storage][open]") {
  SqliteWorld world(false);
  SECTION("no such folder") {
    world.options.path = world.folder / "nowhere/attune.db";
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kUnavailable);
    CHECK_THAT(opened.failure().what,
               Contains("nowhere, in which the database should be, does not exist"));
  }
  SECTION("not a database") {
    std::ofstream(world.options.path) << std::string(8192, 'x');
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kDamaged);
    CHECK_THAT(opened.failure().what, Contains("is not a database"));
  }
  SECTION("somebody else's database") {
    SQLite::Database(world.options.path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE t (a)");
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kRefused);
    CHECK_THAT(opened.failure().what, Contains("not one of attune's"));
  }
  SECTION("a newer attune's database") {
    world.reopen();
    world.close();
    by_hand(world.options.path).exec("PRAGMA user_version=99");
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kRefused);
    CHECK_THAT(opened.failure().what, Contains("newer attune (its tables are at step 99"));
  }
  SECTION("sealed with another key") {
    world.reopen();
    world.close();
    world.options.sealer = std::move(*FileKeySealer::open(world.folder / "other-key"));
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kRefused);
    CHECK_THAT(opened.failure().what, Contains("Put back the key file"));
  }
}

TEST_CASE("damage is found at start, and the file is left as it is", "[storage][open]") {
  SqliteWorld world;
  Speaker ada("ada");
  for (int i = 0; i < 200; ++i)
    REQUIRE(say(world.store(), ada, std::string(500, 'a')) == Commit::kDone);
  world.close();
  struct stat info {};
  REQUIRE(::stat(world.options.path.c_str(), &info) == 0);
  {
    std::fstream file(world.options.path, std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 20; page < 24; ++page) {
      file.seekp(page * 4096);
      file << std::string(4096, '\xA5');
    }
  }
  const auto opened = SqliteStore::open(world.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.failure().kind == Failure::Kind::kDamaged);
  CHECK_THAT(opened.failure().what,
             Contains("damaged. It was left as it is; restore the newest backup"));
}

TEST_CASE("databases, logs and indexes can be read by the owner only", "[storage][open]") {
  SqliteWorld world;
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, "hi") == Commit::kDone);
  for (const char* name : {"attune.db", "attune.db-wal", "attune.db-shm", "attune.db.lock",
                           "keys.db", "keys.db-wal", "keys.db-shm", "seal.key"}) {
    INFO(name);
    struct stat info {};
    REQUIRE(::stat((world.folder / name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a full queue answers at once", "[storage][queue]") {
  SqliteWorld world(false);
  world.options.queue_capacity = 4;
  world.reopen();
  // The writer is held in a callback while the queue fills.
  std::promise<void> entered, go;
  auto held = go.get_future().share();
  Speaker first("first");
  world.store().commit(first.turn("hi"), [&](Commit) {
    entered.set_value();
    held.wait();
  });
  entered.get_future().wait();
  std::atomic<int> done{0}, busy{0};
  const auto count = [&](Commit c) {
    done += c == Commit::kDone;
    busy += c == Commit::kBusy;
  };
  for (int i = 0; i < 10; ++i)
    world.store().commit(Speaker("p" + std::to_string(i)).turn("hi"), count);
  CHECK(busy == 6);
  CHECK(world.store().health().queued == 4);
  go.set_value();
  wait(world.store());
  CHECK(done == 4);
}

TEST_CASE("two events in one place of the table are still two events", "[storage][events]") {
  // A hash whose first eight bytes are all alike: every event falls into the same eight places.
  class Crowded final : public Sealer {
   public:
    explicit Crowded(std::shared_ptr<Sealer> inner) : inner_(std::move(inner)) {}
    Key find(const Id& person) override { return inner_->find(person); }
    Key take(const Id& person) override { return inner_->take(person); }
    Digest keyed_hash(std::string_view purpose, std::string_view bytes) const override {
      Digest digest = inner_->keyed_hash(purpose, bytes);
      if (purpose == "event") std::fill(digest.begin(), digest.begin() + 8, std::uint8_t{0xff});
      return digest;
    }

   private:
    std::shared_ptr<Sealer> inner_;
  };
  SqliteWorld world(false);
  world.options.sealer =
      std::make_shared<Crowded>(std::move(*FileKeySealer::open(world.folder / "key")));
  world.options.recent_events = GENERATE(0u, 4u, 100u);
  world.reopen();
  Speaker ada("ada");
  for (int i = 0; i < 8; ++i)
    REQUIRE(say(world.store(), ada, "m" + std::to_string(i), "ev" + std::to_string(i)) ==
            Commit::kDone);
  for (int i = 0; i < 8; ++i) {
    const std::string n = std::to_string(i);
    CHECK((*world.store().replied({"rest", "default", "ev" + n}))->reply == "reply to m" + n);
    CHECK(commit(world.store(), ada.turn("m" + n, "ev" + n)) == Commit::kDuplicate);
    CHECK(commit(world.store(), ada.turn("other", "ev" + n)) == Commit::kMismatch);
  }
}

TEST_CASE("measures, safety and ends of runs stand beside the turn, without text",
          "[storage][facts]") {
  SqliteWorld world;
  Speaker ada("ada");
  Turn turn = ada.turn("hello");
  turn.measures = {{"listen/say-back", "calm", 7}};
  turn.safety = {{"self-harm", "safety/self-harm"}};
  turn.ended = {{"listen/say-back", 1}};
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  world.close();
  SQLite::Database database(world.options.path);
  CHECK(database.execAndGet("SELECT facts ->> '$.measures[0].value' FROM turn").getInt() == 7);
  CHECK(database.execAndGet("SELECT facts ->> '$.safety[0].intent' FROM turn").getString() ==
        "self-harm");
  CHECK(database.execAndGet("SELECT facts ->> '$.ended[0].outcome' FROM turn").getInt() == 1);
}

TEST_CASE("no words stand readable in any file", "[storage][sealed]") {
  SqliteWorld world;
  const std::string canary = "canary-7f3a";
  Speaker ada("place-" + canary);
  Turn turn = ada.turn("said-" + canary, "event-" + canary);
  turn.reply = "reply-" + canary;
  turn.said_class = "86400";
  turn.conversation.texts = {
      {"", "state-" + canary}, {"run", "run-" + canary}, {"none", "none-" + canary}};
  turn.person = Kept{"control", {{"", "memory-" + canary}}};
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  ada.version = 1;
  ada.person_version = 1;
  turn = ada.turn("none-said-" + canary);
  turn.said_class = "none";
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  REQUIRE(world.store().backup(world.folder / "copy"));
  // What proves that the search would find something: the control bytes are in clear.
  int clear = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(world.options.path).parent_path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    INFO(entry.path());
    CHECK(bytes.find(canary) == std::string::npos);
    clear += bytes.find("at 2") != std::string::npos;
  }
  CHECK(clear >= 2);
}

TEST_CASE("texts of class none are never written", "[storage][sealed]") {
  SqliteWorld world;
  Speaker ada("ada");
  Turn turn = ada.turn("secret");
  turn.said_class = "none";
  turn.conversation.texts = {{"none", "secret"}};
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  CHECK(world.store().transcript(ada.where.conversation, 0, 1)->at(0).said.empty());
  CHECK((*world.store().load(ada.where.conversation))->conversation.texts.empty());
}

TEST_CASE("a large file is checked in its small tables, the rest as it is read",
          "[storage][open]") {
  SqliteWorld world;
  Speaker ada("ada");
  for (int i = 0; i < 200; ++i)
    REQUIRE(say(world.store(), ada, std::string(500, 'a')) == Commit::kDone);
  world.close();
  world.options.whole_check_bytes = 0;
  const auto spoil = [&](const std::string& table) {
    int root = 0;
    {
      SQLite::Database database(world.options.path);
      root = database.execAndGet("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'")
                 .getInt();
    }
    std::fstream file(world.options.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((root - 1) * 4096);
    file << std::string(4096, '\xA5');
  };
  SECTION("a small table") {
    spoil("word");
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kDamaged);
  }
  SECTION("a large one: the reader is told, and the writer stops for good") {
    spoil("state");
    world.reopen();
    const auto loaded = world.store().load(ada.where.conversation);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.failure().kind == Failure::Kind::kDamaged);
    CHECK(world.store().transcript(ada.where.conversation, 0, 1)->size() == 1);
    CHECK(say(world.store(), ada, "more") == Commit::kFailed);
    CHECK(say(world.store(), ada, "more") == Commit::kFailed);
    CHECK_FALSE(world.store().health().writable);
    CHECK_THAT(world.store().health().why, Contains("damaged"));
  }
}

TEST_CASE("the log stays short under constant load", "[storage][checkpoint]") {
  SqliteWorld world(false);
  world.options.checkpoint_every = std::chrono::milliseconds(5);
  world.options.wal_soft_bytes = 256 << 10;
  world.reopen();
  Speaker ada("ada");
  std::atomic<int> waiting{0};
  std::uint64_t longest = 0;
  for (int i = 0; i < 20'000; ++i) {
    ++waiting;
    world.store().commit(ada.turn(std::string(1000, 'x')), [&](Commit) { --waiting; });
    ++ada.version;
    while (waiting > 64) std::this_thread::yield();
    if (i % 50 == 0) longest = std::max(longest, world.store().health().wal_bytes);
  }
  wait(world.store());
  const auto all = *world.store().load(ada.where.conversation);
  REQUIRE(all->version == 20'000);
  world.close();
  // Every byte of the database went through the log.
  CHECK(longest * 4 < std::filesystem::file_size(world.options.path));
}

TEST_CASE("an idle store cuts its log", "[storage][checkpoint]") {
  SqliteWorld world(false);
  world.options.checkpoint_every = std::chrono::milliseconds(5);
  world.options.wal_soft_bytes = 4096;
  world.reopen();
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, std::string(100'000, 'x')) == Commit::kDone);
  for (int i = 0; i < 1000 && world.store().health().wal_bytes > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(world.store().health().wal_bytes == 0);
}

TEST_CASE("forgetting empties the log of what was theirs", "[storage][sealed]") {
  SqliteWorld world;
  Speaker ada("ada");
  Turn turn = ada.turn("hi");
  turn.conversation.control = "canary-control";
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  REQUIRE(world.store().forget(ada.where.person));
  for (int i = 0; i < 1000 && world.store().health().wal_bytes > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  for (const char* tail : {"", "-wal"}) {
    std::ifstream file(world.options.path + tail, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    CHECK(bytes.find("canary-control") == std::string::npos);
  }
}

// Claiming by due time is a walk along an index, however many timers wait: the same page out of 200
// and out of 200,000.
TEST_CASE("due timers cost what they return", "[storage][timers]") {
  SqliteWorld world;
  const auto page = [&] {
    double best = 1;
    for (int i = 0; i < 40; ++i) {
      const auto start = std::chrono::steady_clock::now();
      REQUIRE(world.store().due_timers(kMonday + 100, std::nullopt, 100)->size() == 100);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
  };
  Speaker ada("ada"), ben("ben");
  const auto set = [&](Speaker& speaker, TimerNumber count) {
    Turn turn = speaker.turn("many");
    for (TimerNumber i = 0; i < count; ++i) turn.timers.push_back({i, kMonday + static_cast<Time>(i)});
    REQUIRE(commit(world.store(), turn) == Commit::kDone);
  };
  set(ada, 200);
  const double few = page();
  set(ben, 200'000);
  const double many = page();
  std::cout << "figure: 100 due timers of 200: " << few * 1e6 << " us; of 200,000: " << many * 1e6 << " us\n";
  CHECK(many < few * 4);
}
