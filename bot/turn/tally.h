// A histogram that costs the turn next to nothing: a value is one relaxed add to its bucket and one to
// the sum, and nobody waits for anybody.
//
// prometheus::Histogram (1.0.1, Debian 12) takes a mutex for every value and adds doubles by
// compare-and-swap, and three threads would do so for every turn. Only /metrics makes a Prometheus histogram of what is here.
//
// Threads: any. What is read while others add may lack their newest values, and the sum may be a value
// ahead of the buckets; Prometheus reads rates over minutes, where that is nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

namespace attune::bot {

class Tally {
 public:
  static constexpr std::size_t kMost = 15;  // bounds; the last bucket is everything above them

  // Bounds ascend. The sum is kept in whole `unit`s: 1e-9 for seconds, 1 for counts.
  Tally(double unit, std::initializer_list<double> bounds) : unit_(unit) {
    for (const double bound : bounds) {
      if (size_ < kMost) bounds_[size_++] = bound;
    }
  }

  void add(double value) {
    std::size_t at = 0;
    while (at < size_ && value > bounds_[at]) ++at;  // few, in order, and most values are small
    buckets_[at].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(static_cast<std::uint64_t>(value < 0 ? 0 : value / unit_), std::memory_order_relaxed);
  }

  struct Bucket {
    double upper;             // infinity in the last
    std::uint64_t cumulative;
  };
  std::vector<Bucket> buckets() const {
    std::vector<Bucket> out;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i <= size_; ++i) {
      cumulative += buckets_[i].load(std::memory_order_relaxed);
      out.push_back({i < size_ ? bounds_[i] : std::numeric_limits<double>::infinity(), cumulative});
    }
    return out;
  }
  double sum() const { return static_cast<double>(sum_.load(std::memory_order_relaxed)) * unit_; }

 private:
  const double unit_;
  std::size_t size_ = 0;
  std::array<double, kMost> bounds_{};
  alignas(64) std::array<std::atomic<std::uint64_t>, kMost + 1> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

}  // namespace attune::bot
