#include "bot/access/buckets.h"

#include <algorithm>
#include <vector>

namespace attune::bot {
namespace {

Buckets::Wait nanoseconds(double seconds) {
  return Buckets::Wait(static_cast<std::int64_t>(seconds * 1e9));
}

}  // namespace

Buckets::Buckets(Rate rate, std::size_t most)
    : each_(rate.per_second > 0 ? nanoseconds(1 / rate.per_second) : Wait::zero()),
      depth_(rate.per_second > 0 ? nanoseconds(std::max(1.0, rate.at_once) / rate.per_second)
                                 : Wait::zero()),
      most_(most) {
  if (each_ > Wait::zero()) full_at_.reserve(most_);
}

Buckets::Wait Buckets::take(std::uint64_t key, Time now) {
  if (each_ == Wait::zero()) return Wait::zero();
  std::lock_guard lock(mutex_);
  auto found = full_at_.find(key);
  if (found == full_at_.end()) {
    if (full_at_.size() >= most_) make_room(now);
    found = full_at_.emplace(key, now).first;
  }
  const Time full_at = std::max(found->second, now) + each_;
  const Wait over = (full_at - now) - depth_;
  if (over > Wait::zero()) return over;
  found->second = full_at;
  return Wait::zero();
}

std::size_t Buckets::size() const {
  std::lock_guard lock(mutex_);
  return full_at_.size();
}

// Requires mutex_. All that are full; if these are fewer than a tenth, the tenth that will be full
// first: else one insertion after the other would go through the whole table for one place.
void Buckets::make_room(Time now) {
  const auto full = std::erase_if(full_at_, [now](const auto& each) { return each.second <= now; });
  if (full > 0 && full >= most_ / 10) return;
  if (full_at_.empty()) return;
  std::vector<Time> times;
  times.reserve(full_at_.size());
  for (const auto& each : full_at_) times.push_back(each.second);
  const auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
  std::nth_element(times.begin(), tenth, times.end());
  const Time until = *tenth;
  std::erase_if(full_at_, [until](const auto& each) { return each.second <= until; });
}

}  // namespace attune::bot
