// An event id is a random key, and a B-tree with random keys costs a page of its own for each
// insert: 4 KB to the log and 4 KB to the file for 20 bytes (what this saves is measured in
// DESIGN.md: bytes, not time). But nothing has to be inserted at once: the event's hash stands in
// the turn's row, which is durable anyway. So the newest events are only remembered, and settled
// into the table later, many to a page.
//
// Settled how: not all at once, which would stall a batch, but a few at each commit, in the order
// of their places, round and round. Neighbours in that order share a page; with C remembered and P
// pages in the table a batch of k turns touches about k * P / C pages, not k.
//
// After a crash the memory is gone. When a round is over, every turn that was there when it began
// is in a table; its number is kept in fact 'events_settled', and at start all turns above it are
// read again: at most about two rounds, 2 * C turns.
//
// A place is 60 bits of keyed hash, times 8. Two events with the same 60 bits take the next of the
// 8 places; the 16 bytes in the turn's row decide which is which.
#include "storage/sqlite/event_index.h"

#include <algorithm>

namespace attune::storage::sqlite {
namespace {

constexpr const char* kFind[] = {
    "SELECT place, turn FROM event_a WHERE place BETWEEN ?1 AND ?1 + 7",
    "SELECT place, turn FROM event_b WHERE place BETWEEN ?1 AND ?1 + 7"};
constexpr const char* kInsert[] = {"INSERT OR IGNORE INTO event_a VALUES (?1, ?2)",
                                   "INSERT OR IGNORE INTO event_b VALUES (?1, ?2)"};
constexpr const char* kFindOfPerson =
    "SELECT number, event FROM turn WHERE conversation IN (SELECT number FROM conversation WHERE "
    "person = ?1) "
    "AND number > ?2 AND event IS NOT NULL";
constexpr std::size_t kCatchUp =
    64;  // a batch settles this many more than it brought, if too many wait

}  // namespace

std::vector<std::int64_t> RecentEvents::numbers(std::int64_t place) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::int64_t> found;
  const auto [from, to] = by_place_.equal_range(place);
  for (auto it = from; it != to; ++it) found.push_back(it->second);
  return found;
}

std::size_t RecentEvents::size() const {
  const std::lock_guard lock(mutex_);
  return by_place_.size();
}

void RecentEvents::add(const Entry& entry) {
  const std::lock_guard lock(mutex_);
  by_place_.insert(entry);
}

void RecentEvents::drop(const std::vector<Entry>& entries) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries) {
    const auto [from, to] = by_place_.equal_range(entry.first);
    const auto it =
        std::find_if(from, to, [&](const auto& held) { return held.second == entry.second; });
    if (it != to) by_place_.erase(it);
  }
}

void RecentEvents::replace(const std::vector<Entry>& entries) {
  std::multimap<std::int64_t, std::int64_t> fresh(entries.begin(), entries.end());
  const std::lock_guard lock(mutex_);
  by_place_.swap(fresh);
}

std::vector<RecentEvents::Entry> RecentEvents::next(std::int64_t place, std::size_t count) const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (auto it = by_place_.upper_bound(place); it != by_place_.end(); ++it) {
    // Entries of one place go together: the cursor cannot stand between them.
    if (entries.size() >= count && it->first != entries.back().first) break;
    entries.push_back(*it);
  }
  return entries;
}

EventIndex::EventIndex(SQLite::Database& database, RecentEvents& recent, std::size_t capacity)
    : database_(database),
      recent_(recent),
      capacity_(capacity),
      find_{{database, kFind[0]}, {database, kFind[1]}},
      insert_{{database, kInsert[0]}, {database, kInsert[1]}},
      find_turn_(database, "SELECT event, body, at FROM turn WHERE number = ?1"),
      find_of_person_(database, kFindOfPerson),
      note_settled_(database, "UPDATE fact SET value = ?1 WHERE name = 'events_settled'") {
  current_ = database.execAndGet("SELECT value FROM fact WHERE name = 'event_current'").getInt();
  settled_number_ =
      database.execAndGet("SELECT value FROM fact WHERE name = 'events_settled'").getInt64();
  used_[0] = database.execAndGet("SELECT EXISTS (SELECT 1 FROM event_a)").getInt() != 0;
  used_[1] = database.execAndGet("SELECT EXISTS (SELECT 1 FROM event_b)").getInt() != 0;
  SQLite::Statement above(database, "SELECT number, event FROM turn WHERE number > ?1");
  std::vector<RecentEvents::Entry> entries;
  Run run(above, settled_number_);
  while (run.next()) {
    round_began_ = run.number(0);
    if (!run.null(1)) entries.emplace_back(event_place(run.bytes_view(1)), round_began_);
  }
  round_began_ = std::max(round_began_, settled_number_);
  recent_.replace(entries);
}

