// The writing half of the store: judges a turn and appends it, and everything else that changes the
// file.
//
// Owned by the writer thread, which alone calls it, always inside a transaction that it began.
// Throws SQLite::Exception; then the caller rolls back and makes a new ledger (what this one
// remembers of heads is no longer true).
//
// Invariants: versions of a conversation have no gap; a turn's number is larger than that of every
// turn before it and is never used again; an event id within 8 days names one turn.
#pragma once

#include <unordered_map>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/event_index.h"
#include "storage/sqlite/hand_offs.h"
#include "storage/sqlite/outbox.h"
#include "storage/sqlite/sealed_turn.h"
#include "storage/store.h"

namespace attune::storage::sqlite {

struct IdHash {  // ids are random: any eight bytes are a hash
  std::size_t operator()(const Id& id) const {
    std::size_t hash = 0;
    for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | id[i];
    return hash;
  }
};

class Ledger {
 public:
  Ledger(SQLite::Database& database, Sealer& sealer, RecentEvents& recent,
         std::size_t recent_capacity);

  // Never kBusy or kFailed. Nothing is written unless kDone.
  Commit apply(const SealedTurn& turn);
  // Their key, by way of the sealer, and their rows.
  void forget(const Id& person);
  void keep_edition(const std::string& hash, Time at, const std::string& files);
  void activate(const Activation& activation);

  // What leaves later, where it is not a turn that changes it.
  Outbox& outbox() { return outbox_; }

  // Around each commit: the last thing in the transaction, and the first after it.
  void before_commit() { events_.before_commit(last_number()); }
  void committed() { events_.committed(); }
  // After the event tables changed places.
  void turn_events() { events_.turn(); }

  // The newest turn's number. What was acknowledged can be compared with what is there.
  std::int64_t last_number() const { return next_number_ - 1; }

 private:
  struct Head {  // of a conversation: what the next turn is judged by
    std::int64_t conversation = 0, person = 0, number = 0;
    Version version = 0;
    Mark mark = 0;
    Id person_id{};
  };

  Head* head_of(const Id& conversation);
  Commit begin(const SealedTurn& turn);
  Commit admit(const SealedTurn& turn);
  std::int64_t begin_person(const SealedTurn& turn);
  Version person_version(std::int64_t person);
  void append(const SealedTurn& turn, Head& head);
  bool may_join(const SealedPlace& place, std::int64_t person);
  void settle_place(const SealedPlace& place, std::int64_t conversation, Version version, std::int64_t number);
  void write_memory(const SealedTurn& turn, std::int64_t person);
  void forget_number(std::int64_t person);
  std::int64_t word(const std::string& text);

  SQLite::Database& database_;
  Sealer& sealer_;
  SQLite::Statement find_head_, find_person_, find_tombstone_, find_address_, find_word_,
      person_version_of_;
  SQLite::Statement insert_person_, insert_conversation_, insert_address_, insert_turn_,
      insert_state_, insert_word_, insert_tombstone_, insert_edition_;
  SQLite::Statement update_person_;
  EventIndex events_;
  Outbox outbox_;
  HandOffs hand_offs_;

  // Remembered, bounded; the file is right, these save reading it.
  std::unordered_map<Id, Head, IdHash> heads_;
  std::unordered_map<std::int64_t, Version> person_versions_;
  std::unordered_map<std::string, std::int64_t> words_;
  std::int64_t next_number_ = 1;
};

}  // namespace attune::storage::sqlite
