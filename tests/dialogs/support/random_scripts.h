// Random scripts that use every step, and random things a person might do. The same seed gives the
// same, on any machine.
#pragma once

#include <cstdint>
#include <string>

#include "dialogs/engine/step.h"
#include "support/tiny_library.h"

namespace attune::dialogs::tiny {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  int below(int n);  // 0 .. n-1
  bool one_in(int n) { return below(n) == 0; }
  int between(int low, int high) { return low + below(high - low + 1); }

 private:
  std::uint64_t state_;
};

// The house, and three scripts it/it, it/two, it/three (which call downwards only).
Files random_files(Dice& dice);

// One event: mostly words, sometimes a button of `offered`, a stale one, a command, danger,
// silence. Typed words carry the canary kCanary, which must never be seen in control data.
inline constexpr const char* kCanary = "quokka";
Event random_event(Dice& dice, const Library& library, const Effect* offered);

}  // namespace attune::dialogs::tiny
