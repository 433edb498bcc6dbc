// Event ids against an oracle, through everything that moves them: settling from memory into the
// tables, restarts, forgetting, and the tables changing places.
#include <map>
#include <random>
#include <set>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

constexpr Time kDay = 24 * 3600;

struct Known {
  std::string body;
  Time at = 0;
  std::size_t who = 0;
  bool forgotten = false;
};

}  // namespace

TEST_CASE("whatever happened to it since, an event is judged as the oracle says",
          "[storage][events]") {
  const std::size_t capacity = GENERATE(0u, 5u, 40u);
  const unsigned seed = GENERATE(1u, 2u, 3u);
  INFO("capacity " << capacity << ", seed " << seed);
  SqliteWorld world(false);
  world.options.recent_events = capacity;
  world.reopen();
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  std::vector<Speaker> speakers;
  for (int i = 0; i < 6; ++i) speakers.emplace_back("p" + std::to_string(i));
  std::map<std::string, Known> oracle;
  std::map<std::size_t, std::set<std::string>> used;  // by who is now at a place
  std::set<std::string> once_forgotten;
  Time now = kMonday;
  int answers[7] = {};

  for (int step = 0; step < 1500; ++step) {
    const std::size_t dice = below(100);
    if (dice < 2) {
      world.reopen();
    } else if (dice < 5) {
      now += static_cast<Time>(below(3 * kDay));
      REQUIRE(world.store().sweep(now));
    } else if (dice < 6) {
      const std::size_t who = below(speakers.size());
      REQUIRE(world.store().forget(speakers[who].where.person));
      for (auto& [event, known] : oracle)
        if (known.who == who && !known.forgotten) known.forgotten = true;
      once_forgotten.insert(used[who].begin(), used[who].end());
      used[who].clear();
      speakers[who] = Speaker("p" + std::to_string(who) + "." + std::to_string(step));
    } else {
      const std::size_t who = below(speakers.size());
      Speaker& speaker = speakers[who];
      const std::string event = "ev" + std::to_string(below(300)),
                        body = below(10) ? "same" : "other";
      Turn turn = speaker.turn(body, event);
      turn.at = now;
      const auto it = oracle.find(event);
      const bool known = it != oracle.end() && it->second.at >= now - 8 * kDay;
      // Of someone forgotten, an event may be remembered longer than 8 days, never shorter.
      const bool old_and_forgotten = it != oracle.end() && !known && once_forgotten.count(event);
      const Commit outcome = commit(world.store(), turn);
      ++answers[static_cast<int>(outcome)];
      INFO("step " << step << ", " << event);
      if (known && it->second.forgotten) {
        REQUIRE(outcome == Commit::kGone);
      } else if (known) {
        REQUIRE(outcome == (it->second.body == body ? Commit::kDuplicate : Commit::kMismatch));
        const auto reply = *world.store().replied(turn.event);
        REQUIRE(reply);
        REQUIRE(reply->reply == "reply to " + it->second.body);
      } else if (!old_and_forgotten || outcome != Commit::kGone) {
        REQUIRE(outcome == Commit::kDone);
        ++speaker.version;
        oracle[event] = {body, now, who, false};
        used[who].insert(event);
      }
    }
  }
  for (const Commit outcome : {Commit::kDone, Commit::kDuplicate, Commit::kMismatch, Commit::kGone})
    CHECK(answers[static_cast<int>(outcome)] > 10);
}
