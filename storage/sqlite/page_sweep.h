// Reads every page of a database once, so that its checksums are looked at (checked_vfs.h), also those
// of pages that nobody would ask for in years.
//
// A page whose newest content is in the log may be anything in the file: after a power cut in the middle
// of a checkpoint it is, and nobody reads it from there. While others write, a page can also be met half
// written; so one that does not fit is looked at again, and only counts if the log does not hold it.
//
// 0.3 to 0.4 s of CPU a GB: see storage/DESIGN.md.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "storage/sqlite/connection.h"

namespace attune::storage::sqlite {

// Told after each MB how many pages of how many were read; false ends the sweep.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t all)>;

// What is wrong with the first page that does not fit; "" if there is none, or the file has no
// checksums. Throws SQLite::Exception if it cannot be read.
std::string damaged_page(SQLite::Database& database, const Progress& progress = {});

// The same in the background, for files that would hold up a start: on a thread and a connection of its
// own, at most 100 MB a second. Thread rule: public methods from any thread.
class PageSweep {
 public:
  // `found` is told once, from the thread, of what is damaged; or nothing is told.
  PageSweep(std::string path, std::string vfs, std::function<void(const SQLite::Exception&)> found);
  ~PageSweep() { close(); }
  PageSweep(const PageSweep&) = delete;
  PageSweep& operator=(const PageSweep&) = delete;

  std::uint64_t bytes_left() const { return bytes_left_; }
  void close();

 private:
  void run();
  bool pause(std::uint64_t done, std::uint64_t all);

  const std::string path_, vfs_;
  const std::function<void(const SQLite::Exception&)> found_;
  std::atomic<std::uint64_t> bytes_left_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace attune::storage::sqlite
