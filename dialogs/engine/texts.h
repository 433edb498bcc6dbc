// A person's words while they are kept: each text under a number in a pool, each with a lifetime.
//
// Slots, the trail and checkpoints hold numbers. Nothing else in a state holds a person's words, so
// dropping a text is dropping it from the pool and unsetting what refers to it. Pure functions on
// the state they are given.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dialogs/engine/state.h"

namespace attune::dialogs {

using TextPool = std::map<std::uint32_t, KeptText>;

TextRef keep_text(TextPool& pool, std::uint32_t& next, std::string text, std::int64_t keep,
                  Time now);

// Drops every text whose time is over. Called before anything else in a step.
void drop_expired(State& state, Time now);

// Where a clock that was ahead has been set right: what it dated later than now counts from now.
// Otherwise it would hold notices off, keep words and keep safety open until that day comes.
void set_back(State& state, Time now);

// Drops texts of the class "none", and texts nothing refers to. Called last in a step.
void drop_unneeded(State& state);

// The lifetime class (KeptText::keep) of a slot of `script`; texts of memory.talk live with the
// person unless it says otherwise.
std::int64_t lifetime(const Slot& slot, const Header& header, bool memory);

}  // namespace attune::dialogs
