// What other threads have for the reactor: finished replies, published events, the wish to stop.
//
// Wakes the reactor by an eventfd, and only when it sleeps: while it is awake it looks here before
// it sleeps again. So what comes between two sleeps costs one wakeup together, five hundred replies
// released by one commit as well.
// Threads: deliver(), publish(), nudge() and stop() from any thread; the rest from the reactor.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "bot/http/reply.h"

namespace attune::bot::edge {

// Which connection a reply is for. The serial tells a connection from a later one on the same
// descriptor.
struct ConnectionKey {
  int fd = -1;
  std::uint64_t serial = 0;
};

struct Delivery {
  ConnectionKey to;
  Reply reply;
};

struct Event {
  std::string topic;
  std::string text;
  bool ends() const { return text.empty(); }  // the topic's streams; who may, opens another
};

class Mailbox {
 public:
  Mailbox();  // throws std::system_error when the system has no descriptor left
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  void deliver(const ConnectionKey& to, Reply reply);
  void publish(std::string topic, std::string text);
  void stop();  // async-signal-safe
  void nudge() { wake(); }  // another round, for nothing but to see that there is one

  int wake_fd() const { return wake_fd_; }
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  std::uint64_t wakeups() const { return wakeups_.load(std::memory_order_relaxed); }

  // Empties the box into the two lists, which must be empty.
  void take(std::vector<Delivery>& deliveries, std::vector<Event>& events);
  // Call before sleeping. False: there is something to take, do not sleep.
  bool may_sleep();
  void woke_up();
  // What comes later is dropped.
  void close();
  bool closed() const { return closed_.load(); }

 private:
  void wake();

  const int wake_fd_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> asleep_{false};
  std::atomic<std::uint64_t> wakeups_{0};
  std::atomic<bool> full_{false};  // something is in one of the lists
  std::mutex mutex_;
  std::atomic<bool> closed_{false};  // written under mutex_
  // Guarded by mutex_:
  std::vector<Delivery> deliveries_;
  std::vector<Event> events_;
};

}  // namespace attune::bot::edge
