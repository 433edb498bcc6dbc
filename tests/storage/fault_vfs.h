// A SQLite VFS that passes everything but syncs on to the system's, until told to fail.
//
// fail_at(n) lets the n-th counted call from now on fail with the error that fits it: once, or that
// one and all after it until mend(). Counted are reads, writes, syncs, truncates, opens, deletes,
// and the shared index's mapping and locks. One fault at a time for the whole process; thread-safe.
#pragma once

#include <cstdint>

namespace attune::storage::test {

class FaultVfs {
 public:
  static const char* name();  // registers it at first use

  enum class Lasts { kOnce, kUntilMended };
  static void fail_at(std::uint64_t n, Lasts lasts);
  // Only syncs count: the n-th fails.
  static void fail_sync_at(std::uint64_t n, Lasts lasts);
  static void fill_disk();  // writes answer SQLITE_FULL until mend()
  static void mend();
  static std::uint64_t fired();  // faults since the last fail_at or fill_disk
};

}  // namespace attune::storage::test
