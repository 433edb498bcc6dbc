#include "storage/sqlite/writer.h"

#include <chrono>
#include <condition_variable>
#include <future>

namespace attune::storage::sqlite {

struct Writer::Connection {
  Connection(SQLite::Database opened, Sealer& sealer, RecentEvents& recent,
             std::size_t recent_capacity)
      : database(std::move(opened)),
        begin(database, "BEGIN IMMEDIATE"),
        commit(database, "COMMIT"),
        ledger(std::make_unique<Ledger>(database, sealer, recent, recent_capacity)) {}

  SQLite::Database database;
  SQLite::Statement begin, commit;
  std::unique_ptr<Ledger> ledger;
};

Writer::Writer(WriterOptions options, SQLite::Database database, Sealer& sealer,
               RecentEvents& recent)
    : options_(std::move(options)),
      sealer_(sealer),
      recent_(recent),
      connection_(std::make_unique<Connection>(std::move(database), sealer, recent,
                                               options_.recent_events)) {
  acknowledged_ = connection_->ledger->last_number();
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() { close(); }

bool Writer::has_room() {
  const std::lock_guard lock(mutex_);
  return takes_turns();
}

bool Writer::takes_turns() const {
  return !closed_ && turns_waiting_ < options_.queue_capacity && waiting() <= options_.patience;
}

std::chrono::milliseconds Writer::waiting() const {
  if (!busy_ && queue_.empty()) return {};
  const Moment since = busy_ ? batch_since_ : queue_.front().since;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               since);
}

void Writer::push(SealedTurn turn, std::function<void(Commit)> done) {
  const Moment now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (takes_turns()) {
      queue_.push_back({WaitingTurn{std::move(turn), std::move(done)}, now});
      ++turns_waiting_;
      wake_.notify_one();
      return;
    }
  }
  done(Commit::kBusy);
}

void Writer::barrier(std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      queue_.push_back({std::move(done), std::chrono::steady_clock::now()});
      wake_.notify_one();
      return;
    }
  }
  close();  // waits until the queue is done
  done();
}

Result<Nothing> Writer::chore(const std::string& doing, Chore work) {
  std::promise<Result<Nothing>> promise;
  const auto tell = [&](Result<Nothing> result) { promise.set_value(std::move(result)); };
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Failure{Failure::Kind::kUnavailable, options_.path + " is closed"};
    queue_.push_back({WaitingChore{doing, std::move(work), tell}, std::chrono::steady_clock::now()});
    wake_.notify_one();
  }
  return promise.get_future().get();
}

void Writer::ask(const std::string& doing, Chore work, std::function<void(Commit)> done) {
  {
    const std::lock_guard lock(mutex_);
    if (takes_turns()) {
      const auto tell = [done = std::move(done)](const Result<Nothing>& result) {
        done(result ? Commit::kDone : Commit::kFailed);
      };
      queue_.push_back({WaitingChore{doing, std::move(work), tell}, std::chrono::steady_clock::now()});
      wake_.notify_one();
      return;
    }
  }
  done(Commit::kBusy);
}

bool Writer::idle() {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && !busy_;
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_one();
  }
  const std::lock_guard joining(joining_);
  if (thread_.joinable()) thread_.join();
}

Store::Health Writer::health() {
  Store::Health health;
  health.turns = turns_;
  health.batches = batches_;
  const std::lock_guard lock(mutex_);
  health.queued = turns_waiting_;
  health.waiting = waiting();
  health.writable = writable_ && !closed_;
  health.why = closed_ ? "the store is closed" : why_;
  health.word = closed_ ? "closed" : word_;
  return health;
}

void Writer::run() {
  while (true) {
    std::vector<Item> batch = take();
    if (batch.empty()) {
      const std::lock_guard lock(mutex_);
      if (closed_ && queue_.empty()) break;
      continue;
    }
    if (auto* chore = std::get_if<WaitingChore>(&batch.front())) {
      do_chore(*chore);
    } else {
      commit_batch(batch);
    }
    if (checkpoint_asked_.exchange(false)) finish_checkpoint();
  }
  connection_.reset();
}

// A chore alone, or the turns and barriers before the next chore. Empty after a while without work,
// when a store that cannot write tries again.
std::vector<Writer::Item> Writer::take() {
  std::vector<Item> batch;
  std::unique_lock lock(mutex_);
  busy_ = false;
  const auto something = [&] { return closed_ || !queue_.empty(); };
  if (writable_) {
    wake_.wait(lock, something);
  } else if (!wake_.wait_for(lock, std::chrono::milliseconds(500), something)) {
    lock.unlock();
    heal();
    return batch;
  }
  if (!queue_.empty()) batch_since_ = queue_.front().since;
  while (!queue_.empty() && batch.size() < options_.batch_cap) {
    Item& item = queue_.front().item;
    const bool chore = std::holds_alternative<WaitingChore>(item);
    if (chore && !batch.empty()) break;
    if (std::holds_alternative<WaitingTurn>(item)) --turns_waiting_;
    batch.push_back(std::move(item));
    queue_.pop_front();
    if (chore) break;
  }
  busy_ = !batch.empty();
  return batch;
}

