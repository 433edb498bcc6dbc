// The store in one SQLite file. What it promises is in storage/store.h; how, in storage/DESIGN.md.
//
// Owns: the process lock, one writer thread, one checkpoint thread, a pool of reading connections.
// Threads: as store.h says. open() is to be called once for a file; a second store on it is
// refused, in this process or another.
#pragma once

#include <chrono>
#include <memory>

#include "storage/store.h"
#include "storage/vault/sealer.h"

namespace attune::storage {

struct SqliteOptions {
  std::string path;  // made with mode 0600 if there is none; its folder must exist
  std::shared_ptr<const Sealer> sealer;  // required
  std::string vfs;                       // "" is the system's; tests put faults in here
  std::size_t queue_capacity = 4096;     // turns waiting; beyond it kBusy
  std::size_t batch_cap = 512;           // turns in one transaction
  std::size_t readers = 8;               // connections that read at the same time
  std::size_t recent_events = 16'384;    // event ids kept in memory before they go to the index
  std::size_t writer_cache_bytes = 32u << 20;
  std::size_t reader_cache_bytes = 2u << 20;
  std::chrono::milliseconds checkpoint_every{200};
  std::uint64_t wal_soft_bytes = 16u << 20;  // above it the log is worked off with priority
  std::uint64_t whole_check_bytes =
      128u << 20;  // up to it the start reads the whole file; see DESIGN.md
};

class SqliteStore {
 public:
  // kRefused: in use by another process, newer than this version, not ours, or sealed with another
  // key. kDamaged: the check at start found damage; nothing was changed. kUnavailable: folder
  // missing, read-only, disk full.
  static Result<std::unique_ptr<Store>> open(SqliteOptions options);
};

}  // namespace attune::storage
