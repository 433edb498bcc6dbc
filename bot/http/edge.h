// The socket side of HTTP: a small epoll front that accepts, frames with strict bounds and
// deadlines, hands one complete request to cpp-httplib's router over an in-memory stream, holds the
// reply until the turn behind it is durable, and serves server-sent events without a thread each.
//
// Everything a stranger can send is decided here, before the library sees it: anything ambiguous is
// refused in the one error format and the connection closed. See EDGE.md for every bound and its
// reason.
//
// Threads: one reactor thread owns all sockets; `workers` threads run handlers. Handlers may call
// Exchange's methods; Held and publish() may be used from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bot/http/header_block.h"

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace attune::bot {

namespace edge {
class Call;
class HeldState;
}  // namespace edge

struct EdgeLimits {
  std::size_t head_bytes = 8 * 1024;
  std::size_t headers = 64;
  std::size_t target_bytes = 2 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t connections = 12'000;
  std::size_t waiting_requests = 1'024;             // complete, not yet taken by a worker; then 503
  std::size_t streams = 6'000;                      // open event streams; beyond it 503
  std::size_t buffered_bytes = 64 * 1024 * 1024;    // of all requests together; beyond it 503
  std::size_t stream_unsent_bytes = 256 * 1024;     // a reader further behind than this is dropped
  std::chrono::milliseconds head_deadline{10'000};  // from the first byte to the blank line
  std::chrono::milliseconds body_deadline{15'000};  // from the blank line to the last byte
  std::chrono::milliseconds idle_deadline{60'000};  // before and between requests of a connection
  std::chrono::milliseconds held_deadline{10'000};  // a reply waiting for its commit; then 503
  std::chrono::milliseconds write_deadline{15'000};
  std::chrono::milliseconds heartbeat{20'000};  // of event streams
  std::chrono::milliseconds drain{5'000};
};

// A reply that waits. Exactly one of the four must be called, from any thread; the first counts.
// If all copies are destroyed first, the edge answers 500. What is released after the connection
// died, after the held deadline or after the Edge itself is dropped.
class Held {
 public:
  void release() const;                              // send what the handler wrote
  void replace(int status, std::string json) const;  // send this instead (Retry-After: 1 with 503)
  void refuse(std::string_view code) const;          // send this error of error.h, logged under its id
  void redo() const;                                 // run the handler again on the same request

 private:
  friend class edge::Call;
  explicit Held(std::shared_ptr<edge::HeldState> state) : state_(std::move(state)) {}
  std::shared_ptr<edge::HeldState> state_;
};

// The request being handled on this thread. Only valid inside a handler.
class Exchange {
 public:
  static Exchange& current();  // throws std::logic_error outside a handler
  Held hold();                 // the reply stays here until the Held says so
  int tries() const;           // 0 the first time, +1 after each redo()
  std::string peer() const;    // the socket's address, never a header
  // Turns this exchange into an event stream on `topic`: the head goes out, then `backlog` (whole
  // SSE events), then whatever is published. What was published while the handler read its backlog
  // follows too, unless the backlog holds the same bytes. Heartbeat comments every 20 s.
  void stream(std::string topic, std::string backlog);

  explicit Exchange(edge::Call& call) : call_(&call) {}

 private:
  edge::Call* call_;
};

// An error that went out, for the log: `id` is what the client was shown, `detail` is what it was
// not (an exception's text). `path` has no query. May hold a stranger's words: mind what is logged.
struct EdgeTrouble {
  std::string_view id;
  int status;
  std::string_view code;
  std::string_view path;
  std::string_view detail;
};

// What the headers of every reply may depend on. Views, good during the call; nothing here is judged.
struct Asked {
  std::string_view path;             // without the query; "" where no request could be read
  std::string_view peer;             // the socket's address
  std::string_view forwarded_proto;  // X-Forwarded-Proto as it was sent, or ""
};

class Edge {
 public:
  Edge(EdgeLimits limits, int workers);
  ~Edge();

  // The router: Get/Post/... as cpp-httplib does them. Set up before run(). Routes must not use
  // content providers or mount points; the error, exception, post-routing and logger hooks are the
  // edge's own. Headers added to every reply (also the edge's own refusals) go through
  // set_default_headers.
  httplib::Server& routes();
  // set_default_headers. Both functions are called from several threads, must not block, and what
  // they capture must outlive the Edge and every Held. Set before run().
  void set_default_headers(std::function<const HeaderBlock&(const Asked&)> headers);
  void set_trouble_log(std::function<void(const EdgeTrouble&)> log);

  // Binds without SO_REUSEPORT. False: `why` says what is in the way ("127.0.0.1:8080 is in use by
  // another program"). Port 0 picks one; port() tells.
  bool listen(const std::string& host, int port, std::string& why);
  int port() const;

  void run();   // serves until stop(); returns after the drain
  void stop();  // async-signal-safe; stops accepting, lets requests finish for at most `drain`

  // One SSE event ("id: 7\ndata: ...\n\n") to every stream on the topic. Never blocks.
  void publish(const std::string& topic, std::string event);
  // Closes every stream on the topic, and one that is about to begin. Never blocks.
  void end_streams(const std::string& topic);

  struct Counts {
    std::uint64_t connections = 0;  // open now
    std::uint64_t requests = 0;     // whole requests framed, ever
    std::uint64_t refused = 0;      // refused by the framing or a deadline, ever
    std::uint64_t streams = 0;      // open now
    std::uint64_t waiting = 0;      // for a worker, now
    std::uint64_t shed = 0;         // answered 503 for want of room, ever
    std::uint64_t wakeups = 0;      // times another thread woke the reactor, ever
    std::uint64_t rounds = 0;       // times the reactor has looked for work, ever
  };
  Counts counts() const;
  // Makes a reactor that lives begin another round, which counts().rounds then shows. Any thread.
  void nudge();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// {"error":{"code":"body_too_large","message":"…what to do…","id":"a1b2c3d4"}}; the id is also
// logged.
std::string error_json(std::string_view code, std::string_view message, std::string_view id);

}  // namespace attune::bot
