// keep none, keep run, days: proved by searching. Words are said in every class, time passes on a
// clock of our own, and every file is searched: for the words, for platforms' names, for keys in plain,
// and for the very bytes that were sealed; and what is found is tried with every key there is.
#include <SQLiteCpp/Database.h>
#include <openssl/evp.h>

#include <fstream>
#include <set>
#include <thread>

#include "storage/sqlite/sealed_turn.h"
#include "storage/vault/key_file.h"
#include "storage/vault/vault.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;

namespace {

constexpr Time kHour = 3600, kDay = 24 * kHour;
const Time kMidday = kMonday / kDay * kDay + 12 * kHour;
const std::string kCanary = "canary-7f3a";

using Files = std::map<std::string, std::string>;

Files read_all(const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

std::vector<std::string> holding(const Files& files, const std::string& bytes) {
  std::vector<std::string> names;
  for (const auto& [name, text] : files)
    if (text.find(bytes) != std::string::npos) names.push_back(name);
  return names;
}

struct Spoken {
  std::string keep_class;
  Version version;
  Time due;                    // by when its words have to be gone
  std::vector<std::string> sealed;  // as they stood in the file: said, reply, part
};

struct Life {
  SqliteWorld world{false};
  Speaker ada{"place-" + kCanary};
  std::vector<Spoken> spoken;
  std::string folder = world.folder / "";

  Life() {
    world.options.checkpoint_every = std::chrono::milliseconds(2);
    world.reopen();
  }
  void say_in(const std::string& keep_class, Time at, Time due, bool ends = false) {
    Turn turn = ada.turn("said-" + kCanary + "-" + keep_class,
                         "event-" + kCanary + "-" + std::to_string(ada.version));
    turn.at = at;
    turn.said_class = keep_class;
    turn.reply = "reply-" + kCanary + "-" + keep_class;
    turn.conversation.texts = {{keep_class, "state-" + kCanary}};
    if (ada.version == 0)
      turn.person = Kept{"control", {{"", "memory-" + kCanary}, {"86400", "mood-" + kCanary}}};
    turn.read_person_version = ada.version > 0;
    turn.parts = {{"part-" + kCanary + "-" + keep_class, at, at + kDay}};
    if (ends) turn.ended = {{"listen/say-back", 1}};
    REQUIRE(commit(world.store(), turn) == Commit::kDone);
    ++ada.version;
    spoken.push_back({keep_class, ada.version, due, {}});
    SQLite::Database database(world.options.path);
    SQLite::Statement find(database,
                           "SELECT t.said, t.reply, o.body FROM turn t JOIN outbox o ON o.conversation = t.conversation "
                           "AND o.version = t.version ORDER BY t.number DESC LIMIT 1");
    REQUIRE(find.executeStep());
    for (int i = 0; i < 3; ++i)
      if (!find.isColumnNull(i)) spoken.back().sealed.push_back(find.getColumn(i).getString());
  }
  void speak() {
    say_in("", kMidday, kMidday + 100'000 * kDay);
    say_in("86400", kMidday, kMidday + kDay);
    say_in("604800", kMidday, kMidday + 7 * kDay);
    say_in("run", kMidday, kMidday + kHour + 1800);
    say_in("none", kMidday, kMidday + 1800);
    say_in("none", kMidday + kHour, kMidday + kHour + 1800);
    say_in("run", kMidday + kHour, kMidday + kHour + 1800, true);
  }
  // The sweep as `attune serve` does it, every ten minutes; then the log is emptied in the background.
  void pass(Time from, Time to) {
    for (Time now = from; now <= to; now += 600) REQUIRE(world.store().sweep(now));
    for (int i = 0; i < 500 && world.store().health().wal_bytes > 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
};

}  // namespace

TEST_CASE("words, names and keys stand in plain in no file, ever", "[storage][canary]") {
  Life life;
  life.speak();
  REQUIRE(life.world.store().backup(life.world.folder / "copy"));
  const auto search = [&] {
    const Files files = read_all(life.folder);
    CHECK(holding(files, kCanary) == std::vector<std::string>{});
    const auto key = read_key_file(life.world.folder / "seal.key");
    REQUIRE(key);
    CHECK(holding(files, std::string(key->view())) == std::vector<std::string>{});
    // The file of the key holds it in digits, and nothing else does.
    CHECK(holding(files, files.at("seal.key").substr(13, 64)) ==
          std::vector<std::string>{"seal.key"});
    CHECK(holding(files, "control").size() >= 2);  // the search does find what is there
    return files.size();
  };
  CHECK(search() >= 8);
  life.world.close();
  CHECK(search() >= 5);
}

TEST_CASE("person keys stand in plain in no file", "[storage][canary]") {
  Life life;
  life.speak();
  REQUIRE(life.world.store().backup(life.world.folder / "copy"));
  const Files files = read_all(life.folder);
  // Unwrapped here as the vault does it, then searched for.
  const auto file = read_key_file(life.world.folder / "seal.key");
  const Secret kek = hmac(*file, "attune key wrapping 1");
  SQLite::Database keys(life.world.folder / "keys.db");
  int tried = 0;
  const auto try_all = [&](const std::string& sql, auto name_of) {
    SQLite::Statement all(keys, sql);
    for (; all.executeStep(); ++tried) {
      const auto key = unwrap_key(kek, all.getColumn(0).getString(), name_of(all));
      REQUIRE(key);
      CHECK(holding(files, std::string(key->view())) == std::vector<std::string>{});
      CHECK_FALSE(holding(files, all.getColumn(0).getString()).empty());
    }
  };
  try_all("SELECT key, hash FROM person WHERE key IS NOT NULL",
          [](SQLite::Statement& row) { return person_name(row.getColumn(1).getString()); });
  try_all("SELECT value FROM fact WHERE name = 'lookup'",
          [](SQLite::Statement&) { return kLookupName; });
  try_all("SELECT key, class, day FROM period", [](SQLite::Statement& row) {
    return period_name(row.getColumn(1).getString(), row.getColumn(2).getInt64());
  });
  CHECK(tried >= 5);
  CHECK(holding(files, std::string(kek.view())) == std::vector<std::string>{});
}

TEST_CASE("words go within the hour after they are due, from every file of the store",
          "[storage][canary]") {
  Life life;
  life.speak();
  {
    const Files files = read_all(life.folder);
    for (const Spoken& one : life.spoken) {
      INFO("class " << one.keep_class);
      CHECK(one.sealed.size() == (one.keep_class == "none" ? 2 : 3));  // said is never written
      for (const std::string& sealed : one.sealed) CHECK_FALSE(holding(files, sealed).empty());
    }
  }
  Time before = kMidday;
  for (const Time now : {kMidday + 1800 + kHour, kMidday + kHour + 1800 + kHour, kMidday + kDay + kHour,
                         kMidday + 7 * kDay + kHour}) {
    life.pass(before, now);
    before = now;
    const Files files = read_all(life.folder);
    for (const Spoken& one : life.spoken) {
      INFO("class " << one.keep_class << ", version " << one.version << ", " << now - kMidday);
      const auto entry =
          life.world.store().transcript(life.ada.where.conversation, one.version - 1, 1)->at(0);
      const bool gone = one.due + kHour <= now;
      if (gone) {
        CHECK(entry.said.empty());
        CHECK(entry.reply.empty());
        for (const std::string& sealed : one.sealed)
          CHECK(holding(files, sealed.substr(0, 40)) == std::vector<std::string>{});
      } else if (one.due > now) {
        CHECK_FALSE(entry.reply.empty());
      }
    }
    CHECK(holding(files, kCanary) == std::vector<std::string>{});
  }
  const auto memory = (*life.world.store().load(life.ada.where.conversation))->person.texts;
  CHECK(memory == Texts{{"", "memory-" + kCanary}});
  CHECK(life.world.store().transcript(life.ada.where.conversation, 0, 1)->at(0).said ==
        "said-" + kCanary + "-");
}

TEST_CASE("in a copy made while they were kept, words that have run out open with no key there is",
          "[storage][canary]") {
  Life life;
  life.speak();
  REQUIRE(life.world.store().backup(life.world.folder / "copy"));
  // A day's key goes when the day and the lifetime are over: here, a day after the words themselves.
  life.pass(kMidday, kMidday + 600);
  REQUIRE(life.world.store().sweep(kMidday + 9 * kDay));
  const auto copy = life.world.open_with_keys_of_now(life.world.folder / "copy");
  const auto said = [&](std::size_t i) {
    return copy->transcript(life.ada.where.conversation, i, 1)->at(0).said;
  };
  const auto reply = [&](std::size_t i) {
    return copy->transcript(life.ada.where.conversation, i, 1)->at(0).reply;
  };
  CHECK_FALSE(said(0).empty());  // for ever
  CHECK(said(1).empty());        // a day
  CHECK(said(2).empty());        // a week
  CHECK(reply(4).empty());       // none
  // What a copy keeps of class run, only forgetting takes away (PRIVACY.md says so).
  CHECK_FALSE(said(3).empty());
  REQUIRE(copy->forget(life.ada.where.person));
  CHECK_FALSE(copy->load(life.ada.where.conversation)->has_value());
}

TEST_CASE("after forgetting nothing of a person is in any file, sealed or not, but in older copies",
          "[storage][canary]") {
  Life life;
  life.speak();
  Speaker ben("ben");
  REQUIRE(say(life.world.store(), ben, "still here") == Commit::kDone);
  REQUIRE(life.world.store().forget(life.ada.where.person));
  life.pass(kMidday, kMidday);
  const auto search = [&] {
    const Files files = read_all(life.folder);
    const auto& id = life.ada.where.person;
    CHECK(holding(files, std::string(id.begin(), id.end())) == std::vector<std::string>{});
    const auto& conversation = life.ada.where.conversation;
    CHECK(holding(files, std::string(conversation.begin(), conversation.end())) ==
          std::vector<std::string>{});
    for (const Spoken& one : life.spoken)
      for (const std::string& sealed : one.sealed)
        CHECK(holding(files, sealed.substr(0, 40)) == std::vector<std::string>{});
    CHECK_FALSE(holding(files, std::string(ben.where.person.begin(), ben.where.person.end())).empty());
  };
  search();
  life.world.close();
  search();
}
