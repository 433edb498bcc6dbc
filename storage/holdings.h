// Everything the store has on one person, in words: what `attune export` hands out. Not in it, with the
// reason for each, is what tests/storage/holdings_test.cc lists; a new table or column fails that test
// until it is here or there.
//
// Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/records.h"

namespace attune::storage {

struct HeldTurn {
  Version version = 0;
  Time at = 0;
  std::string kind, edition;
  std::string keep_class;         // of said and reply
  bool had_event = false;         // the platform's id of it is kept as a keyed hash only
  bool ended_a_run = false;
  std::string said, reply;        // "" if they have run out
  std::vector<Measure> measures;
  std::vector<SafetyRow> safety;  // class and rule; never text
  std::vector<RunEnded> ended;
};

struct HeldHandOff {  // that a person of the staff was asked for
  std::string script, reason, who;  // who took it; "" nobody
  Time at = 0;
  std::optional<Time> taken, over;
  HandOff::What what = HandOff::What::kWaits;
};

struct HeldConversation {
  Id id{};
  std::vector<Address> addresses;
  std::vector<HeldTurn> turns;  // oldest first
  std::vector<Time> timers;     // when each that is set is due, earliest first
  std::vector<HeldHandOff> hand_offs;  // oldest first
  Kept state;                   // the newest
};

struct Holdings {
  Id person{};
  Version version = 0;  // of the memory
  Time changed = 0;
  Kept memory;
  std::vector<HeldConversation> conversations;
};

}  // namespace attune::storage
