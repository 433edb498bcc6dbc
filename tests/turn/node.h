// One server process, as far as the turn is concerned: a store on the shared disk, editions, Turns, and
// the requests under way. It does with outcomes what bot/channels/answer.cc does.
//
// Owned by the world; gone with restart(), and everything in memory with it.
#pragma once

#include <memory>
#include <vector>

#include "bot/turn/clock.h"
#include "bot/turn/turns.h"
#include "tests/turn/model_store.h"
#include "tests/turn/oracle.h"

namespace attune::turn_test {

struct Request {
  Sent* sent = nullptr;
  int tries = 0;
  int forgets = 0;  // how often its client had been forgotten when it was sent
  bool over = false;
  bot::Taken taken;
  bool thought = false;                     // `taken` holds
  std::optional<storage::Commit> decided;   // came before take() returned
};

// What a client is told.
enum class Told { kShown, kReused, kGone, kBusy, kUnavailable };

class Node {
 public:
  struct Options {
    const Weather* weather = nullptr;
    Dice* dice = nullptr;
    bot::PatientClock::Source wall, uptime;
    std::size_t cached = 20'000;
    int number = 0;  // of this process; never used twice
  };
  using Answered = std::function<void(Request&, Told, bool stored)>;
  Node(std::shared_ptr<Disk> disk, std::shared_ptr<const bot::Edition> live, Oracle& oracle, bot::Measures& measures, Options options, Answered answered);

  void take(const std::shared_ptr<Request>& request);
  bool busy_taking() const { return taking_ != nullptr; }

  ModelStore store;
  bot::PatientClock clock;
  bot::Editions editions;
  bot::Turns turns;
  std::vector<std::shared_ptr<Request>> again;  // to be taken again

 private:
  void decide(const std::shared_ptr<Request>& request, storage::Commit outcome);
  void answer(const std::shared_ptr<Request>& request, Told told, bool stored = false);

  Oracle& oracle_;
  const Answered answered_;
  Request* taking_ = nullptr;
};

}  // namespace attune::turn_test
