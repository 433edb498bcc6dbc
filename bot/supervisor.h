// What the service manager is told, and how it can know that the process is more than a process.
//
// The protocol is sd_notify(3)'s: one datagram to $NOTIFY_SOCKET, so no library is needed for it. Where
// nobody asked (no such variable), every method does nothing.
//
// Threads: Supervisor's methods from any. A Watchdog has one thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace attune::bot {

class Supervisor {
 public:
  // From $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID, which belong to this process alone: a child
  // does not see them.
  Supervisor();
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  void ready(const std::string& status);  // after the start, and again after a reload
  void reloading();
  void stopping();
  void alive();

  // How long the manager waits for alive() before it ends the process; zero: it does not watch.
  std::chrono::microseconds patience() const { return patience_; }

 private:
  void say(const std::string& state);

  int socket_ = -1;
  std::chrono::microseconds patience_{0};
};

// A part without which the server is of no use. `ask` must not block; a part that lives makes `answers`
// grow soon after.
struct Pulse {
  const char* name;
  std::function<void()> ask;
  std::function<std::uint64_t()> answers;
};

// Asks every pulse four times within the manager's patience, and says alive() only when all have
// answered since they were asked: a thread that merely ticks would prove nothing about the others. A
// part that is silent is named in the log (`watchdog_waits`) before the manager ends the process.
class Watchdog {
 public:
  Watchdog(Supervisor& supervisor, std::vector<Pulse> pulses);
  ~Watchdog();

 private:
  void run();
  bool all_answered();
  void ask_all();

  Supervisor& supervisor_;
  const std::vector<Pulse> pulses_;
  std::vector<std::uint64_t> before_;  // each pulse's answers when it was asked
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace attune::bot
