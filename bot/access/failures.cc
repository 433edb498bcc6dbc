#include "bot/access/failures.h"

#include <algorithm>
#include <vector>

namespace attune::bot {

Failures::Wait Failures::wait(std::uint64_t key, Time now) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.until <= now) return Wait::zero();
  return std::chrono::ceil<Wait>(found->second.until - now);
}

Failures::Wait Failures::failed(std::uint64_t key, Time now) {
  std::lock_guard lock(mutex_);
  if (entries_.size() >= kMost && entries_.count(key) == 0) make_room(now);
  Entry& entry = entries_[key];
  if (now - entry.last > kForgotten) entry.count = 0;
  entry.last = now;
  entry.count = std::min(entry.count + 1, 1'000U);
  if (entry.count < kFree) return Wait::zero();
  // 2^10 seconds is over the longest already: the shift cannot overflow.
  const Wait delay = std::min(kFirst * (1 << std::min(entry.count - kFree, 10U)), kLongest);
  entry.until = now + delay;
  return delay;
}

std::size_t Failures::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

// Requires mutex_. Those that are forgotten anyway, and the tenth whose delay is over first.
void Failures::make_room(Time now) {
  const auto old = std::erase_if(
      entries_, [now](const auto& each) { return now - each.second.last > kForgotten; });
  if (old >= kMost / 10) return;
  std::vector<Time> ends;
  ends.reserve(entries_.size());
  for (const auto& each : entries_) ends.push_back(std::max(each.second.until, each.second.last));
  const auto tenth = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 10);
  std::nth_element(ends.begin(), tenth, ends.end());
  const Time until = *tenth;
  std::erase_if(entries_, [until](const auto& each) {
    return std::max(each.second.until, each.second.last) <= until;
  });
}

}  // namespace attune::bot
