// A SQLite VFS that passes everything on to the system's, and writes down what is done to the files
// of one folder, in order, together with what the product does there without SQLite
// (system_calls.h). From that log disk_log.h makes what a power cut would leave.
//
// Real syncs are left out: the log says what would be safe, and thousands of real ones would only
// make the tests as slow as the disk is busy. The first sync of a log or journal that a connection
// opened is one of the folder too, as in SQLite's own VFS (os_unix.c, UNIXFILE_DIRSYNC).
//
// One recording at a time for the whole process; thread-safe.
#pragma once

#include <string>

#include "tests/storage/disk_log.h"

namespace attune::storage::test {

class CrashVfs {
 public:
  static const char* name();  // registers it at first use

  // The files that are in the folder now count as safe.
  static void record(const std::string& folder);
  static void note(const std::string& text);
  static DiskLog stop();

  // Connections opened from now on commit without a sync, as with PRAGMA synchronous=NORMAL in a
  // product that says FULL. Only to see that these tests would notice.
  static void lose_syncs(bool on);
};

}  // namespace attune::storage::test
