// The one thread that writes. Turns wait in a bounded queue; the thread takes whatever is there, at
// most `batch_cap`, commits it as one transaction, and only then tells the callers (group commit,
// no timer: the next batch gathers while this one is synced).
//
// A batch that fails is kFailed whole. Then the connection is closed and opened again, what was
// acknowledged is looked for, and a small transaction is synced, before anything is acknowledged
// again: after a failed fsync the pages of that batch may be marked clean without being on the
// disk, and the small transaction overwrites their place in the log. Until that works, batches are
// kFailed at once and health says why.
//
// Keys come first: those that a transaction needs, or destroys, are durable before it is committed.
// Whoever's key is gone while their rows are not (the transaction failed in between) is forgotten
// again in the next one.
//
// While the oldest turn has waited longer than `patience`, the disk stands still: new turns are kBusy
// at once, so that a queue does not grow that nobody will wait for.
//
// Thread rule: every public method from any thread. `mutex_` guards the queue and what health
// reports; connection and ledger belong to the thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

#include "storage/sqlite/ledger.h"

namespace attune::storage::sqlite {

struct WriterOptions {
  std::string path, vfs;
  std::size_t cache_bytes, queue_capacity, batch_cap, recent_events;
  std::function<void(std::size_t turns, double seconds)> on_commit;  // may be empty
  std::chrono::milliseconds patience;
};

class Writer {
 public:
  // What a chore does inside its own transaction.
  using Chore = std::function<void(SQLite::Database&, Ledger&)>;

  // Takes over an open, migrated connection. `failure` of health is empty at first.
  Writer(WriterOptions options, SQLite::Database database, Sealer& sealer, RecentEvents& recent);
  ~Writer();

  // kBusy at once, from this thread, if the queue is full or closed.
  void push(SealedTurn turn, std::function<void(Commit)> done);
  bool has_room();
  void barrier(std::function<void()> done);
  // Waits until it is done. Never from a callback.
  Result<Nothing> chore(const std::string& doing, Chore work);
  // Does not wait: `done` is told from the writer's thread, or at once (kBusy) where a turn would be.
  void ask(const std::string& doing, Chore work, std::function<void(Commit)> done);

  // Between two batches, what is left of a checkpoint is done where no new pages can come in.
  void ask_for_checkpoint() { checkpoint_asked_ = true; }
  bool idle();
  void close();
  Store::Health health();

 private:
  struct WaitingTurn {
    SealedTurn turn;
    std::function<void(Commit)> done;
    Commit outcome = Commit::kFailed;
  };
  struct WaitingChore {
    std::string doing;
    Chore work;
    std::function<void(Result<Nothing>)> done;
  };
  using Item = std::variant<WaitingTurn, WaitingChore, std::function<void()>>;
  using Moment = std::chrono::steady_clock::time_point;
  struct Queued {
    Item item;
    Moment since;
  };
  struct Connection;  // connection, transaction statements, ledger; dies and is made again as one

  void run();
  std::vector<Item> take();
  void commit_batch(std::vector<Item>& batch);
  bool try_batch(std::vector<Item>& batch);
  void answer(std::vector<Item>& batch);
  void do_chore(WaitingChore& chore);
  bool transact(const std::string& doing, const std::function<void()>& work);
  void failed(const Failure& failure);
  bool heal();
  bool remembers_the_acknowledged();
  void finish_checkpoint();
  void set_writable(bool writable, const std::string& why, const std::string& word);
  // Both require mutex_.
  std::chrono::milliseconds waiting() const;
  bool takes_turns() const;

  const WriterOptions options_;
  Sealer& sealer_;
  RecentEvents& recent_;

  std::unique_ptr<Connection> connection_;  // the thread's
  std::int64_t acknowledged_ =
      0;  // number of the newest turn that was answered kDone, or swept over
  Failure last_failure_;
  bool beyond_repair_ = false;

  std::atomic<bool> checkpoint_asked_{false};
  std::atomic<std::uint64_t> turns_{0}, batches_{0};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Queued> queue_;
  Moment batch_since_;  // of the oldest in the batch, while busy_
  std::size_t turns_waiting_ = 0;
  bool busy_ = false, closed_ = false, writable_ = true;
  std::string why_, word_;

  std::mutex joining_;
  std::thread thread_;
};

}  // namespace attune::storage::sqlite
