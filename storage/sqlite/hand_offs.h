// The table of hand offs: its writing half, used by the ledger within a turn, and its reading half.
//
// Thread rule: that of the connection it was made with. Throws SQLite::Exception.
#pragma once

#include <optional>
#include <vector>

#include "storage/hand_off.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/sealed_turn.h"

namespace attune::storage::sqlite {

class HandOffs {
 public:
  explicit HandOffs(SQLite::Database& database) : database_(database) {}
  // What a turn did; seldom anything, so its statements are made when needed.
  void append(const SealedTurn& turn, std::int64_t conversation, Version version);

 private:
  SQLite::Database& database_;
};

// Rows whose person's key is gone already are left out.
std::vector<Handed> read_handed(SQLite::Database& database, Sealer& sealer, const HandedList& list);
std::optional<Handed> read_handed(SQLite::Database& database, Sealer& sealer,
                                  const Id& conversation, std::uint32_t number);

}  // namespace attune::storage::sqlite
