#include "storage/sqlite/page_sweep.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "storage/sqlite/checked_vfs.h"

namespace attune::storage::sqlite {
namespace {

constexpr std::uint64_t kPagesAStep = (1 << 20) / kPageBytes;
constexpr std::chrono::milliseconds kPauseAStep{10};
constexpr std::uint64_t kLockPage = 0x40000000 / kPageBytes + 1;  // SQLite never writes it
constexpr std::size_t kCache = 64 << 10;

sqlite3_file* file_of(SQLite::Database& database, int which) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database.getHandle(), "main", which, &file);
  return file && file->pMethods ? file : nullptr;
}

std::uint32_t number_at(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// The pages that stand in the log since it was begun, whether or not a commit follows them: of one
// that does not count nothing was carried over, so no damage is hidden for long.
std::set<std::uint64_t> pages_in_log(SQLite::Database& database) {
  constexpr int kHead = 32, kFrameHead = 24;
  std::set<std::uint64_t> pages;
  sqlite3_file* const log = file_of(database, SQLITE_FCNTL_JOURNAL_POINTER);
  unsigned char head[kHead], frame[kFrameHead];
  if (!log || log->pMethods->xRead(log, head, kHead, 0) != SQLITE_OK) return pages;
  for (sqlite3_int64 at = kHead; log->pMethods->xRead(log, frame, kFrameHead, at) == SQLITE_OK;
       at += kFrameHead + kPageBytes) {
    // Its salt: after that come frames of an earlier round.
    if (!std::equal(head + 16, head + 24, frame + 8)) break;
    pages.insert(number_at(frame));
  }
  return pages;
}

bool fits(SQLite::Database& database, sqlite3_file* file, std::uint64_t page) {
  unsigned char bytes[kPageBytes];
  constexpr int kLooks = 3;
  for (int look = 1;; ++look) {
    const int code = file->pMethods->xRead(file, bytes, kPageBytes,
                                           static_cast<sqlite3_int64>(page - 1) * kPageBytes);
    if (code == SQLITE_OK) return true;
    if (code != SQLITE_IOERR_DATA && code != SQLITE_IOERR_SHORT_READ)
      throw SQLite::Exception("page " + std::to_string(page) + " cannot be read", code);
    if (pages_in_log(database).count(page)) return true;
    if (look == kLooks) return false;
    std::this_thread::sleep_for(kPauseAStep);
  }
}

}  // namespace

std::string damaged_page(SQLite::Database& database, const Progress& progress) {
  // Opens the log, and says how long the file is with it: what lies beyond is of an earlier shape.
  const auto all = static_cast<std::uint64_t>(database.execAndGet("PRAGMA page_count").getInt64());
  sqlite3_file* const file = file_of(database, SQLITE_FCNTL_FILE_POINTER);
  if (!file || !has_checksums(database)) return "";
  for (std::uint64_t page = 1; page <= all; ++page) {
    if (page != kLockPage && !fits(database, file, page))
      return "page " + std::to_string(page) + " of " + std::to_string(all) +
             " is not what was written there: its checksum does not fit";
    if (page % kPagesAStep == 0 && progress && !progress(page, all)) return "";
  }
  return "";
}

PageSweep::PageSweep(std::string path, std::string vfs,
                     std::function<void(const SQLite::Exception&)> found)
    : path_(std::move(path)), vfs_(std::move(vfs)), found_(std::move(found)) {
  struct stat info {};
  if (::stat(path_.c_str(), &info) == 0) bytes_left_ = static_cast<std::uint64_t>(info.st_size);
  thread_ = std::thread([this] { run(); });
}

void PageSweep::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void PageSweep::run() {
  try {
    SQLite::Database database = connect(path_, vfs_, Purpose::kRead, kCache);
    const std::string wrong = damaged_page(
        database, [this](std::uint64_t done, std::uint64_t all) { return pause(done, all); });
    if (!wrong.empty()) found_(SQLite::Exception(wrong, SQLITE_CORRUPT));
  } catch (const SQLite::Exception& error) {
    found_(error);
  }
  bytes_left_ = 0;
}

bool PageSweep::pause(std::uint64_t done, std::uint64_t all) {
  bytes_left_ = (all - done) * kPageBytes;
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, kPauseAStep, [this] { return closed_; });
}

}  // namespace attune::storage::sqlite
