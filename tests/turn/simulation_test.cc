// The whole turn, simulated: SIMULATION.md says what that is. A failure prints its seed and what
// happened; ATTUNE_SEED=n lives that seed alone.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/turn/world.h"

namespace attune::turn_test {
namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void fail(std::uint64_t seed, const Lived& lived) {
  FAIL("seed " << seed << ": " << lived.broken << "\n\n" << live(seed, true).log << "\nATTUNE_SEED=" << seed << " lives it again");
}

}  // namespace

TEST_CASE("whatever happens, the turn keeps its promises", "[turn][simulation]") {
  if (const std::string one = setting("ATTUNE_SEED"); !one.empty()) {
    const Lived lived = live(std::stoull(one), true);
    std::cout << lived.log;
    if (!lived.broken.empty()) fail(std::stoull(one), lived);
    return;
  }
  const std::uint64_t seeds = setting("ATTUNE_LONG").empty() ? 2'000 : 200'000;
  Lived all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Lived lived = live(seed, false);
    if (!lived.broken.empty()) fail(seed, lived);
    all.add(lived);
  }
  std::cout << "figure: " << seeds << " seeds, " << all.turns << " turns, " << all.shown << " answers (" << all.stored << " from the store), " << all.again << " taken again, "
            << all.refused << " refused, " << all.restarts << " deaths, " << all.forgotten << " forgotten, " << all.published + all.rolled_back << " publishes\n";
  // A world in which nothing happens proves nothing.
  const int at_least = static_cast<int>(seeds / 100);
  for (const int happened : {all.turns / 100, all.stored, all.again, all.reused, all.gone, all.refused, all.restarts, all.forgotten, all.published, all.rolled_back, all.broken_editions,
                             all.leaps, all.on_older_editions, all.dangers})
    CHECK(happened >= at_least);
}

TEST_CASE("a seed is the same world each time", "[turn][simulation]") {
  for (const std::uint64_t seed : {3u, 77u, 1'234u}) {
    const std::string first = live(seed, true).log;
    CHECK(first.size() > 1'000);
    CHECK(first == live(seed, true).log);
  }
}

// The guard: a store that breaks its contract is found out, so the oracle sees.
TEST_CASE("a store that breaks its word is found out", "[turn][simulation]") {
  const auto wrong = GENERATE(Wrong::kNoVersionCheck, Wrong::kNoMarks, Wrong::kNoEventCheck, Wrong::kForgetsPartly, Wrong::kEarlyCallback, Wrong::kLostTurn);
  std::uint64_t seed = 1;
  while (seed <= 300 && live(seed, false, wrong).broken.empty()) ++seed;
  INFO("wrong " << static_cast<int>(wrong));
  CHECK(seed <= 300);
}

}  // namespace attune::turn_test
