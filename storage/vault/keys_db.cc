#include "storage/vault/keys_db.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "storage/sqlite/checked_vfs.h"
#include "storage/sqlite/page_sweep.h"

namespace attune::storage {
namespace {

using sqlite::Purpose;
using sqlite::Run;
using sqlite::Text;

constexpr int kApplicationId = 0x61746b79;  // "atky"
constexpr int kNewest = 2;  // since 2 pages have checksums; the tables are those of 1
constexpr char kWrapped = 1;
constexpr std::size_t kCache = 4 << 20;

constexpr const char* kTables =
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE person (hash BLOB PRIMARY KEY, key BLOB) WITHOUT ROWID;"
    "CREATE INDEX person_forgotten ON person (hash) WHERE key IS NULL;"
    "CREATE TABLE period (class TEXT NOT NULL, day INTEGER NOT NULL, key BLOB NOT NULL, "
    "ends INTEGER NOT NULL, PRIMARY KEY (class, day)) WITHOUT ROWID;";

int ask(SQLite::Database& database, const char* what) { return database.execAndGet(what).getInt(); }

// Ours from the first moment to read, and nobody else's; log and index follow its mode.
void touch(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) throw SQLite::Exception(std::strerror(errno), SQLITE_CANTOPEN);
  ::close(descriptor);
}

}  // namespace

std::string wrap_key(const Secret& kek, const Secret& key, const std::string& name) {
  std::string out(1, kWrapped);
  append_box(out, kek, "attune key " + name, key.view());
  return out;
}

std::optional<Secret> unwrap_key(const Secret& kek, std::string_view wrapped,
                                 const std::string& name) {
  if (wrapped.empty() || wrapped[0] != kWrapped) return std::nullopt;
  auto text = open_box(kek, "attune key " + name, wrapped.substr(1));
  Secret key;
  if (!text || text->size() != key.bytes.size()) return std::nullopt;
  std::copy(text->begin(), text->end(), reinterpret_cast<char*>(key.bytes.data()));
  wipe(*text);
  return key;
}

std::string person_name(std::string_view hash) { return "person/" + std::string(hash); }

std::string period_name(std::string_view keep_class, std::int64_t day) {
  return "period/" + std::to_string(day) + "/" + std::string(keep_class);
}

void KeysDb::create(const std::string& path, const std::string& vfs, std::string_view kek,
                    std::string_view lookup) {
  touch(path);
  SQLite::Database database = sqlite::connect(path, vfs, Purpose::kWrite, kCache);
  database.exec("BEGIN IMMEDIATE");
  database.exec(kTables);
  SQLite::Statement keep(database, "INSERT INTO fact VALUES (?1, ?2)");
  Run(keep, Text{"kek"}, kek).finish();
  Run(keep, Text{"lookup"}, lookup).finish();
  Run(keep, Text{"mark"}, std::string_view("")).finish();
  database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
  database.exec("PRAGMA user_version=" + std::to_string(kNewest));
  database.exec("COMMIT");
}

bool KeysDb::exists(const std::string& path, const std::string& vfs) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return false;
  SQLite::Database database = sqlite::connect(path, vfs, Purpose::kRead, kCache);
  const int version = ask(database, "PRAGMA user_version");
  if (version == 0 && ask(database, "SELECT count(*) FROM sqlite_master") == 0) return false;
  if (ask(database, "PRAGMA application_id") != kApplicationId)
    throw SQLite::Exception("it is a database, but not one of keys", SQLITE_NOTADB);
  if (version > kNewest)
    throw SQLite::Exception("it was written by a newer attune", SQLITE_CANTOPEN);
  return true;
}

std::string KeysDb::damage(SQLite::Database& database) {
  if (const std::string page = sqlite::damaged_page(database); !page.empty()) return page;
  const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
  return found == "ok" ? "" : found;
}

void KeysDb::give_checksums(const std::string& path, const std::string& vfs) {
  SQLite::Database database = sqlite::connect(path, vfs, Purpose::kWrite, kCache);
  // The number first: an attune that knows no checksums must not write once they are there.
  if (ask(database, "PRAGMA user_version") < kNewest)
    database.exec("PRAGMA user_version=" + std::to_string(kNewest));
  if (!sqlite::has_checksums(database)) sqlite::give_checksums(database);
}