void Writer::commit_batch(std::vector<Item>& batch) {
  if (!try_batch(batch))
    for (Item& item : batch)
      if (auto* turn = std::get_if<WaitingTurn>(&item)) turn->outcome = Commit::kFailed;
  answer(batch);
}

bool Writer::try_batch(std::vector<Item>& batch) {
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t done = 0;
  const bool committed = transact("keeping turns", [&] {
    for (Item& item : batch) {
      auto* turn = std::get_if<WaitingTurn>(&item);
      if (!turn) continue;
      turn->outcome = connection_->ledger->apply(turn->turn);
      if (turn->outcome == Commit::kDone) ++done;
    }
  });
  if (!committed) return false;
  turns_ += done;
  if (done == 0) return true;
  ++batches_;
  if (options_.on_commit)
    options_.on_commit(done, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return true;
}

void Writer::answer(std::vector<Item>& batch) {
  for (Item& item : batch) {
    if (auto* turn = std::get_if<WaitingTurn>(&item)) {
      turn->done(turn->outcome);
    } else if (auto* barrier = std::get_if<std::function<void()>>(&item)) {
      (*barrier)();
    }
  }
}

void Writer::do_chore(WaitingChore& chore) {
  const bool done =
      transact(chore.doing, [&] { chore.work(connection_->database, *connection_->ledger); });
  chore.done(done ? Result<Nothing>(Nothing{}) : last_failure_);
}

// True if `work` is on the disk.
bool Writer::transact(const std::string& doing, const std::function<void()>& work) {
  bool writable = false;
  {
    const std::lock_guard lock(mutex_);
    writable = writable_;
  }
  if (!writable && !heal()) return false;
  try {
    Run(connection_->begin).finish();
    sealer_.begin();
    for (const Id& person : sealer_.unsettled()) connection_->ledger->forget(person);
    work();
    connection_->ledger->before_commit();
    sealer_.commit();
    Run(connection_->commit).finish();
    sealer_.settled();
    connection_->ledger->committed();
    acknowledged_ = connection_->ledger->last_number();
    return true;
  } catch (const SQLite::Exception& error) {
    failed(explain(error, options_.path, doing));
  } catch (const KeysFailure& error) {
    failed(error.failure);
  } catch (const std::exception& error) {
    failed({Failure::Kind::kUnavailable, std::string(error.what()) + " (while " + doing + ")"});
  }
  if (connection_) connection_->database.tryExec("ROLLBACK");
  connection_.reset();
  heal();
  return false;
}

void Writer::failed(const Failure& failure) {
  last_failure_ = failure;
  if (failure.kind == Failure::Kind::kDamaged) beyond_repair_ = true;
  set_writable(false, failure.what, failure.word);
}

// Opens the file again, looks for what was acknowledged, and syncs a small transaction.
bool Writer::heal() {
  if (beyond_repair_) return false;
  try {
    connection_.reset();
    connection_ = std::make_unique<Connection>(
        connect(options_.path, options_.vfs, Purpose::kWrite, options_.cache_bytes), sealer_,
        recent_, options_.recent_events);
    if (!remembers_the_acknowledged()) {
      failed({Failure::Kind::kDamaged,
              options_.path + " has lost turns that the disk had reported as kept. Nothing more is "
                              "written; restore the newest backup",
              "damaged"});
      connection_.reset();
      return false;
    }
    Run(connection_->begin).finish();
    connection_->database.exec("UPDATE fact SET value = value + 1 WHERE name = 'healed'");
    Run(connection_->commit).finish();
  } catch (const SQLite::Exception& error) {
    failed(explain(error, options_.path, "opening it again after an error"));
    connection_.reset();
    return false;
  } catch (const std::exception& error) {
    failed({Failure::Kind::kUnavailable, error.what()});
    connection_.reset();
    return false;
  }
  set_writable(true, "", "");
  return true;
}

bool Writer::remembers_the_acknowledged() {
  return connection_->ledger->last_number() >= acknowledged_;
}

void Writer::finish_checkpoint() {
  if (connection_)
    sqlite3_wal_checkpoint_v2(connection_->database.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                              nullptr, nullptr);
}

void Writer::set_writable(bool writable, const std::string& why, const std::string& word) {
  const std::lock_guard lock(mutex_);
  writable_ = writable;
  why_ = why;
  word_ = word;
}

}  // namespace attune::storage::sqlite
