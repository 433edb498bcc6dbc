#include "tests/turn/model_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace attune::turn_test {

using storage::Commit;
using storage::Turn;

bool ModelStore::strikes(int per_mille) { return dice_ != nullptr && dice_->chance(per_mille); }

void ModelStore::happen() {
  if (!meanwhile || happening_ || !strikes(weather_->meanwhile)) return;
  happening_ = true;
  meanwhile();
  happening_ = false;
}

std::optional<Failure> ModelStore::unreadable() {
  happen();
  if (closed_) return Failure{Failure::Kind::kUnavailable, "the store is closed"};
  if (weather_ != nullptr && strikes(weather_->unreadable)) return Failure{Failure::Kind::kUnavailable, "the disk did not answer"};
  return std::nullopt;
}

// After everything that was queued before it, callbacks and all.
std::optional<Failure> ModelStore::chore() {
  happen();
  if (closed_) return Failure{Failure::Kind::kUnavailable, "the store is closed"};
  settle();
  if (weather_ != nullptr && strikes(weather_->chore_fails)) return Failure{Failure::Kind::kUnavailable, "the disk is full"};
  ++disk_->commits;
  return std::nullopt;
}

Result<std::optional<storage::Where>> ModelStore::find(const storage::Address& address) {
  if (auto failure = unreadable()) return *failure;
  std::optional<storage::Where> where;
  if (const auto found = disk_->addresses.find(Disk::key(address)); found != disk_->addresses.end())
    where = storage::Where{disk_->conversations.at(found->second).person, found->second,
                           disk_->since.count(found->first) ? disk_->since.at(found->first) : 0};
  happen();
  return where;
}

Result<std::optional<storage::Snapshot>> ModelStore::load(const storage::Id& conversation) {
  if (auto failure = unreadable()) return *failure;
  std::optional<storage::Snapshot> snapshot;
  if (const auto found = disk_->conversations.find(conversation); found != disk_->conversations.end()) {
    const Disk::Person& person = disk_->persons.at(found->second.person);
    snapshot = storage::Snapshot{{found->second.person, conversation}, found->second.turns.size(), found->second.turns.back().mark, person.version, found->second.turns.back().conversation, person.memory};
    if (found->second.homes.size() > 1) snapshot->focus = found->second.homes.back();
  }
  happen();
  return snapshot;
}

Result<std::optional<storage::Reply>> ModelStore::replied(const storage::EventId& event) {
  if (auto failure = unreadable()) return *failure;
  std::optional<storage::Reply> reply;
  const Disk::Event* known = event.none() ? nullptr : disk_->newest_event(event);
  if (known != nullptr && !known->gone) {
    const Disk::Conversation& conversation = disk_->conversations.at(known->conversation);
    reply = storage::Reply{{conversation.person, known->conversation}, known->version, known->body, conversation.turns.at(known->version - 1).reply};
  }
  happen();
  return reply;
}

void ModelStore::commit(Turn turn, std::function<void(Commit)> done) {
  happen();
  if (closed_ || (weather_ != nullptr && strikes(weather_->busy))) return done(Commit::kBusy);
  if (on_commit) on_commit(turn);
  waiting_.push_back({std::move(turn), std::move(done), nullptr});
  if (weather_ == nullptr) settle();
  happen();
}

void ModelStore::barrier(std::function<void()> done) {
  if (closed_) return done();
  waiting_.push_back({{}, nullptr, std::move(done)});
  if (weather_ == nullptr) settle();
}

// A batch is what waited, or the front part of it.
bool ModelStore::decide(std::size_t most) {
  if (waiting_.empty()) return false;
  std::size_t size = waiting_.size();
  if (most > 0) size = std::min(size, most);
  if (most == 0 && dice_ != nullptr && size > 1 && dice_->chance(400)) size = static_cast<std::size_t>(dice_->between(1, static_cast<int>(size)));
  std::vector<Waiting> batch;
  for (; size > 0; --size) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (weather_ != nullptr && strikes(weather_->failing)) {
    fail(batch);
  } else {
    keep(batch);
  }
  for (Waiting& one : batch) decided_.push_back(std::move(one));
  return true;
}

