// The store in one SQLite file. What it promises is in storage/store.h; how, in storage/DESIGN.md.
//
// Owns: the process lock, one writer thread, one checkpoint thread, a pool of reading connections.
// Threads: as store.h says. open() is to be called once for a file; a second store on it is
// refused, in this process or another.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "storage/store.h"
#include "storage/vault/sealer.h"

namespace attune::storage {

struct SqliteOptions {
  std::string path;        // made with mode 0600 if there is none; its folder must exist
  std::string keys;        // "": keys.db beside it. See vault/vault.h
  std::string key_file;    // "": seal.key beside it
  std::string credential;  // instead of key_file, if there is such a file; "": never
  // Told what an operator has to know: a new key that wants a copy, texts sealed anew, people of a
  // restored file erased again.
  std::function<void(const std::string&)> tell;
  std::string vfs;  // "" is the system's; tests put faults in here. Of both databases
  // Instead of the vault, which is then not opened: for tests that make databases of attune 0.1.
  std::shared_ptr<Sealer> sealer;
  std::size_t queue_capacity = 4096;     // turns waiting; beyond it kBusy
  // A turn that has waited longer means that the disk stands still: beyond it kBusy. Half of what the
  // edge waits for a commit (held_deadline, 10 s), so that what was taken before can still be told.
  std::chrono::milliseconds patience{5'000};
  std::size_t batch_cap = 512;           // turns in one transaction
  std::size_t readers = 8;               // connections that read at the same time
  std::size_t recent_events = 16'384;    // event ids kept in memory before they go to the index
  std::size_t writer_cache_bytes = 32u << 20;
  std::size_t reader_cache_bytes = 2u << 20;
  std::chrono::milliseconds checkpoint_every{200};
  std::uint64_t wal_soft_bytes = 16u << 20;  // above it the log is worked off with priority
  std::uint64_t whole_check_bytes =
      128u << 20;  // up to it the start reads the whole file, beyond it in the background; see DESIGN.md
  // A file of before pages had checksums is rewritten at its first start up to this size.
  std::uint64_t rewritten_bytes = 1u << 30;
  // Told of each transaction with turns in it: how many, and how long it took with its sync. From the
  // writer's thread, before the turns' own callbacks; must be short.
  std::function<void(std::size_t turns, double seconds)> on_commit;
};

class SqliteStore {
 public:
  // kInUse: by another process. kRefused: newer than this version, not ours, or sealed with another key; a key file or a keys.db that belongs to it is missing. kDamaged: the check at start found
  // damage; nothing was changed. kUnavailable: folder missing, read-only, disk full.
  // Finishes what a crash or a restored file left undone before it returns.
  static Result<std::unique_ptr<Store>> open(SqliteOptions options);

  // A new key-encryption key; refused while a store is open. The key file then is another.
  static Result<Nothing> rotate_key(SqliteOptions options);
};

// The reading half alone, beside a running server or without one. Changes nothing. Any thread.
// Failures as open()'s, but never kInUse.
Result<std::unique_ptr<Lookup>> view_of(SqliteOptions options);

}  // namespace attune::storage
