#include "storage/sqlite/schema.h"

#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema_sql.h"  // made by CMake from schema/*.sql

namespace attune::storage::sqlite {
namespace {

constexpr int kApplicationId = 0x6174746e;  // "attn"

constexpr Migration kMigrations[] = {{1, kSchema001}, {2, kSchema002}, {3, kSchema003}, {4, kSchema004}, {5, kSchema005}, {6, kSchema006}, {7, kSchema007}, {8, kSchema008}};

int ask(SQLite::Database& database, const char* what) { return database.execAndGet(what).getInt(); }

void apply(SQLite::Database& database, const Migration& step) {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(step.sql);
    database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version=" + std::to_string(step.number));
    database.exec("COMMIT");
  } catch (...) {
    database.tryExec("ROLLBACK");
    throw;
  }
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<Nothing> migrate(SQLite::Database& database, const std::string& path,
                        std::span<const Migration> steps) {
  const int owner = ask(database, "PRAGMA application_id");
  const int version = ask(database, "PRAGMA user_version");
  const int tables = ask(database, "SELECT count(*) FROM sqlite_master");
  const bool ours = ask(database,
                        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
                        "('fact', 'turn', 'tombstone')") == 3;
  if (ours && (owner != kApplicationId || version < 1))
    return explain(SQLITE_CORRUPT, "its header is not the one its tables had", path,
                   "reading its version");
  if (owner != kApplicationId && (owner != 0 || version != 0 || tables != 0))
    return Failure{Failure::Kind::kRefused, path + " is a database, but not one of attune's"};
  const int newest = steps.empty() ? 0 : steps.back().number;
  if (version > newest)
    return Failure{Failure::Kind::kRefused,
                   path + " was written by a newer attune (its tables are at step " +
                       std::to_string(version) + ", this attune knows up to " +
                       std::to_string(newest) +
                       "); start that version, or restore a backup made before it"};
  for (const Migration& step : steps)
    if (step.number > version) apply(database, step);
  return Nothing{};
}

}  // namespace attune::storage::sqlite
