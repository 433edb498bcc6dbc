// The writing half of what leaves later: timers and parts of a turn, claims, and what became of them.
//
// Owned by the ledger, under its rules: the writer thread, inside a transaction, thrown away after an
// error. Throws SQLite::Exception.
//
// Invariant: `delivery` has a row for exactly those conversations that have one in `outbox`.
#pragma once

#include <vector>

#include "storage/outbox.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/sealed_turn.h"

namespace attune::storage::sqlite {

// As it leaves the writer: still sealed.
struct SealedPiece {
  Piece piece;  // without its body
  std::string keep_class, body;
};
struct SealedConsignment {
  Consignment consignment;  // without its address and pieces
  std::string address;
  std::vector<SealedPiece> pieces;
};

class Outbox {
 public:
  explicit Outbox(SQLite::Database& database);

  // What a turn sets, cancels and sends. `keep_class`: the number of its word.
  void append(const SealedTurn& turn, std::int64_t conversation, Version version, std::int64_t keep_class);
  std::vector<SealedConsignment> claim(Time now, Time until, int conversations, int pieces);
  void settle(const Settled& settled);
  // kAgain and kDropped.
  void exhume(const Settled& settled, Sealer& sealer);
  // At most `most`; true if there may be more.
  bool bury_expired(Time now, int most);

 private:
  std::vector<SealedPiece> ready(std::int64_t conversation, Time now, int most);
  void bury(std::int64_t conversation, Version version, int part, Time at, std::string_view why);
  // After the first part of a conversation has left, or may leave later.
  void wake(std::int64_t conversation, Time at, int attempts, Mark claim);
  void next_or_none(std::int64_t conversation);

  SQLite::Database& database_;
  SQLite::Statement insert_timer_, delete_timer_, insert_part_, delete_part_, insert_delivery_, delete_delivery_;
  SQLite::Statement find_due_, find_parts_, find_first_, find_claim_, find_attempts_, find_expired_, update_delivery_, insert_dead_;
};

// Opens what was claimed, in the caller's thread. What can no longer be opened has no body.
std::vector<Consignment> open_consignments(std::vector<SealedConsignment> sealed, Sealer& sealer);

}  // namespace attune::storage::sqlite
