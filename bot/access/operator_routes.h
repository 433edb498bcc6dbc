// What an operator asks a running server: to forget a person, and what the audit says.
#pragma once

#include <optional>
#include <string>

#include "bot/access/gate.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// A person as an operator names them: 32 hex digits are an id; "channel:account:place" is where they
// write from ("rest:default:ada"; a place may hold colons). Nothing if it is neither.
struct NamedPerson {
  std::optional<storage::Id> id;
  storage::Address address;  // without an id
};
std::optional<NamedPerson> parse_person(const std::string& text, const std::string& space);

// Everything given must outlive the edge.
void add_operator_routes(Gate& gate, Turns& turns, storage::Store& store, Audit& audit);

}  // namespace attune::bot
