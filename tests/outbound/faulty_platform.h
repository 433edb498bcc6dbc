// Another side that misbehaves, on a free port of 127.0.0.1: each connection is handed, request by
// request, to a function that writes to the socket whatever it likes. A thread for each connection.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace attune::bot::testing {

class FaultyPlatform {
 public:
  // One whole request (head and body by Content-Length) and the socket. False: close it.
  using Behave = std::function<bool(const std::string& request, int socket)>;
  explicit FaultyPlatform(Behave behave);
  ~FaultyPlatform();

  int port() const { return port_; }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  void serve(int socket);

  const Behave behave_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0}, requests_{0};
  std::atomic<bool> closing_{false};
  std::mutex mutex_;
  std::vector<int> sockets_;          // guarded by mutex_
  std::vector<std::thread> threads_;  // guarded by mutex_
  std::thread accepting_;
};

void send_all(int socket, const std::string& bytes);
std::string http_reply(int status, const std::string& body, const std::string& headers = "");

}  // namespace attune::bot::testing
