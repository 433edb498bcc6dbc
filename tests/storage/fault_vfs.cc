#include "tests/storage/fault_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>

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
};

Plan& plan() {
  static Plan the_plan;
  return the_plan;
}

struct File {  // ours, with the system's right behind it
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int close(sqlite3_file* f) {
  return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK;
}
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  return plan().fails(Call::kRead) ? SQLITE_IOERR_READ
                                   : real(f)->pMethods->xRead(real(f), to, n, at);
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (plan().fails(Call::kWrite))
    return plan().full ? SQLITE_FULL : plan().read_only ? SQLITE_READONLY : SQLITE_IOERR_WRITE;
  return real(f)->pMethods->xWrite(real(f), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  return plan().fails(Call::kTruncate) ? SQLITE_IOERR_TRUNCATE
                                       : real(f)->pMethods->xTruncate(real(f), size);
}
// A sync that does not fail does nothing: these tests end processes' lives, not the machine's, and
// thousands of real ones would make them as slow as the disk is busy.
int sync(sqlite3_file*, int) {
  const auto wait = each_sync.load() + one_sync.exchange({});
  if (wait.count() > 0) std::this_thread::sleep_for(wait);
  return plan().fails(Call::kSync) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return real(f)->pMethods->xFileSize(real(f), size);
}
int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int check_lock(sqlite3_file* f, int* out) {
  return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
int control(sqlite3_file* f, int op, void* arg) {
  return real(f)->pMethods->xFileControl(real(f), op, arg);
}
int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return plan().fails(Call::kShmMap) ? SQLITE_IOERR_SHMMAP
                                     : real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  // Unlocking cannot fail in a way that anybody could answer.
  const bool locking = flags & SQLITE_SHM_LOCK;
  return locking && plan().fails(Call::kShmLock)
             ? SQLITE_IOERR_SHMLOCK
             : real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

const sqlite3_io_methods kMethods = {
    2,       close,  read,   write,   truncate, sync,        file_size, lock,    unlock, check_lock,
    control, sector, traits, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
  File* ours = reinterpret_cast<File*>(file);
  ours->base.pMethods = nullptr;
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  if (plan().fails(Call::kOpen)) return SQLITE_CANTOPEN;
  const int code = system_vfs()->xOpen(system_vfs(), path, ours->real, flags, out);
  if (ours->real->pMethods) ours->base.pMethods = &kMethods;
  return code;
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
    static sqlite3_vfs ours = *system_vfs();
    ours.szOsFile = static_cast<int>(sizeof(File)) + system_vfs()->szOsFile;
    ours.zName = "attune-fault";
    ours.xOpen = open;
    ours.xDelete = remove;
    sqlite3_vfs_register(&ours, 0);
    return &ours;
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
