// Forgetting, where it could fail: between the two files, after a restore of either, after a failed
// write, and in databases that were made before there were two.
#include <SQLiteCpp/Database.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "storage/vault/file_key_sealer.h"
#include "storage/vault/vault.h"
#include "tests/storage/fault_vfs.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

struct Two {  // ada, who will be forgotten, and ben, who stays
  SqliteWorld world;
  Speaker ada{"ada"}, ben{"ben"};
  std::vector<std::string> told;

  Two() {
    world.options.tell = [this](const std::string& what) { told.push_back(what); };
    REQUIRE(say(world.store(), ada, "one", "ev-a1") == Commit::kDone);
    REQUIRE(say(world.store(), ben, "hello", "ev-b") == Commit::kDone);
  }
  Store& store() { return world.store(); }
  std::string path(const std::string& name) { return world.folder / name; }
  void copy(const std::string& from, const std::string& to) {
    fs::remove(path(to + "-wal"));
    fs::remove(path(to + "-shm"));
    fs::copy_file(path(from), path(to), fs::copy_options::overwrite_existing);
  }
  int count(const std::string& what) {
    return SQLite::Database(world.options.path).execAndGet(what).getInt();
  }
  bool readable(const Speaker& who) {
    const auto snapshot = *store().load(who.where.conversation);
    return snapshot && !snapshot->conversation.texts.empty();
  }
  void ada_is_gone() {
    CHECK_FALSE(store().find(ada.address)->has_value());
    CHECK_FALSE(store().load(ada.where.conversation)->has_value());
    CHECK(store().transcript(ada.where.conversation, 0, 10)->empty());
    CHECK_FALSE(store().holdings(ada.where.person)->has_value());
    CHECK(commit(store(), ada.turn("late")) == Commit::kGone);
    Speaker fresh = ada;
    fresh.version = 0;
    fresh.where.conversation = random_id();
    CHECK(commit(store(), fresh.turn("late first")) == Commit::kGone);
    Speaker again("ada");
    CHECK(commit(store(), again.turn("one", "ev-a1")) == Commit::kGone);
    CHECK(say(store(), again, "a new start") == Commit::kDone);  // as somebody new
    CHECK((*store().find(ada.address))->person == again.where.person);
    CHECK(readable(ben));
    Speaker ben_now = ben;
    CHECK(say(store(), ben_now, "still here") == Commit::kDone);
  }
};

}  // namespace

TEST_CASE("an older attune.db put back brings nobody back", "[storage][forgetting]") {
  Two two;
  REQUIRE(two.store().backup(two.path("copy")));
  REQUIRE(say(two.store(), two.ada, "two", "ev-a2") == Commit::kDone);
  REQUIRE(two.store().forget(two.ada.where.person));
  two.world.close();
  two.copy("copy", "attune.db");
  CHECK(two.count("SELECT count(*) FROM person") == 2);
  two.world.reopen();
  CHECK(two.count("SELECT count(*) FROM person") == 1);
  REQUIRE(two.told.size() == 1);
  CHECK_THAT(two.told[0], Contains("1 people who had been forgotten"));
  two.ada_is_gone();
  two.world.reopen();
  CHECK(two.told.size() == 1);  // once is enough
}

TEST_CASE("an older keys.db put back loses the forgotten keys again", "[storage][forgetting]") {
  Two two;
  REQUIRE(two.store().backup(two.path("copy")));
  REQUIRE(two.store().forget(two.ada.where.person));
  two.world.close();
  two.copy("copy.keys", "keys.db");
  const std::string with_key = "SELECT count(*) FROM person WHERE key IS NOT NULL";
  CHECK(SQLite::Database(two.path("keys.db")).execAndGet(with_key).getInt() == 2);
  two.world.reopen();
  CHECK(SQLite::Database(two.path("keys.db")).execAndGet(with_key).getInt() == 1);
  two.ada_is_gone();
}

