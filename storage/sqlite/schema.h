// The tables, in numbered steps. PRAGMA user_version says how far a file has come; each step and
// its number are one transaction, so an interrupted migration goes on where it stopped.
#pragma once

#include <span>

#include "storage/result.h"

namespace SQLite {
class Database;
}

namespace attune::storage::sqlite {

struct Migration {
  int number;  // 1, 2, 3 ... without gaps
  const char* sql;
};

std::span<const Migration> migrations();

// Brings the file up to the last of `steps`. kRefused if the file is newer than they are, or is not
// ours. Throws SQLite::Exception; then the file stands after a whole step.
Result<Nothing> migrate(SQLite::Database& database, const std::string& path,
                        std::span<const Migration> steps);

}  // namespace attune::storage::sqlite
