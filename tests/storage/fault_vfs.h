// A SQLite VFS that passes everything but syncs on to the system's, until told to fail, be full, or
// be slow.
//
// fail_at(n) lets the n-th counted call from now on fail with the error that fits it: once, or that
// one and all after it until mend(). Counted are reads, writes, syncs, truncates, opens, deletes,
// the shared index's mapping and locks, and between fail_at and mend also what the product does to
// files without SQLite (system_calls.h), in `folder` only. One fault at a time for the whole
// process; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace attune::storage::test {

class FaultVfs {
 public:
  static const char* name();  // registers it at first use

  enum class Lasts { kOnce, kUntilMended };
  static void fail_at(std::uint64_t n, Lasts lasts, const std::string& folder);
  // Only syncs count: the n-th fails.
  static void fail_sync_at(std::uint64_t n, Lasts lasts);
  // The next sync fails, and `loss` is called first: what the disk loses with it.
  static void fail_next_sync(std::function<void()> loss);
  static void fill_disk();  // writes answer SQLITE_FULL until mend()
  static void read_only();  // writes, truncates and new files are refused until mend()
  // Every sync takes this long from now on; the next one `once` as well. Not a fault; zero ends it.
  static void slow_syncs(std::chrono::milliseconds each, std::chrono::milliseconds once = {});
  static void mend();
  static std::uint64_t fired();  // faults since the last fail_at or fill_disk
};

}  // namespace attune::storage::test
