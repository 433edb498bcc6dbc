// Rasa's REST channel: POST {sender, message} and the answer is a JSON array of messages. Any client
// written for Rasa works unchanged; bot/API.md shows it.
//
// Source of the shapes: rasa/core/channels/rest.py of RasaHQ/rasa.
#pragma once

#include <string>

#include "bot/access/gate.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge. A sender is one of the space of the integrator's token.
void add_rasa_routes(Gate& gate, Turns& turns);

// Where a sender of a space is known to live.
storage::Address sender_address(const std::string& space, const std::string& sender);

// A reply as Rasa's array.
std::string render_rasa(const std::string& sender, const Reply& reply);

}  // namespace attune::bot
