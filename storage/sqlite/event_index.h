// Which events have been seen: a table with random keys, and in front of it a memory that makes
// writing to it cheap. Why and how is told in event_index.cc.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/sealed_turn.h"
#include "storage/store.h"

namespace attune::storage::sqlite {

// The newest events, by place; their turns are in the file, they are in no event table yet.
// Outlives every EventIndex. Thread rule: any thread; the writer changes it, readers look.
class RecentEvents {
 public:
  using Entry = std::pair<std::int64_t, std::int64_t>;  // place, number of the turn

  std::vector<std::int64_t> numbers(std::int64_t place) const;
  std::size_t size() const;
  void add(const Entry& entry);
  void drop(const std::vector<Entry>& entries);
  void replace(const std::vector<Entry>& entries);
  // In the order of places, from above `place`; at least `count`, if there are.
  std::vector<Entry> next(std::int64_t place, std::size_t count) const;

 private:
  mutable std::mutex mutex_;
  std::multimap<std::int64_t, std::int64_t> by_place_;
};

// Owned by the ledger, under its rules: the writer thread, inside a transaction, thrown away after
// an error. Invariant: an event of the last 8 days is in `recent` or in a table; after a crash too,
// because every turn above fact 'events_settled' is read again at start.
class EventIndex {
 public:
  // Fills `recent` from the file. `capacity`: events it may hold between batches.
  EventIndex(SQLite::Database& database, RecentEvents& recent, std::size_t capacity);

  // kDuplicate, kMismatch or kGone; nothing if the event is new.
  std::optional<Commit> judge(const EventKey& key, const Digest& body, Time at);
  void add(const EventKey& key, std::int64_t number);
  // Into the table at once, for a turn that will have no row to be read again from.
  void settle(const EventKey& key, std::int64_t number) { settle(key.place, number); }
  // The events of somebody's turns, before those are deleted.
  void settle_person(std::int64_t person);

  // Around each commit: some of `recent` into the tables; and, once they are durable, out of it.
  void before_commit(std::int64_t last_number);
  void committed();
  // After the tables changed places.
  void turn() {
    current_ = 1 - current_;
    used_[current_] = false;  // it was emptied before
  }

 private:
  std::optional<Commit> judge_turn(std::int64_t number, const EventKey& key, const Digest& body,
                                   Time at);
  void settle(std::int64_t place, std::int64_t number);
  void settle_beside(std::int64_t place, std::int64_t number);
  template <typename Each>
  void each_at(std::int64_t place, Each each);

  SQLite::Database& database_;
  RecentEvents& recent_;
  const std::size_t capacity_;
  SQLite::Statement find_[2], insert_[2];  // by table
  SQLite::Statement find_turn_, find_of_person_, note_settled_;
  int current_ = 0;
  bool used_[2] = {true, true};      // false: known to be empty, not worth looking
  std::int64_t settled_number_ = 0;  // every turn up to it is in a table
  std::int64_t cursor_ = -1;         // how far this round has come in the order of places
  std::int64_t round_began_ = 0;     // the newest turn when it began
  std::size_t added_ = 0;            // in this transaction
  std::vector<RecentEvents::Entry> settling_;
};

}  // namespace attune::storage::sqlite
