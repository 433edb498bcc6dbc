// What an operator asks a running server: what is kept of a person, to forget them, what decided a
// turn, and what the audit says. A person is named as on the command line (bot/turn/person.h), in the space of the operator's
// token; who is of another space is nobody. The command line itself may use an id of any space.
#pragma once

#include "bot/access/gate.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_operator_routes(Gate& gate, Turns& turns, Editions& editions, storage::Store& store, Audit& audit);

}  // namespace attune::bot
