// storage::Store for one process, over a Disk that several may share: queue, group commit, callbacks.
//
// Two ways to use it. Prompt: every commit is decided at once (what the conformance suite runs).
// Held: commits wait until somebody says decide(), their callbacks until somebody says release(), and
// faults strike by dice; the simulation plays the writer thread, the disk and the other node.
//
// Promises of the contract that are kept in any weather: a batch is kept whole or not at all; turns of
// one conversation are decided and called back in the order in which they were made; a barrier comes
// after everything before it; forgetting, sweeping and keeping an edition come after everything queued.
//
// One thread. A callback may not call the store.
#pragma once

#include <deque>
#include <memory>

#include "tests/turn/dice.h"
#include "tests/turn/disk.h"

namespace attune::turn_test {

// Chances in a thousand, each time it could happen.
struct Weather {
  int busy = 0;          // a commit is refused at once
  int unreadable = 0;    // a read fails
  int failing = 0;       // a batch fails; nothing of it is kept
  int found_again = 0;   // a batch that failed is found whole after a restart, if nothing came in between
  int chore_fails = 0;   // forgetting, sweeping, keeping an edition
  int meanwhile = 0;     // something else happens just before or after a call
};

class ModelStore final : public storage::Store {
 public:
  // Prompt.
  explicit ModelStore(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
  // Held. `weather` and `dice` are looked at each time and outlive the store.
  ModelStore(std::shared_ptr<Disk> disk, const Weather& weather, Dice& dice)
      : disk_(std::move(disk)), weather_(&weather), dice_(&dice) {}

  // The writer thread. Both say whether there was anything to do.
  bool decide(std::size_t most = 0);  // the next turns in the queue, as one transaction; 0: as chance has it
  bool release();  // the callback of one decided turn, of any conversation; or a barrier
  void settle();   // all of it
  bool quiet() const { return waiting_.empty() && decided_.empty(); }

  // The process is gone: what waited is lost, and nobody is called.
  void die();

  // What else happens around a call, in held mode.
  std::function<void()> meanwhile;
  // Told of each turn that is handed in.
  std::function<void(const storage::Turn&)> on_commit;

  Result<std::optional<storage::Where>> find(const storage::Address& address) override;
  Result<std::optional<storage::Snapshot>> load(const storage::Id& conversation) override;
  Result<std::optional<storage::Reply>> replied(const storage::EventId& event) override;
  void commit(storage::Turn turn, std::function<void(storage::Commit)> done) override;
  void barrier(std::function<void()> done) override;
  Result<std::vector<storage::TranscriptEntry>> transcript(const storage::Id& conversation, storage::Version after, int limit) override;
  void ask_to_forget(const storage::Id& person, std::function<void(storage::Commit)> done) override;
  Result<std::vector<storage::DueTimer>> due_timers(storage::Time now, const std::optional<storage::DueTimer>& after, int limit) override;
  Result<std::vector<storage::Consignment>> claim(storage::Time now, storage::Time until, int conversations, int pieces) override;
  Result<Nothing> settle(const std::vector<storage::Settled>& settled) override;
  Result<storage::Backlog> backlog() override;
  Result<std::vector<storage::DeadLetter>> dead_letters(int limit) override;
  Result<std::vector<storage::Handed>> handed(const storage::HandedList& list) override;
  Result<std::optional<storage::Handed>> handed(const storage::Id& conversation, std::uint32_t number) override;
  Result<Nothing> keep_edition(const storage::Edition& edition) override;
  Result<std::optional<storage::Holdings>> holdings(const storage::Id& person) override;
  Result<std::vector<storage::Measured>> measured(const storage::Id& conversation, const std::string& script, const std::string& name, int limit) override;
  Result<std::optional<storage::Edition>> edition(const std::string& hash) override;
  Result<Nothing> activate(const storage::Activation& activation) override;
  Result<std::vector<storage::Activation>> activations(int limit) override;
  Result<std::vector<std::string>> controls(std::uint64_t& after, int limit) override;
  Result<Nothing> backup(const std::string& path) override;
  Result<bool> sweep(storage::Time now) override;
  Health health() override;
  void close() override;

  std::map<std::string, std::shared_ptr<Disk>> copies;  // by the path given to backup()

 private:
  struct Waiting {
    storage::Turn turn;
    std::function<void(storage::Commit)> done;
    std::function<void()> barrier;  // instead of the two above
    storage::Commit outcome = storage::Commit::kFailed;
  };
  bool strikes(int per_mille);
  void happen();
  std::optional<Failure> unreadable();
  std::optional<Failure> chore();
  void keep(std::vector<Waiting>& batch);
  void fail(std::vector<Waiting>& batch);

  std::shared_ptr<Disk> disk_;
  const Weather* weather_ = nullptr;
  Dice* dice_ = nullptr;
  bool closed_ = false, happening_ = false;
  std::deque<Waiting> waiting_, decided_;
  std::vector<storage::Turn> limbo_;   // of the last batch, if it failed
  std::uint64_t limbo_commits_ = 0;    // the disk's count then
  std::uint64_t turns_ = 0, batches_ = 0;
};

}  // namespace attune::turn_test
