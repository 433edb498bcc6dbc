#include "bot/http/reactor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace attune::bot::edge {
namespace {

std::string address_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    if (std::strncmp(text, "::ffff:", 7) == 0 && std::strchr(text, '.') != nullptr) {
      return text + 7;
    }
  } else {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
  }
  return text;
}

void watch(int epoll, int fd, std::uint32_t events, void* tag) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = tag;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

Reactor::Reactor(std::shared_ptr<Core> core, Listener& listener)
    : core_(std::move(core)),
      limits_(core_->limits),
      listener_(listener),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(Clock::now()),
      wheel_(now_) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Reactor::~Reactor() {
  for (auto& connection : connections_) {
    if (connection) close(*connection);
  }
  ::close(epoll_);
}

void Reactor::run() {
  watch(epoll_, core_->mailbox.wake_fd(), EPOLLIN, &core_->mailbox);
  watch(epoll_, listener_.fd(), EPOLLIN, &listener_);
  accepting_ = true;
  while (true) {
    if (core_->mailbox.stopping() && !draining_) begin_drain();
    if (draining_ && (open_ == 0 || now_ >= drain_until_)) break;
    turn();
  }
  for (auto& connection : connections_) {
    if (connection) close(*connection);
  }
  closed_.clear();
  core_->mailbox.close();
}

void Reactor::turn() {
  std::array<epoll_event, 256> events;
  const bool sleep = queued_.empty() && core_->mailbox.may_sleep();
  // After may_sleep(): whoever nudges and finds nobody asleep sees a round that is still to come.
  counters_.rounds.store(counters_.rounds.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const int count = ::epoll_wait(epoll_, events.data(), events.size(), sleep ? sleep_ms() : 0);
  core_->mailbox.woke_up();
  now_ = Clock::now();
  // First what is finished: a reply may have set its client free to send the bytes behind an event.
  handle_mail();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == &listener_) {
      accept_all();
    } else if (event.data.ptr == &core_->mailbox) {
      std::uint64_t times = 0;
      [[maybe_unused]] const ssize_t n = ::read(core_->mailbox.wake_fd(), &times, sizeof times);
    } else {
      on_event(*static_cast<Connection*>(event.data.ptr), event.events);
    }
  }
  go_on_with_queued();
  dispatch_batch();
  wheel_.expire(now_, [this](WheelNode& node) { expire(static_cast<Connection&>(node)); });
  if (!accepting_ && !draining_ && now_ >= accept_again_) {
    watch(epoll_, listener_.fd(), EPOLLIN, &listener_);
    accepting_ = true;
  }
  closed_.clear();
}

int Reactor::sleep_ms() const {
  int ms = wheel_.timeout_ms(now_);
  const auto at_most = [&](Time until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now_).count();
    const int cap = static_cast<int>(std::max<std::int64_t>(left, 0));
    ms = ms < 0 ? cap : std::min(ms, cap);
  };
  if (!accepting_ && !draining_) at_most(accept_again_);
  if (draining_) at_most(drain_until_);
  return ms;
}

void Reactor::handle_mail() {
  core_->mailbox.take(deliveries_, events_);
  // Events first: a stream that starts in this round finds them among the late ones.
  for (Event& event : events_) {
    const std::vector<Connection*> listeners = streams_.on(event.topic);
    for (Connection* c : listeners) event.ends() ? close(*c) : push_event(*c, event.text);
    streams_.remember(std::move(event));
  }
  events_.clear();
  for (Delivery& delivery : deliveries_) {
    Connection* c = find(delivery.to);
    if (c != nullptr && c->state == Connection::State::kWaiting) {
      deliver(*c, std::move(delivery.reply));
    }
  }
  deliveries_.clear();
}

void Reactor::go_on_with_queued() {
  std::vector<ConnectionKey> now;
  now.swap(queued_);
  for (const ConnectionKey& key : now) {
    Connection* c = find(key);
    if (c == nullptr) continue;
    c->queued = false;
    on_event(*c, 0);
  }
}