KeysDb::KeysDb(const std::string& path, const std::string& vfs, Purpose purpose)
    : database_(sqlite::connect(path, vfs, purpose, kCache)),
      fact_(database_, "SELECT value FROM fact WHERE name = ?1"),
      set_fact_(database_, "UPDATE fact SET value = ?2 WHERE name = ?1"),
      person_(database_, "SELECT key FROM person WHERE hash = ?1"),
      keep_person_(database_, "INSERT INTO person VALUES (?1, ?2)"),
      forget_person_(database_,
                     "INSERT INTO person VALUES (?1, NULL) ON CONFLICT (hash) DO UPDATE SET key = "
                     "NULL"),
      keep_period_(database_, "INSERT OR REPLACE INTO period VALUES (?1, ?2, ?3, ?4)") {
  // The log of so small a file is worked off where it is written.
  if (purpose == Purpose::kWrite) database_.exec("PRAGMA wal_autocheckpoint=1000");
}

std::string KeysDb::fact(const char* name) {
  Run run(fact_, Text{name});
  if (!run.next())
    throw SQLite::Exception(std::string("it has no ") + name, SQLITE_CORRUPT);
  return run.bytes(0);
}

void KeysDb::set_fact(const char* name, std::string_view value) {
  Run(set_fact_, Text{name}, value).finish();
}

std::optional<KeysDb::Person> KeysDb::person(std::string_view hash) {
  Run run(person_, hash);
  if (!run.next()) return std::nullopt;
  return Person{run.bytes(0)};
}

void KeysDb::keep_person(std::string_view hash, std::string_view key) {
  Run(keep_person_, hash, key).finish();
}

void KeysDb::forget_person(std::string_view hash) { Run(forget_person_, hash).finish(); }

void KeysDb::each_forgotten(const std::function<void(std::string_view)>& each) {
  SQLite::Statement find(database_, "SELECT hash FROM person WHERE key IS NULL");
  Run run(find);
  while (run.next()) each(run.bytes_view(0));
}

void KeysDb::keep_period(std::string_view keep_class, std::int64_t day, std::string_view key,
                         Time ends) {
  Run(keep_period_, Text{keep_class}, day, key, ends).finish();
}

void KeysDb::drop_periods(Time now) {
  SQLite::Statement drop(database_, "DELETE FROM period WHERE ends <= ?1");
  Run(drop, now).finish();
}

void KeysDb::each_period(
    const std::function<void(std::string_view, std::int64_t, std::string_view, Time)>& each) {
  SQLite::Statement all(database_, "SELECT class, day, key, ends FROM period");
  Run run(all);
  while (run.next()) each(run.bytes_view(0), run.number(1), run.bytes_view(2), run.number(3));
}

void KeysDb::rewrap(const Again& wrap_again) {
  set_fact("lookup", wrap_again(kLookupName, fact("lookup")));
  // Read before it is written: a statement must not walk over what it changes.
  std::vector<std::string> hashes;
  {
    SQLite::Statement all(database_, "SELECT hash FROM person WHERE key IS NOT NULL");
    Run run(all);
    while (run.next()) hashes.push_back(run.bytes(0));
  }
  SQLite::Statement keep(database_, "UPDATE person SET key = ?2 WHERE hash = ?1");
  for (const std::string& hash : hashes) {
    const std::string again = wrap_again(person_name(hash), person(hash)->key);
    Run(keep, std::string_view(hash), std::string_view(again)).finish();
  }
  struct Period {
    std::string keep_class, key;
    std::int64_t day;
  };
  std::vector<Period> periods;
  each_period([&](std::string_view keep_class, std::int64_t day, std::string_view key, Time) {
    periods.push_back({std::string(keep_class), std::string(key), day});
  });
  SQLite::Statement keep_period(database_,
                                "UPDATE period SET key = ?3 WHERE class = ?1 AND day = ?2");
  for (const Period& period : periods) {
    const std::string again = wrap_again(period_name(period.keep_class, period.day), period.key);
    Run(keep_period, Text{period.keep_class}, period.day, std::string_view(again)).finish();
  }
}

}  // namespace attune::storage
