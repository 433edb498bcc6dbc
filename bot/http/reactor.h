// The one thread that owns all sockets: accepts, reads, frames, dispatches, sends, times out.
//
// How a request goes through, and what it costs: one read brings the whole of it; it is framed
// where it lies and pushed to the workers together with the others of this round; its reply comes
// back through the mailbox and leaves with one sendmsg. Sockets are registered once,
// edge-triggered, so there is no epoll_ctl per request; while a request is under way its connection
// is not read, which is what keeps pipelined requests in order and a flooding client waiting in its
// own kernel.
//
// Threads: everything here runs on the thread of run(), except counts().
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/http/call.h"
#include "bot/http/connection.h"
#include "bot/http/listener.h"
#include "bot/http/streams.h"
#include "bot/http/wheel.h"

namespace attune::bot::edge {

class Reactor {
 public:
  Reactor(std::shared_ptr<Core> core, Listener& listener);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Beyond limits.connections: told 503 before they are closed.
  static constexpr std::size_t kOverCap = 64;

  void run();  // until the mailbox says stop and the drain is over

  struct Counters {
    std::atomic<std::uint64_t> connections{0}, requests{0}, refused{0}, streams{0}, shed{0}, rounds{0};
  };
  const Counters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kReadBytes = 32 * 1024;
  static constexpr int kReadsPerTurn = 4;  // of one connection, then others come first
  static constexpr std::chrono::milliseconds kLinger{2'000};
  static constexpr std::chrono::milliseconds kAcceptPause{100};
  static constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;
  static constexpr std::size_t kProgressBytes = 16 * 1024;  // within write_deadline

  // reactor.cc: the loop
  void turn();
  int sleep_ms() const;
  void handle_mail();
  void go_on_with_queued();
  void dispatch_batch();
  void accept_all();
  void pause_accepting();
  void admit(int fd, std::string peer);
  void begin_drain();
  void expire(Connection& c);
  void expire_waiting(Connection& c);
  void later(Connection& c);  // go on with it before the next sleep
  Connection* find(const ConnectionKey& key);

  // reading.cc: from bytes to requests
  void on_event(Connection& c, std::uint32_t events);
  void read_requests(Connection& c);
  bool read_some(Connection& c, std::string_view& bytes);
  void feed(Connection& c, std::string_view& bytes);
  void dispatch(Connection& c);
  void charge(Connection& c, std::size_t bytes);
  void refuse(Connection& c, std::string_view code);
  void swallow(Connection& c);

  // writing.cc: from replies and events to bytes, and the ends of connections
  void deliver(Connection& c, Reply reply);
  void send_reply(Connection& c, const Reply& reply);
  const std::string& last_headers(bool close);
  void flush(Connection& c);
  void reply_done(Connection& c);
  void linger(Connection& c);
  void close(Connection& c);
  void start_stream(Connection& c, const Reply& reply);
  void push_event(Connection& c, std::string_view text);
  void set_stream_deadline(Connection& c);
  void beat(Connection& c);

  const std::shared_ptr<Core> core_;
  const EdgeLimits& limits_;
  Listener& listener_;
  const int epoll_;
  Time now_;
  Wheel wheel_;
  Streams streams_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<Connection>> closed_;  // freed when the round is over
  std::vector<ConnectionKey> queued_;
  std::vector<std::shared_ptr<Call>> batch_;
  std::vector<Delivery> deliveries_;
  std::vector<Event> events_;
  std::uint64_t next_serial_ = 1;
  std::size_t buffered_ = 0;
  bool accepting_ = false;
  Time accept_again_{};  // while paused for want of descriptors
  bool draining_ = false;
  Time drain_until_{};
  std::string last_headers_[2];  // Date, and Connection: close in the second
  std::time_t date_of_ = 0;
  Counters counters_;
  std::array<char, kReadBytes> scratch_;
};

}  // namespace attune::bot::edge
