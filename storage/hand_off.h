// A conversation handed to a person of the staff: a row from the turn that asked for one on, changed
// by the turns that take it, give it back and close it, and gone with its person. It holds no words of
// the conversation.
//
// Values; any thread.
#pragma once

#include <optional>
#include <string>

#include "storage/records.h"

namespace attune::storage {

struct Handed {
  Where where;
  Address address;
  std::uint32_t number = 0;  // within the conversation
  Version version = 0;       // of the turn that began it
  std::int64_t row = 0;      // in the order in which they began
  Time at = 0;
  std::string script, reason;
  bool urgent = false;
  HandOff::What what = HandOff::What::kWaits;  // what was done last
  std::string who;                             // has or had taken it; "" nobody
  std::optional<Time> taken, over;
};

// Which, and in what order: what waits and what somebody has, urgent ones first, then the oldest; what
// is over, the newest first.
struct HandedList {
  enum class Which { kWaiting, kTaken, kOver };
  Which which = Which::kWaiting;
  std::string space;
  std::string who;  // kTaken: by whom
  struct Place {
    bool urgent = false;
    std::int64_t row = 0;
  };
  std::optional<Place> after;  // the last of the page before
  int limit = 50;
};

}  // namespace attune::storage
