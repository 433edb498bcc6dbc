#include "bot/http/edge.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "bot/http/call.h"
#include "bot/http/jobs.h"
#include "bot/http/listener.h"
#include "bot/http/reactor.h"
#include "bot/http/router.h"

namespace attune::bot {
namespace {

constexpr rlim_t kOtherFiles = 64;  // the store's, the log's, the program's own

// As many connections as there are descriptors for: where accept4() finds none, whoever comes waits
// in the backlog and is not even told to come back. A shell's usual 1,024 is raised as far as the
// hard limit lets us.
EdgeLimits within_descriptors(EdgeLimits limits) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t others = kOtherFiles + edge::Reactor::kOverCap;
  const rlim_t wanted = std::min<rlim_t>(limits.connections + others, files.rlim_max);
  if (files.rlim_cur < wanted) {
    const rlimit raised{wanted, files.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) files.rlim_cur = wanted;
  }
  const rlim_t room = files.rlim_cur > others ? files.rlim_cur - others : 1;
  limits.connections = std::min<std::size_t>(limits.connections, room);
  return limits;
}

}  // namespace

struct Edge::Inside {
  Inside(EdgeLimits limits, int worker_count)
      : core(std::make_shared<edge::Core>(within_descriptors(limits))),
        router(core->writer),
        reactor(core, listener),
        workers(worker_count) {}

  const std::shared_ptr<edge::Core> core;
  edge::Router router;
  edge::Listener listener;
  edge::Reactor reactor;
  const int workers;
};

Edge::Edge(EdgeLimits limits, int workers) : inside_(std::make_unique<Inside>(limits, workers)) {}

Edge::~Edge() { inside_->core->mailbox.close(); }

httplib::Server& Edge::routes() { return inside_->router; }

void Edge::set_default_headers(std::function<const HeaderBlock&(const Asked&)> headers) {
  inside_->core->writer.set_default_headers(std::move(headers));
}

void Edge::set_trouble_log(std::function<void(const EdgeTrouble&)> log) {
  inside_->core->writer.set_trouble_log(std::move(log));
}

bool Edge::listen(const std::string& host, int port, std::string& why) {
  return inside_->listener.open(host, port, why);
}

int Edge::port() const { return inside_->listener.port(); }

void Edge::run() {
  edge::Workers workers(inside_->core->jobs, inside_->workers,
                        [this](edge::Call& call) { inside_->router.answer(call); });
  inside_->reactor.run();
}

void Edge::stop() { inside_->core->mailbox.stop(); }

void Edge::publish(const std::string& topic, std::string event) {
  inside_->core->mailbox.publish(topic, std::move(event));
}

void Edge::end_streams(const std::string& topic) { inside_->core->mailbox.publish(topic, ""); }

Edge::Counts Edge::counts() const {
  const edge::Reactor::Counters& from = inside_->reactor.counters();
  Counts counts;
  counts.connections = from.connections.load(std::memory_order_relaxed);
  counts.requests = from.requests.load(std::memory_order_relaxed);
  counts.refused = from.refused.load(std::memory_order_relaxed);
  counts.streams = from.streams.load(std::memory_order_relaxed);
  counts.shed = from.shed.load(std::memory_order_relaxed);
  counts.waiting = inside_->core->jobs.waiting();
  counts.rounds = from.rounds.load(std::memory_order_relaxed);
  counts.wakeups = inside_->core->mailbox.wakeups();
  return counts;
}

void Edge::nudge() { inside_->core->mailbox.nudge(); }

}  // namespace attune::bot
