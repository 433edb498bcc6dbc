// The listening socket: bound strictly, so that a second program on the port is refused with a
// reason a person can act on. Owned by the Edge; closed by close() or with it. One thread.
#pragma once

#include <string>

namespace attune::bot::edge {

class Listener {
 public:
  static constexpr int kBacklog = 1024;

  Listener() = default;
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Requires: not open. SO_REUSEADDR only, never SO_REUSEPORT.
  bool open(const std::string& host, int port, std::string& why);
  void close();
  int fd() const { return fd_; }
  int port() const { return port_; }

 private:
  int fd_ = -1;
  int port_ = 0;
};

}  // namespace attune::bot::edge
