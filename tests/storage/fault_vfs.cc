#include "tests/storage/fault_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "storage/sqlite/file_layer.h"
#include "tests/storage/system_calls.h"

namespace attune::storage::test {
namespace {

enum class Call { kRead, kWrite, kSync, kTruncate, kOpen, kDelete, kShmMap, kShmLock, kSystem };

std::atomic<std::chrono::milliseconds> each_sync{}, one_sync{};

struct Plan {
  std::mutex mutex;
  std::uint64_t left = 0;  // 0: no fault
  std::uint64_t fired = 0;
  bool stays = false, only_syncs = false, full = false, read_only = false;
  std::function<void()> loss;  // called once, with the next sync that fails

  bool fails(Call call) {
    const std::lock_guard lock(mutex);
    if (full) return call == Call::kWrite ? (++fired, true) : false;
    if (read_only) return call == Call::kWrite || call == Call::kTruncate ? (++fired, true) : false;
    if (left == 0 || (only_syncs && call != Call::kSync)) return false;
    if (left > 1) return --left, false;
    if (!stays) left = 0;
    ++fired;
    return true;
  }
  std::function<void()> take_loss() {
    const std::lock_guard lock(mutex);
    return std::exchange(loss, nullptr);
  }
};

Plan& plan() {
  static Plan the_plan;
  return the_plan;
}

using sqlite::below;

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  return plan().fails(Call::kRead) ? SQLITE_IOERR_READ
                                   : below(f)->pMethods->xRead(below(f), to, n, at);
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (plan().fails(Call::kWrite))
    return plan().full ? SQLITE_FULL : plan().read_only ? SQLITE_READONLY : SQLITE_IOERR_WRITE;
  return below(f)->pMethods->xWrite(below(f), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  return plan().fails(Call::kTruncate) ? SQLITE_IOERR_TRUNCATE
                                       : below(f)->pMethods->xTruncate(below(f), size);
}
// A sync that does not fail does nothing: these tests end processes' lives, not the machine's, and
// thousands of real ones would make them as slow as the disk is busy.
int sync(sqlite3_file*, int) {
  const auto wait = each_sync.load() + one_sync.exchange({});
  if (wait.count() > 0) std::this_thread::sleep_for(wait);
  if (!plan().fails(Call::kSync)) return SQLITE_OK;
  if (const auto loss = plan().take_loss()) loss();
  return SQLITE_IOERR_FSYNC;
}
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return plan().fails(Call::kShmMap) ? SQLITE_IOERR_SHMMAP
                                     : below(f)->pMethods->xShmMap(below(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  // Unlocking cannot fail in a way that anybody could answer.
  const bool locking = flags & SQLITE_SHM_LOCK;
  return locking && plan().fails(Call::kShmLock)
             ? SQLITE_IOERR_SHMLOCK
             : below(f)->pMethods->xShmLock(below(f), offset, n, flags);
}

const sqlite3_io_methods& failing_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods made = sqlite::passing_methods();
    made.xRead = read;
    made.xWrite = write;
    made.xTruncate = truncate;
    made.xSync = sync;
    made.xShmMap = shm_map;
    made.xShmLock = shm_lock;
    return made;
  }();
  return methods;
}

int open(sqlite3_vfs* layer, const char* path, sqlite3_file* file, int flags, int* out) {
  file->pMethods = nullptr;
  if (plan().fails(Call::kOpen)) return SQLITE_CANTOPEN;
  return sqlite::open_below(layer, path, file, sizeof(sqlite::LayerFile), &failing_methods(), flags, out);
}

int remove(sqlite3_vfs*, const char* path, int sync_folder) {
  return plan().fails(Call::kDelete) ? SQLITE_IOERR_DELETE
                                     : system_vfs()->xDelete(system_vfs(), path, sync_folder);
}

void begin(std::uint64_t n, bool stays, bool only_syncs) {
  const std::lock_guard guard(plan().mutex);
  plan().left = n;
  plan().stays = stays;
  plan().only_syncs = only_syncs;
  plan().full = plan().read_only = false;
  plan().fired = 0;
}

}  // namespace

const char* FaultVfs::name() {
  static sqlite3_vfs* const vfs = [] {
    sqlite3_initialize();
    static sqlite::Layer layer =
        sqlite::layer_over(system_vfs(), "attune-fault", sizeof(sqlite::LayerFile), open);
    layer.vfs.xDelete = remove;
    sqlite3_vfs_register(&layer.vfs, 0);
    return &layer.vfs;
  }();
  return vfs->zName;
}

void FaultVfs::fail_at(std::uint64_t n, Lasts lasts, const std::string& folder) {
  begin(n, lasts == Lasts::kUntilMended, false);
  watch_system_calls([folder](const SystemCall& call) {
    if (!call.path.starts_with(folder)) return 0;
    if (plan().fails(Call::kSystem)) return EIO;
    return call.kind == SystemCall::Kind::kSync ? kPretend : 0;
  });
}
void FaultVfs::fail_sync_at(std::uint64_t n, Lasts lasts) {
  begin(n, lasts == Lasts::kUntilMended, true);
}
void FaultVfs::fail_next_sync(std::function<void()> loss) {
  begin(1, false, true);
  const std::lock_guard guard(plan().mutex);
  plan().loss = std::move(loss);
}
void FaultVfs::fill_disk() {
  begin(0, true, false);
  const std::lock_guard guard(plan().mutex);
  plan().full = true;
}
void FaultVfs::read_only() {
  begin(0, true, false);
  const std::lock_guard guard(plan().mutex);
  plan().read_only = true;
}
void FaultVfs::slow_syncs(std::chrono::milliseconds each, std::chrono::milliseconds once) {
  each_sync = each;
  one_sync = once;
}
void FaultVfs::mend() {
  watch_system_calls({});
  const std::lock_guard guard(plan().mutex);
  plan().left = 0;
  plan().full = plan().read_only = false;
}
std::uint64_t FaultVfs::fired() {
  const std::lock_guard guard(plan().mutex);
  return plan().fired;
}

}  // namespace attune::storage::test