// Of both tables, whatever stands at the eight places; `each` returns true to stop.
template <typename Each>
void EventIndex::each_at(std::int64_t place, Each each) {
  for (const int table : {current_, 1 - current_}) {
    if (!used_[table]) continue;
    Run run(find_[table], place);
    while (run.next())
      if (each(table, run.number(0), run.number(1))) return;
  }
}

// A turn that is there decides. One that is not belonged to somebody forgotten: that decides only
// if no other does, for the same event may have come again more than 8 days later.
std::optional<Commit> EventIndex::judge(const EventKey& key, const Digest& body, Time at) {
  std::optional<Commit> known;
  const auto look = [&](std::int64_t number) {
    if (const auto verdict = judge_turn(number, key, body, at)) known = verdict;
    return known && *known != Commit::kGone;
  };
  for (const std::int64_t number : recent_.numbers(key.place))
    if (look(number)) return known;
  each_at(key.place, [&](int, std::int64_t, std::int64_t number) { return look(number); });
  return known;
}

std::optional<Commit> EventIndex::judge_turn(std::int64_t number, const EventKey& key,
                                             const Digest& body, Time at) {
  Run run(find_turn_, number);
  if (!run.next()) return Commit::kGone;  // whose it was has been forgotten
  if (run.bytes_view(0) != key.hash || run.number(2) < at - kEventWindow) return std::nullopt;
  return run.bytes_view(1) == view(body) ? Commit::kDuplicate : Commit::kMismatch;
}

void EventIndex::add(const EventKey& key, std::int64_t number) {
  recent_.add({key.place, number});
  ++added_;
}

void EventIndex::settle(std::int64_t place, std::int64_t number) {
  used_[current_] = true;
  {
    Run run(insert_[current_], place, number);
    run.finish();
  }
  if (database_.getChanges() == 0) settle_beside(place, number);
}

// The first of the eight is taken: by the same turn, settled before a crash, or by another event.
void EventIndex::settle_beside(std::int64_t place, std::int64_t number) {
  bool there = false;
  unsigned taken = 0;
  each_at(place, [&](int table, std::int64_t at, std::int64_t turn) {
    if (table == current_) taken |= 1u << (at - place);
    return there = there || turn == number;
  });
  if (there) return;
  std::int64_t slot = 0;
  while (slot < 8 && taken >> slot & 1) ++slot;
  // Nine of 2^60 alike do not happen; if they did, the last would go unnoticed, not the batch.
  if (slot < 8) Run(insert_[current_], place + slot, number).finish();
}

void EventIndex::settle_person(std::int64_t person) {
  std::vector<RecentEvents::Entry> entries;
  {
    Run run(find_of_person_, person, settled_number_);
    while (run.next()) entries.emplace_back(event_place(run.bytes_view(1)), run.number(0));
  }
  for (const auto& [place, number] : entries) settle(place, number);
}

void EventIndex::before_commit(std::int64_t last_number) {
  const std::size_t waiting = recent_.size();
  const std::size_t most = added_ + kCatchUp;
  added_ = 0;
  if (waiting <= capacity_) return;
  const std::size_t count = std::min(waiting - capacity_, most);
  settling_ = recent_.next(cursor_, count);
  for (const auto& [place, number] : settling_) settle(place, number);
  if (settling_.size() >= count) {
    cursor_ = settling_.back().first;
    return;
  }
  cursor_ = -1;
  settled_number_ = round_began_;
  round_began_ = last_number;
  Run(note_settled_, settled_number_).finish();
}

void EventIndex::committed() {
  if (settling_.empty()) return;
  recent_.drop(settling_);
  settling_.clear();
}

}  // namespace attune::storage::sqlite