void ModelStore::keep(std::vector<Waiting>& batch) {
  limbo_.clear();
  bool any = false;
  for (Waiting& one : batch) {
    if (one.barrier) continue;
    const bool lost = disk_->wrong == Wrong::kLostTurn && strikes(30);
    one.outcome = lost ? Commit::kDone : disk_->apply(one.turn);
    if (one.outcome != Commit::kDone) continue;
    ++turns_;
    any = true;
  }
  if (!any) return;
  ++batches_;
  ++disk_->commits;
}

void ModelStore::fail(std::vector<Waiting>& batch) {
  limbo_.clear();
  for (Waiting& one : batch) {
    one.outcome = Commit::kFailed;
    if (!one.barrier) limbo_.push_back(one.turn);
  }
  limbo_commits_ = disk_->commits;
}

bool ModelStore::release() {
  if (disk_->wrong == Wrong::kEarlyCallback && decided_.empty() && !waiting_.empty() && !waiting_.front().barrier) {
    waiting_.front().done(Commit::kDone);
    waiting_.front().done = [](Commit) {};
    return true;
  }
  if (decided_.empty()) return false;
  // Any of those before the next barrier, if none of its own conversation waits before it.
  std::vector<std::size_t> free;
  std::set<storage::Id> seen;
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    if (decided_[i].barrier) {
      if (free.empty()) free.push_back(i);
      break;
    }
    if (seen.insert(decided_[i].turn.where.conversation).second) free.push_back(i);
    if (dice_ == nullptr) break;
  }
  const std::size_t chosen = dice_ == nullptr || free.size() == 1 ? free.front() : dice_->of(free);
  Waiting one = std::move(decided_[chosen]);
  decided_.erase(decided_.begin() + static_cast<std::ptrdiff_t>(chosen));
  if (one.barrier) {
    one.barrier();
  } else {
    one.done(one.outcome);
  }
  return true;
}

void ModelStore::settle() {
  while (release() || decide()) {
  }
}

void ModelStore::die() {
  const bool found_again = !limbo_.empty() && limbo_commits_ == disk_->commits && weather_ != nullptr && strikes(weather_->found_again);
  waiting_.clear();
  decided_.clear();
  closed_ = true;
  if (!found_again) return;
  for (const Turn& turn : limbo_) (void)disk_->apply(turn);
  ++disk_->commits;
}

Result<std::vector<storage::TranscriptEntry>> ModelStore::transcript(const storage::Id& conversation, storage::Version after, int limit) {
  if (auto failure = unreadable()) return *failure;
  std::vector<storage::TranscriptEntry> entries;
  const auto found = disk_->conversations.find(conversation);
  if (found == disk_->conversations.end()) return entries;
  const auto& turns = found->second.turns;
  for (std::size_t i = after; i < turns.size() && static_cast<int>(entries.size()) < limit; ++i)
    entries.push_back({i + 1, turns[i].at, turns[i].kind, turns[i].said, turns[i].reply});
  return entries;
}

