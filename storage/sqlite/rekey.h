// Seals anew what attune 0.1 sealed with one key for everybody, each person's under a key of their own.
//
// Called by open(), before anybody writes. In steps of `rows`, each a transaction whose keys are
// durable first; interrupted, it goes on at the next start, for a sealed text says by its first byte
// which scheme it is of. Throws SQLite::Exception and KeysFailure.
#pragma once

#include "storage/sqlite/connection.h"
#include "storage/vault/sealer.h"

namespace attune::storage::sqlite {

// True once there is nothing (more) of the old scheme in the file.
bool sealed_by_vault(SQLite::Database& database);

// How many people's texts were sealed anew. What does not open any more is left out.
std::int64_t seal_anew(SQLite::Database& database, Sealer& before, Sealer& vault,
                       std::int64_t rows = 500);

}  // namespace attune::storage::sqlite
