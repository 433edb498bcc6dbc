#include "storage/sqlite/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace attune::storage::sqlite {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Failure cannot_open(const std::string& database, int error) {
  using Kind = Failure::Kind;
  const std::string folder = folder_of(database);
  if (error == ENOENT || error == ENOTDIR)
    return {Kind::kUnavailable,
            "the folder " + folder + ", in which the database should be, does not exist"};
  if (error == EACCES || error == EPERM || error == EROFS)
    return {Kind::kUnavailable,
            "the folder " + folder +
                ", in which the database is, cannot be written: " + std::strerror(error)};
  return {Kind::kUnavailable,
          "the lock file " + database + ".lock cannot be opened: " + std::strerror(error)};
}

std::string owner(int descriptor) {
  char text[32] = {};
  const ssize_t got = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string digits;
  for (ssize_t i = 0; i < got && text[i] >= '0' && text[i] <= '9'; ++i) digits += text[i];
  return digits.empty() ? "its number is not known" : "process " + digits;
}

}  // namespace

Result<ProcessLock> ProcessLock::take(const std::string& database) {
  const int descriptor =
      ::open((database + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return cannot_open(database, errno);
  ProcessLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot_open(database, errno);
    return Failure{
        Failure::Kind::kInUse,
        "the database " + database + " is in use by another attune (" + owner(descriptor) + ")"};
  }
  const std::string number = std::to_string(::getpid()) + "\n";
  // Only the message needs the number; on a full disk the lock holds without it.
  if (::ftruncate(descriptor, 0) == 0) {
    const ssize_t written = ::pwrite(descriptor, number.data(), number.size(), 0);
    (void)written;
  }
  return Result<ProcessLock>(std::move(lock));
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ProcessLock::~ProcessLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace attune::storage::sqlite