Result<std::vector<storage::Measured>> ModelStore::measured(const storage::Id& conversation, const std::string& script, const std::string& name, int limit) {
  if (auto failure = unreadable()) return *failure;
  std::vector<storage::Measured> found;
  const auto asked = disk_->conversations.find(conversation);
  if (asked == disk_->conversations.end()) return found;
  for (const auto& [id, one] : disk_->conversations) {
    if (one.person != asked->second.person) continue;
    for (std::size_t i = 0; i < one.turns.size(); ++i) {
      for (const auto& measure : one.turns[i].measures) {
        if (measure.name != name || (!script.empty() && measure.script != script)) continue;
        found.push_back({id == conversation ? i + 1 : 0, one.turns[i].at, measure.value});
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  if (found.size() > static_cast<std::size_t>(limit)) found.erase(found.begin(), found.end() - limit);
  return found;
}

Result<std::optional<storage::Holdings>> ModelStore::holdings(const storage::Id& person) {
  if (auto failure = unreadable()) return *failure;
  return disk_->holdings(person);
}

void ModelStore::ask_to_forget(const storage::Id& person, std::function<void(Commit)> done) {
  const bool refused = closed_;
  if (chore()) return done(refused ? Commit::kBusy : Commit::kFailed);
  disk_->forget(person);
  happen();
  done(Commit::kDone);
}

Result<std::vector<storage::DueTimer>> ModelStore::due_timers(storage::Time now, const std::optional<storage::DueTimer>& after, int limit) {
  if (auto failure = unreadable()) return *failure;
  return disk_->due_timers(now, after, limit);
}

Result<std::vector<storage::Consignment>> ModelStore::claim(storage::Time now, storage::Time until, int conversations, int pieces) {
  if (auto failure = chore()) return *failure;
  return disk_->claim(now, until, conversations, pieces);
}

Result<Nothing> ModelStore::settle(const std::vector<storage::Settled>& settled) {
  if (auto failure = chore()) return *failure;
  for (const auto& one : settled) disk_->settle(one);
  return Nothing{};
}

Result<storage::Backlog> ModelStore::backlog() {
  if (auto failure = unreadable()) return *failure;
  return disk_->backlog();
}

Result<std::vector<storage::DeadLetter>> ModelStore::dead_letters(int limit) {
  if (auto failure = unreadable()) return *failure;
  std::vector<storage::DeadLetter> letters = disk_->dead_letters;
  if (letters.size() > static_cast<std::size_t>(std::max(limit, 0))) letters.resize(static_cast<std::size_t>(std::max(limit, 0)));
  return letters;
}

Result<std::vector<storage::Handed>> ModelStore::handed(const storage::HandedList& list) {
  if (auto failure = unreadable()) return *failure;
  return disk_->handed(list);
}

Result<std::optional<storage::Handed>> ModelStore::handed(const storage::Id& conversation, std::uint32_t number) {
  if (auto failure = unreadable()) return *failure;
  const auto found = disk_->later.find(conversation);
  if (found == disk_->later.end()) return std::optional<storage::Handed>();
  for (const auto& one : found->second.handed) {
    if (one.number == number) return std::optional(one);
  }
  return std::optional<storage::Handed>();
}

Result<Nothing> ModelStore::keep_edition(const storage::Edition& edition) {
  try {
    (void)nlohmann::json(edition.files).dump();
  } catch (const nlohmann::json::exception&) {
    return Failure{Failure::Kind::kRefused, "the edition has text that is not UTF-8"};
  }
  if (auto failure = chore()) return *failure;
  disk_->editions.emplace(edition.hash, edition);
  return Nothing{};
}

Result<std::optional<storage::Edition>> ModelStore::edition(const std::string& hash) {
  if (auto failure = unreadable()) return *failure;
  const auto found = disk_->editions.find(hash);
  if (found == disk_->editions.end()) return std::optional<storage::Edition>();
  return std::optional(found->second);
}

Result<Nothing> ModelStore::activate(const storage::Activation& activation) {
  try {
    (void)nlohmann::json({activation.who, activation.why}).dump();
  } catch (const nlohmann::json::exception&) {
    return Failure{Failure::Kind::kRefused, "who or why has text that is not UTF-8"};
  }
  if (auto failure = chore()) return *failure;
  disk_->activations.push_back(activation);
  return Nothing{};
}

Result<std::vector<storage::Activation>> ModelStore::activations(int limit) {
  if (auto failure = unreadable()) return *failure;
  std::vector<storage::Activation> newest(disk_->activations.rbegin(), disk_->activations.rend());
  if (newest.size() > static_cast<std::size_t>(limit)) newest.resize(static_cast<std::size_t>(limit));
  return newest;
}

Result<std::vector<std::string>> ModelStore::controls(std::uint64_t& after, int limit) {
  if (auto failure = unreadable()) return *failure;
  std::vector<std::string> all;
  std::uint64_t number = 0;
  for (const auto& [id, conversation] : disk_->conversations) {
    if (++number <= after || all.size() == static_cast<std::size_t>(limit)) continue;
    all.push_back(conversation.turns.back().conversation.control);
    after = number;
  }
  return all;
}

Result<Nothing> ModelStore::backup(const std::string& path) {
  if (auto failure = chore()) return *failure;
  auto copy = std::make_shared<Disk>(*disk_);
  copy->on_turn = nullptr;
  copy->on_forgotten = nullptr;
  copies[path] = std::move(copy);
  return Nothing{};
}

Result<bool> ModelStore::sweep(storage::Time now) {
  if (auto failure = chore()) return *failure;
  disk_->sweep(now);
  return false;
}

storage::Store::Health ModelStore::health() {
  Health health;
  health.writable = !closed_;
  health.why = closed_ ? "the store is closed" : "";
  health.queued = waiting_.size();
  health.turns = turns_;
  health.batches = batches_;
  return health;
}

void ModelStore::close() {
  settle();
  closed_ = true;
}

}  // namespace attune::turn_test
