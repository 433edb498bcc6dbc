#include "storage/sqlite/rekey.h"

#include <vector>

#include "storage/sqlite/sealed_turn.h"

namespace attune::storage::sqlite {
namespace {

constexpr char kBefore = 1;  // the first byte of a text that the old scheme sealed

struct Rekeying {
  SQLite::Database& database;
  Sealer& before;
  Sealer& vault;
};

// One person's two keys. `fresh` is nullptr for somebody forgotten in between.
struct Both {
  Sealer::Key old, fresh;
  Both(const Rekeying& in, const Id& person)
      : old(in.before.find(person)), fresh(in.vault.take(person)) {}
};

bool is_old(std::string_view sealed) { return !sealed.empty() && sealed[0] == kBefore; }

// Nothing stays nothing, and what is new stays as it is.
std::optional<std::string> again(const Both& keys, const std::string& row, std::string_view keep_class,
                                 Time at, std::string_view sealed) {
  if (sealed.empty()) return std::nullopt;
  if (!is_old(sealed)) return std::string(sealed);
  const auto text = keys.fresh ? keys.old->open(keep_class, row, sealed) : std::nullopt;
  if (!text) return std::nullopt;
  return keys.fresh->seal(keep_class, at, row, *text);
}

// A bag is of one scheme, whole.
std::string bag_again(const Both& keys, const std::string& row, Time at, std::string_view bag) {
  Kept opened = open_kept(keys.old, row, "", bag);
  if (opened.texts.empty()) return std::string(bag);
  return keys.fresh ? seal_kept(*keys.fresh, row, opened, at).texts : "";
}

void admit(const Rekeying& in, const Both& keys) {
  if (keys.fresh) (void)in.vault.admit(keys.fresh);
}

// A step: `work` changes up to so many rows above `from` and says how far it came; nothing at the end.
using Step = std::optional<std::int64_t> (*)(const Rekeying&, std::int64_t from, std::int64_t rows);

void in_steps(const Rekeying& in, std::int64_t rows, Step step) {
  std::optional<std::int64_t> from = 0;
  while (from) {
    in.vault.begin();
    in.database.exec("BEGIN IMMEDIATE");
    try {
      from = step(in, *from, rows);
      in.vault.commit();
      in.database.exec("COMMIT");
    } catch (...) {
      in.database.tryExec("ROLLBACK");
      throw;
    }
    // Or the log would grow as long as the file.
    sqlite3_wal_checkpoint_v2(in.database.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
  }
}

std::optional<std::int64_t> persons(const Rekeying& in, std::int64_t from, std::int64_t rows) {
  SQLite::Statement find(in.database,
                         "SELECT number, id, version, texts, at FROM person WHERE number > ?1 "
                         "ORDER BY number LIMIT ?2");
  SQLite::Statement keep(in.database, "UPDATE person SET texts = ?2 WHERE number = ?1");
  std::optional<std::int64_t> last;
  Run run(find, from, rows);
  while (run.next()) {
    last = run.number(0);
    const Both keys(in, id_of(run.bytes_view(1)));
    admit(in, keys);
    if (run.null(3)) continue;
    const std::string bag = bag_again(keys, memory_row(static_cast<Version>(run.number(2))),
                                      run.number(4), run.bytes_view(3));
    Run(keep, *last, std::string_view(bag)).finish();
  }
  return last;
}

std::optional<std::int64_t> addresses(const Rekeying& in, std::int64_t from, std::int64_t rows) {
  SQLite::Statement find(in.database,
                         "SELECT c.number, a.hash, a.sealed, p.id FROM conversation c "
                         "JOIN person p ON p.number = c.person "
                         "LEFT JOIN address a ON a.conversation = c.number "
                         "WHERE c.number > ?1 AND c.number <= ?1 + ?2 ORDER BY c.number");
  SQLite::Statement keep(in.database, "UPDATE address SET sealed = ?2 WHERE hash = ?1");
  {
    Run run(find, from, rows);
    while (run.next()) {
      if (run.null(1)) continue;
      const Both keys(in, id_of(run.bytes_view(3)));
      const auto sealed = again(keys, kAddressRow, "", 0, run.bytes_view(2)).value_or("");
      const std::string hash = run.bytes(1);
      Run(keep, std::string_view(hash), std::string_view(sealed)).finish();
    }
  }
  SQLite::Statement more(in.database, "SELECT min(number) - 1 FROM conversation WHERE number > ?1");
  Run run(more, from + rows);
  if (!run.next() || run.null(0)) return std::nullopt;
  return run.number(0);
}

std::optional<std::int64_t> turns(const Rekeying& in, std::int64_t from, std::int64_t rows) {
  SQLite::Statement find(in.database,
                         "SELECT t.number, p.id, c.id, t.version, t.at, w.text, t.said, t.reply, "
                         "s.texts FROM turn t JOIN conversation c ON c.number = t.conversation "
                         "JOIN person p ON p.number = c.person JOIN word w ON w.number = t.class "
                         "LEFT JOIN state s ON s.number = t.number "
                         "WHERE t.number > ?1 ORDER BY t.number LIMIT ?2");
  SQLite::Statement keep(in.database, "UPDATE turn SET said = ?2, reply = ?3 WHERE number = ?1");
  SQLite::Statement keep_state(in.database, "UPDATE state SET texts = ?2 WHERE number = ?1");
  std::optional<std::int64_t> last;
  Run run(find, from, rows);
  while (run.next()) {
    last = run.number(0);
    const Both keys(in, id_of(run.bytes_view(1)));
    const Id conversation = id_of(run.bytes_view(2));
    const auto version = static_cast<Version>(run.number(3));
    const Time at = run.number(4);
    const std::string keep_class = run.bytes(5);
    const auto words = [&](const char* column, int place) {
      return again(keys, turn_row(conversation, version, column), keep_class, at,
                   run.bytes_view(place));
    };
    const auto said = words("said", 6), reply = words("reply", 7);
    const auto bytes = [](const std::optional<std::string>& text) {
      return text ? std::optional<std::string_view>(*text) : std::nullopt;
    };
    Run(keep, *last, bytes(said), bytes(reply)).finish();
    if (run.null(8)) continue;
    const std::string bag =
        bag_again(keys, turn_row(conversation, version, "state"), at, run.bytes_view(8));
    Run(keep_state, *last, std::string_view(bag)).finish();
  }
  return last;
}

}  // namespace

bool sealed_by_vault(SQLite::Database& database) {
  return database.execAndGet("SELECT value FROM fact WHERE name = 'vault'").getInt() != 0;
}

std::int64_t seal_anew(SQLite::Database& database, Sealer& before, Sealer& vault,
                       std::int64_t rows) {
  const Rekeying in{database, before, vault};
  for (const Step step : {persons, addresses, turns}) in_steps(in, rows, step);
  database.exec("UPDATE fact SET value = 1 WHERE name = 'vault'");
  return database.execAndGet("SELECT count(*) FROM person").getInt64();
}

}  // namespace attune::storage::sqlite
