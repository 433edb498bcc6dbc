#include "tests/http/faults.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace attune::bot::testing {

Faults faults;

namespace {

bool strikes(std::atomic<int>& times) {
  int left = times.load();
  while (left > 0 && !times.compare_exchange_weak(left, left - 1)) {
  }
  return left > 0;
}

}  // namespace
}  // namespace attune::bot::testing

using attune::bot::testing::faults;
using attune::bot::testing::strikes;

extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  if (strikes(faults.accept_times)) {
    errno = faults.accept_error.load();
    return -1;
  }
  const int accepted = static_cast<int>(::syscall(SYS_accept4, fd, address, size, flags));
  const int buffer = faults.send_buffer.load();
  if (accepted >= 0 && buffer > 0) {
    ::setsockopt(accepted, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  }
  return accepted;
}

// The test client sends with MSG_DONTWAIT, the server without: so only the server's sends suffer.
extern "C" ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  const bool server = (flags & MSG_DONTWAIT) == 0;
  if (server && strikes(faults.send_times)) {
    errno = faults.send_error.load();
    return -1;
  }
  if (server && faults.one_byte.load()) size = std::min<size_t>(size, 1);
  return ::syscall(SYS_sendto, fd, bytes, size, flags, nullptr, 0);
}

extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  if (faults.one_byte.load() && message->msg_iovlen > 0) {
    return ::send(fd, message->msg_iov[0].iov_base, 1, flags);
  }
  if (strikes(faults.send_times)) {
    errno = faults.send_error.load();
    return -1;
  }
  return ::syscall(SYS_sendmsg, fd, message, flags);
}