TEST_CASE("both put back, of different days, agree on everybody either forgot",
          "[storage][forgetting]") {
  Two two;
  Speaker cleo("cleo");
  REQUIRE(say(two.store(), cleo, "hi") == Commit::kDone);
  REQUIRE(two.store().backup(two.path("first")));
  REQUIRE(two.store().forget(cleo.where.person));
  REQUIRE(two.store().backup(two.path("second")));
  REQUIRE(two.store().forget(two.ada.where.person));
  two.world.close();
  SECTION("the database is the older") {
    two.copy("first", "attune.db");
    two.copy("second.keys", "keys.db");
  }
  SECTION("the keys are the older") {
    two.copy("second", "attune.db");
    two.copy("first.keys", "keys.db");
  }
  two.world.reopen();
  CHECK_FALSE(two.store().load(cleo.where.conversation)->has_value());
  CHECK(commit(two.store(), cleo.turn("late")) == Commit::kGone);
  CHECK(two.readable(two.ada));  // in neither copy was she forgotten: only newer keys could tell
  CHECK(two.readable(two.ben));
}

TEST_CASE("a crash between the keys' commit and the rows' is finished at the next start",
          "[storage][forgetting]") {
  Two two;
  two.world.close();
  // What the vault does in the writer's thread, and then nothing more.
  VaultOptions options;
  options.path = two.path("keys.db");
  options.key_file = two.path("seal.key");
  {
    const auto vault = std::move(*Vault::open(options, Digest{}));
    vault->begin();
    vault->forget(two.ada.where.person);
    vault->commit();
  }
  CHECK(two.count("SELECT count(*) FROM person") == 2);
  two.world.reopen();
  CHECK(two.count("SELECT count(*) FROM person") == 1);
  two.ada_is_gone();
}

TEST_CASE("at every fault on the way: forgotten and unreadable, or as before",
          "[storage][forgetting][fault]") {
  int forgotten = 0, kept = 0;
  std::uint64_t n = 1, quiet = 0;
  const bool by_turn = GENERATE(false, true);
  for (; quiet < 2; ++n) {
    INFO("fault at call " << n);
    SqliteWorld world(false);
    world.options.vfs = FaultVfs::name();
    world.options.checkpoint_every = std::chrono::hours(1);  // no other calls of the disk between
    world.reopen();
    Speaker ada("ada"), ben("ben");
    REQUIRE(say(world.store(), ada, "one", "ev-a1") == Commit::kDone);
    REQUIRE(say(world.store(), ben, "hello", "ev-b") == Commit::kDone);
    FaultVfs::fail_at(n, FaultVfs::Lasts::kOnce, world.folder / "");
    bool done = false;
    if (by_turn) {
      Turn turn = ada.turn("delete my data", "ev-del");
      turn.forget_person = true;
      done = commit(world.store(), turn) == Commit::kDone;
    } else {
      done = static_cast<bool>(world.store().forget(ada.where.person));
    }
    quiet = FaultVfs::fired() > 0 ? 0 : quiet + 1;
    FaultVfs::mend();
    // Whatever was answered: a text that opens is hers still, whole; one that does not is gone for good.
    const auto now = *world.store().load(ada.where.conversation);
    const bool opens = now && !now->conversation.texts.empty();
    if (done) CHECK_FALSE(now.has_value());
    if (!opens) {
      const Commit late = commit(world.store(), ada.turn("late"));
      CHECK(late == Commit::kGone);
      // Rows without a key go with the next transaction, not only at the next start.
      Speaker cleo("cleo");
      CHECK(say(world.store(), cleo, "hi") == Commit::kDone);
      CHECK_FALSE(world.store().load(ada.where.conversation)->has_value());
    }
    world.reopen();
    const auto later = *world.store().load(ada.where.conversation);
    CHECK((!later || !later->conversation.texts.empty()));  // rows without a key are not left behind
    if (done || !opens) CHECK_FALSE(later.has_value());
    CHECK((*world.store().load(ben.where.conversation))->conversation.texts.at("") ==
          "state of hello");
    CHECK(say(world.store(), ben, "still here") == Commit::kDone);
    ++(later ? kept : forgotten);
    REQUIRE(n < 1000);
  }
  CHECK(forgotten > 1);
  CHECK(kept > 1);
}

