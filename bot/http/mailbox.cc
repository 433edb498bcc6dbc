#include "bot/http/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace attune::bot::edge {

Mailbox::Mailbox() : wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Mailbox::~Mailbox() { ::close(wake_fd_); }

// The reactor says it sleeps, then looks whether something came; a sender puts its thing in, then
// looks whether the reactor sleeps. Both orders are sequentially consistent, so one of the two sees
// the other.
void Mailbox::wake() {
  if (!asleep_.exchange(false)) return;
  wakeups_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  // Can only fail when the counter is full, and then the reactor is being woken already.
  [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
}

void Mailbox::deliver(const ConnectionKey& to, Reply reply) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    deliveries_.push_back({to, std::move(reply)});
    full_.store(true);
  }
  wake();
}

void Mailbox::publish(std::string topic, std::string text) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    events_.push_back({std::move(topic), std::move(text)});
    full_.store(true);
  }
  wake();
}

void Mailbox::stop() {
  stopping_.store(true);
  asleep_.store(false);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
}

void Mailbox::take(std::vector<Delivery>& deliveries, std::vector<Event>& events) {
  if (!full_.load()) return;
  std::lock_guard lock(mutex_);
  full_.store(false);
  deliveries.swap(deliveries_);
  events.swap(events_);
}

bool Mailbox::may_sleep() {
  asleep_.store(true);
  if (!full_.load()) return true;
  asleep_.store(false);
  return false;
}

void Mailbox::woke_up() { asleep_.store(false); }

void Mailbox::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  deliveries_.clear();
  events_.clear();
}

}  // namespace attune::bot::edge
