// One request on its way to its one reply: between the reactor that framed it, the worker that runs
// its handler, and whoever holds its reply.
//
// Exactly one reply is delivered, whatever the order of the handler's return, the Held's answer and
// the deadline: all three meet under one mutex, and the first to complete the reply wins. Each run
// of the handler (a redo is another run) has at most one HeldState, which answers once.
//
// Threads: the request is constant after construction; everything else may be called from any
// thread. Shared by the reactor, the queue and the Helds; the last one frees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "bot/http/edge.h"
#include "bot/http/framing.h"
#include "bot/http/jobs.h"
#include "bot/http/mailbox.h"
#include "bot/http/reply.h"

namespace attune::bot::edge {

// What outlives the Edge as long as a Held does.
struct Core {
  explicit Core(const EdgeLimits& edge_limits)
      : limits(edge_limits), jobs(edge_limits.waiting_requests) {}
  const EdgeLimits limits;
  ReplyWriter writer;
  Mailbox mailbox;
  JobQueue jobs;
};

struct Verdict {
  enum class Kind : std::uint8_t { kRelease, kReplace, kRedo };
  Kind kind;
  Reply reply;  // of kReplace
};

class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Core> core, FramedRequest request, ConnectionKey from, std::string peer,
       std::uint64_t events_seen);

  const FramedRequest& request() const { return request_; }
  const ConnectionKey& from() const { return from_; }
  const std::string& peer() const { return peer_; }
  std::uint64_t events_seen() const { return events_seen_; }  // how many were published before it
  Asked asked() const {
    return {request_.head.path(), peer_, request_.head.value_of("x-forwarded-proto")};
  }
  bool head_only() const { return request_.head.method == "HEAD"; }
  const ReplyWriter& writer() const { return core_->writer; }

  // Worker. False: the deadline has answered already, the handler must not run.
  bool begin();
  Held hold();
  int tries() const;
  // Worker: the handler has returned. An `urgent` reply (it threw) goes out whatever was held.
  void handled(Reply reply, bool urgent);

  // Held.
  void decide(Verdict verdict);
  bool waits() const;  // false: an answer would be dropped

  // Reactor: the held deadline has passed. True: the call is over, answer for it. False: its
  // handler runs and holds nothing; ask again later.
  bool expire();

  // The stream the handler asked for; worker only, between begin() and handled().
  struct Stream {
    std::string topic;
    std::string backlog;
  };
  std::optional<Stream> stream;

 private:
  void settle(Verdict verdict);  // requires mutex_ and that the handler has returned

  const std::shared_ptr<Core> core_;
  const FramedRequest request_;
  const ConnectionKey from_;
  const std::string peer_;
  const std::uint64_t events_seen_;

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  int round_ = 0;
  bool running_ = false;
  bool over_ = false;  // the reply has been delivered, or never will be
  std::weak_ptr<HeldState> held_;
  bool is_held_ = false;
  std::optional<Verdict> verdict_;  // came before the handler returned
  Reply reply_;                     // the handler's, waiting
};

// What all copies of a Held share. Answers 500 when it dies unanswered.
class HeldState {
 public:
  explicit HeldState(std::shared_ptr<Call> call) : call_(std::move(call)) {}
  ~HeldState();
  HeldState(const HeldState&) = delete;
  HeldState& operator=(const HeldState&) = delete;

  void answer(Verdict verdict);
  const Call& call() const { return *call_; }

 private:
  const std::shared_ptr<Call> call_;
  std::atomic<bool> answered_{false};
};

}  // namespace attune::bot::edge