TEST_CASE("a key read while it is destroyed serves nobody afterwards", "[storage][forgetting]") {
  Two two;
  std::atomic<bool> forgotten{false}, stop{false};
  std::atomic<int> odd{0};
  std::thread reader([&] {
    while (!stop) {
      const bool before = forgotten;
      const auto entries = two.store().transcript(two.ada.where.conversation, 0, 10);
      if (!entries || (before && !entries->empty())) ++odd;
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(two.store().forget(two.ada.where.person));
  forgotten = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  reader.join();
  CHECK(odd == 0);
  two.ada_is_gone();
}

TEST_CASE("keys.db and attune.db of different databases are refused", "[storage][forgetting]") {
  Two two, other;
  two.world.close();
  other.world.close();
  fs::copy_file(other.path("keys.db"), two.path("keys.db"), fs::copy_options::overwrite_existing);
  fs::copy_file(other.path("seal.key"), two.path("seal.key"), fs::copy_options::overwrite_existing);
  const auto opened = SqliteStore::open(two.world.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.failure().kind == Failure::Kind::kRefused);
  CHECK_THAT(opened.failure().what, Contains("the keys do not belong to the database"));
}

TEST_CASE("a lost keys.db, or key file, is refused by name and nothing is made",
          "[storage][forgetting]") {
  Two two;
  two.world.close();
  const std::string name = GENERATE("keys.db", "seal.key");
  fs::remove(two.path(name));
  const auto opened = SqliteStore::open(two.world.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.failure().kind == Failure::Kind::kRefused);
  CHECK_THAT(opened.failure().what, Contains(two.path(name) + " is missing"));
  CHECK_FALSE(fs::exists(two.path(name)));
}

TEST_CASE("a turn of somebody known reads nothing of keys.db", "[storage][forgetting]") {
  Two two;
  // From beside, every key is taken away: who is held in memory goes on all the same.
  auto keys = by_hand(two.path("keys.db"));
  keys.exec("DELETE FROM person");
  CHECK(say(two.store(), two.ada, "two") == Commit::kDone);
  CHECK(two.readable(two.ada));
  CHECK(two.store().transcript(two.ada.where.conversation, 0, 10)->at(1).said == "two");
}

TEST_CASE("the key is changed while nobody has the database, and everything reads on",
          "[storage][forgetting]") {
  Two two;
  const auto refused = SqliteStore::rotate_key(two.world.options);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.failure().what, Contains("in use by another attune"));
  two.world.close();
  const auto bytes = [&](const char* name) {
    std::ifstream file(two.path(name), std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  };
  const std::string before = bytes("seal.key"), database = bytes("attune.db");
  REQUIRE(SqliteStore::rotate_key(two.world.options));
  CHECK(bytes("seal.key") != before);
  two.world.reopen();
  CHECK(two.readable(two.ada));
  CHECK(two.readable(two.ben));
  CHECK(commit(two.store(), two.ben.turn("hello", "ev-b")) == Commit::kDuplicate);
  CHECK((*two.store().find(two.ada.address))->person == two.ada.where.person);
}

TEST_CASE("a database of attune 0.1 opens: sealed anew, and nothing of the old key is left in it",
          "[storage][forgetting]") {
  // Made by the sealer of that time, then set back to that time's tables.
  SqliteWorld world(false);
  std::vector<std::string> told;
  world.options.tell = [&](const std::string& what) { told.push_back(what); };
  Speaker ada("ada"), ben("ben"), gone("gone");
  const auto make = [&] {
    SqliteOptions old = world.options;
    old.sealer = std::move(*FileKeySealer::open(world.folder / "seal.key"));
    const auto store = std::move(*SqliteStore::open(old));
    for (int i = 0; i < 600; ++i) {  // more than one step of sealing anew
      Turn turn = ada.turn("said " + std::to_string(i), "ev-a" + std::to_string(i));
      turn.said_class = i % 3 == 0 ? "" : i % 3 == 1 ? "run" : "2592000";
      turn.conversation.texts = {{"", "kept"}, {"run", "for the run"}, {"86400", "a day"}};
      if (i == 0) turn.person = Kept{"memory", {{"", "my name"}, {"86400", "mood"}}};
      turn.read_person_version = i > 0;
      REQUIRE(commit(*store, turn) == Commit::kDone);
      ++ada.version;
    }
    ada.person_version = 1;
    REQUIRE(say(*store, ben, "hello", "ev-b") == Commit::kDone);
    REQUIRE(say(*store, gone, "bye", "ev-g") == Commit::kDone);
    REQUIRE(store->forget(gone.where.person));
  };
  make();
  std::vector<std::string> old_texts;
  {
    auto database = by_hand(world.options.path);
    database.exec(kDropsSince005);
    database.exec(
        "DELETE FROM fact WHERE name IN ('vault', 'forgotten'); ALTER TABLE turn DROP COLUMN mark; "
        "PRAGMA user_version=1");
    SQLite::Statement all(database,
                          "SELECT said FROM turn UNION ALL SELECT reply FROM turn UNION ALL "
                          "SELECT sealed FROM address UNION ALL SELECT substr(texts, 9) FROM state");
    while (all.executeStep()) old_texts.push_back(all.getColumn(0).getString().substr(5, 24));
  }
  CHECK(old_texts.size() > 1800);
  fs::copy_file(world.options.path, world.folder / "old.db");
  const auto verify = [&] {
    CHECK_FALSE(fs::exists(world.folder / "seal.key.new"));
    Store& store = world.store();
    const auto snapshot = *store.load(ada.where.conversation);
    REQUIRE(snapshot);
    CHECK(snapshot->conversation.texts ==
          Texts{{"", "kept"}, {"run", "for the run"}, {"86400", "a day"}});
    CHECK(snapshot->person.texts == Texts{{"", "my name"}, {"86400", "mood"}});
    const auto entries = *store.transcript(ada.where.conversation, 0, 1000);
    REQUIRE(entries.size() == 600);
    for (std::size_t i = 0; i < 600; ++i) {
      CHECK(entries[i].said == "said " + std::to_string(i));
      CHECK(entries[i].reply == "reply to said " + std::to_string(i));
    }
    CHECK((*store.find(ada.address))->person == ada.where.person);
    CHECK((*store.holdings(ada.where.person))->conversations.at(0).addresses.at(0) == ada.address);
    CHECK(commit(store, ada.turn("said 5", "ev-a5")) == Commit::kDuplicate);
    CHECK(commit(store, gone.turn("late")) == Commit::kGone);
    Speaker now = ada;
    CHECK(say(store, now, "and on") == Commit::kDone);
  };
  SECTION("at the first start, and from then on") {
    world.reopen();
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], Contains("The texts of 2 people were sealed anew"));
    verify();
    world.close();
    std::ifstream file(world.options.path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    std::size_t left = 0;
    for (const std::string& text : old_texts) left += bytes.find(text) != std::string::npos;
    CHECK(left == 0);
    ++ada.version;
    world.reopen();
    CHECK(told.size() == 1);
    // And a copy of that time put back later is brought over again.
    world.close();
    fs::copy_file(world.folder / "old.db", world.options.path, fs::copy_options::overwrite_existing);
    --ada.version;
    world.reopen();
    verify();
  }
  SECTION("with its keys.db lost meanwhile it is refused") {
    world.reopen();
    world.close();
    fs::remove(world.folder / "keys.db");
    std::ofstream(world.folder / "seal.key") << "attune-key-1 " << std::string(64, 'b') << "\n";
    CHECK_THAT(SqliteStore::open(world.options).failure().what, Contains("keys.db is missing"));
  }
  SECTION("with another key file it is refused, and left as it is") {
    std::ofstream(world.folder / "seal.key") << "attune-key-1 " << std::string(64, 'b') << "\n";
    const auto opened = SqliteStore::open(world.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kRefused);
    CHECK_THAT(opened.failure().what, Contains("of attune 0.1"));
    CHECK_FALSE(fs::exists(world.folder / "keys.db"));
  }
  SECTION("broken off at any call of the disk, it goes on at the next start") {
    // The steps between two syncs are alike: a fault at every 7th call meets each kind of them.
    for (std::uint64_t n = 1, quiet = 0; quiet < 2; n += 7) {
      for (const char* name : {"attune.db", "attune.db-wal", "attune.db-shm", "keys.db",
                               "keys.db-wal", "keys.db-shm"})
        fs::remove(world.folder / name);
      fs::copy_file(world.folder / "old.db", world.options.path);
      INFO("fault at call " << n);
      SqliteOptions options = world.options;
      options.vfs = FaultVfs::name();
      FaultVfs::fail_at(n, FaultVfs::Lasts::kUntilMended, world.folder / "");
      (void)SqliteStore::open(options);
      quiet = FaultVfs::fired() > 0 ? 0 : quiet + 1;
      FaultVfs::mend();
      const auto store = SqliteStore::open(options);
      if (!store) FAIL(store.failure().what);
      const auto entries = *(*store)->transcript(ada.where.conversation, 0, 1000);
      REQUIRE(entries.size() == 600);
      std::size_t whole = 0;
      for (std::size_t i = 0; i < 600; ++i)
        whole += entries[i].said == "said " + std::to_string(i) &&
                 entries[i].reply == "reply to said " + std::to_string(i);
      CHECK(whole == 600);
      REQUIRE(n < 20'000);
    }
  }
}
