// What counselors do with people who were handed off: look at the list, take one, read, write, give
// back, close. For tokens of the role `counselor`, each within its space; the token's name is who the
// person sees.
//
// A counselor's act is a turn of the person's conversation like any other: committed whole, in order
// with what the person writes, and told again to whoever sends the same id again. Who may do what is
// judged there (dialogs::misfit), so of two who take the same one at once one gets it.
//
// Only whoever has taken it reads, and only what was said from the turn that asked for a person on,
// until it is over. Every look and every act has its row in the audit before it is done.
#pragma once

#include <optional>
#include <string>

#include "bot/access/audit.h"
#include "bot/access/gate.h"
#include "bot/delivery/timers.h"
#include "bot/turn/turns.h"
#include "storage/store.h"

namespace attune::bot {

// Everything given must outlive the gate. Whoever a channel does not reach reads what is written only
// where they can read back, and is marked in the list.
void add_inbox_routes(Gate& gate, Turns& turns, storage::Store& store, Audit& audit, Timers::Reaches reaches);

// How it stands, in a word or two.
const char* state_of(storage::HandOff::What what);

// How a hand off is named: its conversation in hex, a dot, its number.
struct HandOffName {
  storage::Id conversation{};
  std::uint32_t number = 0;
};
std::string text_of(const HandOffName& name);
std::optional<HandOffName> hand_off_named(const std::string& text);

}  // namespace attune::bot
