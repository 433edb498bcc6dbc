// Attune.db and keys.db after one of them was restored, or after a crash between their two commits:
// whoever was forgotten in either is forgotten in both, before anybody is served.
//
// Called by open(). Costs one comparison of 16 bytes when nothing happened. Throws SQLite::Exception
// and KeysFailure; then nothing was done, or it is done again at the next start.
#pragma once

#include "storage/sqlite/connection.h"
#include "storage/sqlite/event_index.h"
#include "storage/vault/vault.h"

namespace attune::storage::sqlite {

struct Reconciled {
  bool differed = false;
  std::int64_t people_erased = 0;  // rows that a restored, or interrupted, attune.db still had
};

Reconciled forget_in_both(SQLite::Database& database, Vault& vault, RecentEvents& recent,
                          std::size_t recent_capacity);

}  // namespace attune::storage::sqlite
