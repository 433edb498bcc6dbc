// What leaves later: timers that have come due, and parts of replies on their way to a platform.
//
// Both begin in the turn that wants them and are committed with it. A timer is fired by an ordinary
// turn that names it in `timers_gone`; its event is timer_event(), so that two who fire it are told
// apart from one. A part is sent by whoever claims its conversation: conversations are claimed, not
// parts, so that one conversation's parts leave in order, and one that cannot be delivered holds up
// only itself. A claim is a lease; what a dead worker held comes back when its lease is over. Delivery
// is at least once, under a name that stays the same: (conversation, version, part).
//
// Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/records.h"

namespace attune::storage {

// What comes in when a timer fires. Numbers of a conversation's timers are never given twice.
EventId timer_event(const Id& conversation, TimerNumber number);

struct DueTimer {
  Where where;
  Address address;
  TimerNumber number = 0;
  Time due = 0;
  std::int64_t row = 0;  // of the conversation, for reading on from here; of no other use
};

struct Piece {  // a Part on its way
  Version version = 0;  // of its turn
  int part = 0;         // within it, from 0
  Time not_before = 0;
  Time expires = 0;
  std::string body;     // "" if the lifetime of its words has run out: it can only be kDead
};

struct Consignment {  // a claimed conversation
  Where where;
  Address address;
  Mark claim = 0;
  int attempts = 0;           // of the first piece, that failed
  std::vector<Piece> pieces;  // in the order in which they have to leave; all may leave now
};

// What became of a piece, or of the claim.
struct Settled {
  enum class What {
    kSent,     // the piece is gone; counts even if the claim was lost meanwhile
    kDead,     // it will never be sent: a dead letter, with `why`; the next piece may follow
    kLater,    // it could not be sent now: the conversation may be claimed again at `at`
    kHold,     // nothing became of it yet: the claim holds until `at`
    kRelease,  // the claim ends; the conversation may be claimed when its next piece may leave
    // Of a dead letter, without a claim. Nothing happens if it is not there (any more), or its person.
    kAgain,    // it is `part` again, waiting as if its turn had just been
    kDropped,  // it is no letter any more
  };
  What what = What::kSent;
  Id conversation{};
  Mark claim = 0;
  Version version = 0;  // kSent, kDead, kAgain, kDropped
  int part = 0;
  Time at = 0;          // kDead: now
  std::string why = {};  // one word: "expired", "refused", "words-gone"; never a person's words
  Part again = {};      // kAgain; it expires with its turn's words at the latest
};

struct DeadLetter {  // without its text, which its turn has
  Id conversation{};
  Version version = 0;
  int part = 0;
  Time at = 0;
  int attempts = 0;
  std::string why;
  Address address = {};
};

struct Backlog {
  std::optional<Time> next_timer;     // the earliest
  std::optional<Time> next_delivery;  // when a conversation may next be claimed
  std::int64_t dead_letters = 0;
};

}  // namespace attune::storage
