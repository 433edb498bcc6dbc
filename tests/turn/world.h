// A whole small world by one seed: people, a network, one or two server processes on one disk, two
// clocks, and everything that can go wrong. The same seed is the same world, event by event.
#pragma once

#include <cstdint>
#include <string>

#include "tests/turn/disk.h"

namespace attune::turn_test {

struct Lived {
  std::string broken;  // what did not hold; "" if all did
  std::string log;     // one event a line, if asked for
  // How much happened, so that a simulation that gets nowhere is noticed.
  int turns = 0, shown = 0, stored = 0, again = 0, reused = 0, gone = 0, refused = 0;
  int restarts = 0, forgotten = 0, published = 0, rolled_back = 0, broken_editions = 0, leaps = 0;
  int on_older_editions = 0, dangers = 0;
  void add(const Lived& other);
};

Lived live(std::uint64_t seed, bool with_log, Wrong wrong = Wrong::kNothing);

}  // namespace attune::turn_test
