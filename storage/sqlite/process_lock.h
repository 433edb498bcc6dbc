// One process a database. The lock is an flock on PATH.lock, so it goes with the process however
// that ends, and is never stale. The file stays and holds the last owner's number, for the message
// only.
#pragma once

#include <string>

#include "storage/result.h"

namespace attune::storage::sqlite {

class ProcessLock {
 public:
  // kInUse if another process (or store) holds it; kUnavailable if the folder cannot be written.
  static Result<ProcessLock> take(const std::string& database);
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&&) = delete;

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace attune::storage::sqlite
