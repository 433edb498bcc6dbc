// An Edge on a free port of 127.0.0.1 with the routes the tests use, running in its own thread
// until the object dies.
//   GET  /hello              "hello"
//   POST /echo               the body; X-Type tells the Content-Type the handler saw
//   POST /json               the body through JsonBody: 200 with /text, or its refusal
//   GET  /headers            every header the handler saw, one a line
//   GET  /throw              throws "secret words"
//   GET  /slow?ms=N          sleeps in the handler
//   GET  /status?code=N      a bare status
//   GET  /big?bytes=N        N bytes
//   GET  /events?topic=T     an event stream with the backlog "id: 0\ndata: first\n\n"
// Tests add routes of their own before start().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bot/http/edge.h"

namespace attune::bot::testing {

class RunningEdge {
 public:
  explicit RunningEdge(EdgeLimits limits = {}, int workers = 2);
  ~RunningEdge();

  Edge& edge() { return *edge_; }
  void start();
  int port() const { return edge_->port(); }
  void stop_and_wait();

  // What the trouble log was told: "CODE STATUS PATH DETAIL".
  std::vector<std::string> troubles() const;
  std::vector<std::string> trouble_ids() const;

 private:
  void add_routes();

  std::unique_ptr<Edge> edge_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<std::string> troubles_;  // guarded by mutex_
  std::vector<std::string> ids_;       // guarded by mutex_
};

// True as soon as `holds` does, false after ten seconds.
bool eventually(const std::function<bool()>& holds);

std::size_t resident_bytes();  // of this process

// True where a sanitizer makes memory figures meaningless and everything slower.
constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // g++
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)  // clang
    true;
#else
    false;
#endif
#else
    false;
#endif

}  // namespace attune::bot::testing
