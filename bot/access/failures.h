// Tokens that were tried and are none: after five from one address a delay, which doubles with every
// further one up to a quarter of an hour. An hour without one forgets them.
//
// Bounded like the buckets; keys are hashes. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace attune::bot {

class Failures {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Wait = std::chrono::seconds;
  static constexpr std::size_t kMost = 10'000;
  static constexpr unsigned kFree = 5;
  static constexpr Wait kFirst{1}, kLongest{15 * 60}, kForgotten{60 * 60};

  // How long this address still has to wait; zero: it may try. Rounded up.
  Wait wait(std::uint64_t key, Time now) const;
  // One more. Returns the wait that follows from it.
  Wait failed(std::uint64_t key, Time now);
  std::size_t size() const;

 private:
  struct Entry {
    unsigned count = 0;
    Time last{}, until{};
  };
  void make_room(Time now);

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Entry> entries_;  // guarded by mutex_
};

}  // namespace attune::bot
