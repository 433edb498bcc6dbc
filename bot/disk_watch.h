// Looks once a second at the store and at the disk under it, and writes a line into the log when
// something changes: `store_stopped` and `store_goes_on` (writing), `store_slow` and `store_recovered`
// (how long turns wait), `disk_nearly_full` and `disk_has_room` (free space of the data folder).
//
// Owned by `attune serve`, which makes it after the store and destroys it before. Its one thread
// calls nothing but Store::health() and statvfs.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "storage/store.h"

namespace attune::bot {

// What /readyz says. `why` is one word: disk_full, read_only, disk_error, damaged, disk_slow; "" if ready.
struct Condition {
  const char* status;  // ready, degraded, not ready
  std::string why;
};
Condition condition_of(const storage::Store::Health& health);

// Turns that wait longer than this make the server degraded: a hundred times an ordinary sync.
constexpr std::chrono::milliseconds kSlow{1'000};
// Below this share of free space an operator is warned; again once there was a fifth more.
constexpr double kNearlyFull = 0.10;

struct DiskSpace {
  double free_bytes = 0, size_bytes = 0;  // for us, and of the file system; 0 if it cannot be asked
};
DiskSpace space_of(const std::string& folder);

class DiskWatch {
 public:
  DiskWatch(storage::Store& store, std::string folder);
  ~DiskWatch();

 private:
  void run();
  void look_at_store();
  void look_at_disk();

  storage::Store& store_;
  const std::string folder_;
  std::string condition_ = "ready";  // as last told
  bool nearly_full_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace attune::bot
