// Chance by seed: the same seed throws the same, on any machine.
#pragma once

#include <cstdint>
#include <vector>

namespace attune::turn_test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0xD1B54A32D192ED03ULL) {}

  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }  // 0 .. n-1
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(int per_mille) { return below(1000) < per_mille; }
  std::uint64_t next() {  // splitmix64
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  template <typename T>
  const T& of(const std::vector<T>& some) {
    return some[static_cast<std::size_t>(below(static_cast<int>(some.size())))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace attune::turn_test
