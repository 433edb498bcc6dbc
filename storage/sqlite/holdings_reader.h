// Gathers what the tables hold of one person (storage/holdings.h). Not on any turn's way: its
// statements are made when needed.
//
// One committed state: the reads share a transaction. Throws SQLite::Exception and KeysFailure.
#pragma once

#include "storage/holdings.h"
#include "storage/sqlite/connection.h"
#include "storage/vault/sealer.h"

namespace attune::storage::sqlite {

std::optional<Holdings> read_holdings(SQLite::Database& database, Sealer& sealer, const Id& person);

}  // namespace attune::storage::sqlite
