// The socket side of HTTP: a small epoll front that accepts, frames with strict bounds and deadlines,
// hands one complete request to cpp-httplib's router over an in-memory stream, holds the reply until
// the turn behind it is durable, and serves server-sent events without a thread each.
//
// Everything a stranger can send is decided here, before the library sees it: anything ambiguous is
// refused in the one error format and the connection closed. See EDGE.md for every bound and its
// reason.
//
// Threads: one reactor thread owns all sockets; `workers` threads run handlers. Handlers may call
// Exchange's methods; Held and EventHub may be used from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace httplib { class Server; struct Request; struct Response; }

namespace attune::bot {

struct EdgeLimits {
  std::size_t head_bytes = 8 * 1024;
  std::size_t headers = 64;
  std::size_t target_bytes = 2 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t connections = 12'000;
  std::size_t waiting_requests = 1'024;  // complete, not yet taken by a worker; beyond it 503
  std::size_t streams = 6'000;           // open event streams
  std::chrono::milliseconds head_deadline{10'000};
  std::chrono::milliseconds body_deadline{15'000};
  std::chrono::milliseconds idle_deadline{60'000};  // between requests of one connection
  std::chrono::milliseconds held_deadline{10'000};  // a reply waiting for its commit; then 503
  std::chrono::milliseconds write_deadline{15'000};
  std::chrono::milliseconds drain{5'000};
};

// A reply that waits. Exactly one of the three must be called, from any thread; if all copies are
// destroyed first, the edge answers 500. What is released after the connection died is dropped.
class Held {
 public:
  void release() const;                             // send what the handler wrote
  void replace(int status, std::string json) const; // send this instead (Retry-After: 1 with 503)
  void redo() const;                                // run the handler again on the same request
 private:
  friend class Edge;
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

// The request being handled on this thread. Only valid inside a handler.
class Exchange {
 public:
  static Exchange& current();
  Held hold();                 // the reply stays here until the Held says so
  int tries() const;           // 0 the first time, +1 after each redo()
  std::string peer() const;    // the socket's address, never a header
  // Turns this exchange into an event stream on `topic`: the head goes out, then `backlog` (whole SSE
  // events), then whatever is published. Heartbeat comments every 20 s.
  void stream(std::string topic, std::string backlog);
 private:
  friend class Edge;
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

class Edge {
 public:
  Edge(EdgeLimits limits, int workers);
  ~Edge();

  // The router: Get/Post/... as cpp-httplib does them. Set up before run(). Routes must not use
  // content providers or mount points. Headers added to every reply (also the edge's own refusals) go
  // through set_default_headers.
  httplib::Server& routes();
  void set_default_headers(std::function<void(httplib::Response&, std::string_view path)> headers);

  // Binds without SO_REUSEPORT. False: `why` says what is in the way ("127.0.0.1:8080 is in use by
  // another program"). Port 0 picks one; port() tells.
  bool listen(const std::string& host, int port, std::string& why);
  int port() const;

  void run();   // serves until stop(); returns after the drain
  void stop();  // async-signal-safe; stops accepting, lets requests finish for at most `drain`

  // One SSE event ("id: 7\ndata: ...\n\n") to every stream on the topic. Never blocks.
  void publish(const std::string& topic, std::string event);

  struct Counts {
    std::uint64_t connections = 0, requests = 0, refused = 0, streams = 0, waiting = 0, shed = 0;
  };
  Counts counts() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// {"error":{"code":"body_too_large","message":"…what to do…","id":"a1b2c3d4"}}; the id is also logged.
std::string error_json(std::string_view code, std::string_view message, std::string_view id);

}  // namespace attune::bot
