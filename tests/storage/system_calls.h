// The product's own system calls (not SQLite's, which go through a VFS) on their way through the
// test program: the linker puts these before the C library's (--wrap in CMakeLists.txt), so that a
// test can see what is done to files, and let it fail.
//
// One watcher at a time for the whole process; it is asked before each call, from the thread that
// makes it. Nobody watches by default, and then nothing is changed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace attune::storage::test {

struct SystemCall {
  enum class Kind { kOpen, kWrite, kTruncate, kSync, kRename, kLink, kUnlink };
  Kind kind;
  std::string path;                       // the file's, without "/" at its end
  std::string to;                         // of kRename and kLink
  bool creates = false, empties = false;  // kOpen: O_CREAT, O_TRUNC
  std::string_view bytes;                 // kWrite
  std::int64_t at = 0;  // kWrite: offset, -1 for wherever it stands; kTruncate: size
};

constexpr int kPretend = -1;  // the call does nothing and succeeds

// 0: go on; kPretend; or the errno to fail with.
using Watcher = std::function<int(const SystemCall&)>;

void watch_system_calls(Watcher watcher);  // {}: nobody watches any more

}  // namespace attune::storage::test