void Reactor::dispatch_batch() {
  if (batch_.empty()) return;
  core_->jobs.push(batch_);
  std::vector<std::shared_ptr<Call>> refused;
  refused.swap(batch_);
  for (const std::shared_ptr<Call>& call : refused) {
    counters_.shed.fetch_add(1, std::memory_order_relaxed);
    Connection* c = find(call->from());
    if (c == nullptr || c->state != Connection::State::kWaiting) continue;
    deliver(*c, core_->writer.error("busy", call->asked(), call->head_only(),
                                    "the queue for workers is full"));
  }
}

void Reactor::later(Connection& c) {
  if (c.queued) return;
  c.queued = true;
  queued_.push_back(c.key);
}

Connection* Reactor::find(const ConnectionKey& key) {
  const auto at = static_cast<std::size_t>(key.fd);
  if (at >= connections_.size() || !connections_[at]) return nullptr;
  Connection* c = connections_[at].get();
  return c->key.serial == key.serial ? c : nullptr;
}

// Level-triggered, so what is left in the backlog comes with the next round.
void Reactor::accept_all() {
  for (int i = 0; i < 256 || draining_; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd = ::accept4(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      admit(fd, address_text(address));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    // No descriptor or memory left: the backlog keeps the clients for a moment. Any other error is
    // of one connection that died while it waited (accept(2)).
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause_accepting();
      return;
    }
  }
}

void Reactor::pause_accepting() {
  if (draining_ || !accepting_) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_.fd(), nullptr);
  accepting_ = false;
  accept_again_ = now_ + kAcceptPause;
}

void Reactor::admit(int fd, std::string peer) {
  if (open_ >= limits_.connections + kOverCap) {
    counters_.shed.fetch_add(1, std::memory_order_relaxed);
    ::close(fd);
    return;
  }
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  auto owned = std::make_unique<Connection>(ConnectionKey{fd, next_serial_++}, limits_);
  Connection& c = *owned;
  c.peer = std::move(peer);
  const auto at = static_cast<std::size_t>(fd);
  if (at >= connections_.size()) connections_.resize(at + 64);
  connections_[at] = std::move(owned);
  ++open_;
  counters_.connections.store(open_, std::memory_order_relaxed);
  try {
    watch(epoll_, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, &c);
  } catch (const std::system_error&) {  // out of memory or watches
    close(c);
    return;
  }
  wheel_.set(c, now_ + limits_.idle_deadline);
  if (open_ > limits_.connections) refuse(c, "busy");
}

void Reactor::begin_drain() {
  draining_ = true;
  now_ = Clock::now();
  drain_until_ = now_ + limits_.drain;
  // Who connected before the stop is still served.
  accept_all();
  listener_.close();
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (!connections_[i]) continue;
    Connection& c = *connections_[i];
    if (c.state == Connection::State::kStreaming) linger(c);
    if (c.state != Connection::State::kReading) continue;
    c.readable = true;  // one look: a request may have come in since the last round
    read_requests(c);
    const bool idle = c.framing.state() == Framing::State::kEmpty && !c.queued;
    if (c.state == Connection::State::kReading && idle) close(c);
  }
  dispatch_batch();
  closed_.clear();
}

void Reactor::expire(Connection& c) {
  switch (c.state) {
    case Connection::State::kReading:
      if (c.framing.state() == Framing::State::kEmpty) {
        close(c);
      } else {
        refuse(c, "timeout");
      }
      return;
    case Connection::State::kWaiting:
      expire_waiting(c);
      return;
    case Connection::State::kStreaming:
      beat(c);
      return;
    case Connection::State::kWriting:
    case Connection::State::kLingering:
      close(c);
      return;
    case Connection::State::kClosed:
      return;
  }
}

void Reactor::expire_waiting(Connection& c) {
  if (!c.call->expire()) {
    wheel_.set(c, now_ + std::min(limits_.held_deadline, std::chrono::milliseconds(1'000)));
    return;
  }
  counters_.shed.fetch_add(1, std::memory_order_relaxed);
  deliver(c, core_->writer.error("unavailable", c.call->asked(), c.call->head_only(),
                                 "a held reply was not released in time"));
}

}  // namespace attune::bot::edge
