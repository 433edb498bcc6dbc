#include "storage/sqlite/restore.h"

#include <set>

#include "storage/sqlite/ledger.h"

namespace attune::storage::sqlite {
namespace {

std::string mark_of(SQLite::Database& database) {
  SQLite::Statement find(database, "SELECT value FROM fact WHERE name = 'forgotten'");
  Run run(find);
  return run.next() ? run.bytes(0) : "";
}

std::vector<std::string> tombstones_of(SQLite::Database& database) {
  SQLite::Statement all(database, "SELECT hash FROM tombstone");
  std::vector<std::string> hashes;
  Run run(all);
  while (run.next()) hashes.push_back(run.bytes(0));
  return hashes;
}

std::vector<Id> people_among(SQLite::Database& database, const Sealer& sealer,
                             const std::set<std::string>& forgotten) {
  SQLite::Statement all(database, "SELECT id FROM person");
  std::vector<Id> found;
  Run run(all);
  while (run.next()) {
    const Id id = id_of(run.bytes_view(0));
    if (forgotten.count(tombstone_hash(id, sealer))) found.push_back(id);
  }
  return found;
}

}  // namespace

Reconciled forget_in_both(SQLite::Database& database, Vault& vault, RecentEvents& recent,
                          std::size_t recent_capacity) {
  if (mark_of(database) == vault.mark()) return {};
  std::set<std::string> forgotten;
  for (std::string& hash : vault.tombstones()) forgotten.insert(std::move(hash));
  for (std::string& hash : tombstones_of(database)) forgotten.insert(std::move(hash));
  const std::vector<Id> people = people_among(database, vault, forgotten);

  vault.begin();
  database.exec("BEGIN IMMEDIATE");
  try {
    Ledger ledger(database, vault, recent, recent_capacity);
    for (const Id& person : people) ledger.forget(person);
    SQLite::Statement bury(database, "INSERT OR IGNORE INTO tombstone VALUES (?1)");
    std::string mark;
    for (const std::string& hash : forgotten) {
      mark = vault.forget_hash(hash);
      Run(bury, std::string_view(hash)).finish();
    }
    if (mark.empty()) mark = vault.mark();  // nobody in either: the file of a mark only
    SQLite::Statement keep(database, "UPDATE fact SET value = ?1 WHERE name = 'forgotten'");
    Run(keep, std::string_view(mark)).finish();
    ledger.before_commit();
    vault.commit();
    database.exec("COMMIT");
    vault.settled();
  } catch (...) {
    database.tryExec("ROLLBACK");
    throw;
  }
  return {true, static_cast<std::int64_t>(people.size())};
}

}  // namespace attune::storage::sqlite
