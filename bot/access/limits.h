// How fast anybody may go, in requests a second; 0 is no limit. What may come at once stands beside
// each. Options of `serve`; see bot/cli/COMMANDS.md.
//
// A person: nobody types five messages a second for longer than a moment, and 60 at once forgive the
// fastest thumb on number keys; a program that floods one conversation is held to five. The chat page
// sends again by itself after the time it is told, so a person who was too fast loses nothing.
// An address: a school's 1,000 pupils behind one address who each write every ten seconds.
// A token: a platform's whole traffic, yet one platform gone wild leaves the others most of a machine.
#pragma once

#include "bot/access/buckets.h"

namespace attune::bot {

struct Limits {
  double person = 5;
  double address = 100;
  double token = 2'000;

  Rate person_rate() const { return {person, person * 12}; }
  Rate address_rate() const { return {address, address * 4}; }
  Rate token_rate() const { return {token, token * 2}; }
};

}  // namespace attune::bot
