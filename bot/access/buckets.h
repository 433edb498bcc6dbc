// Token buckets in memory, one for each key: how fast somebody may go, and how much at once.
//
// A bucket is one number, the time at which it will be full again (a "generic cell rate algorithm"),
// so a full bucket and no bucket are the same. Bounded: beyond `most` entries the fullest tenth is
// dropped, which forgives only those who owe least, and makes an insertion cheap on average whatever a
// flood of keys does. Keys are hashes: no name or address is kept.
//
// Threads: any; one mutex, held for a look-up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace attune::bot {

struct Rate {
  double per_second = 0;  // 0: no limit
  double at_once = 0;     // how much a full bucket holds; at least 1
};

class Buckets {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Wait = std::chrono::nanoseconds;
  static constexpr std::size_t kMost = 10'000;

  explicit Buckets(Rate rate, std::size_t most = kMost);

  // Zero: one was taken. Otherwise nothing was, and one is there after this long.
  Wait take(std::uint64_t key, Time now);
  std::size_t size() const;

 private:
  void make_room(Time now);

  const Wait each_;   // how long one takes to come back; zero: no limit
  const Wait depth_;  // how long a whole bucket takes
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Time> full_at_;  // guarded by mutex_
};

}  // namespace attune::bot
