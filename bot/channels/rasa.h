// Rasa's REST channel: POST {sender, message} and the answer is a JSON array of messages. Any client
// written for Rasa works unchanged; bot/API.md shows it.
//
// Source of the shapes: rasa/core/channels/rest.py of RasaHQ/rasa.
#pragma once

#include <functional>

#include "bot/http/edge.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// `allowed` judges the integrator's token. Everything given must outlive the edge.
void add_rasa_routes(Edge& edge, Turns& turns, std::function<bool(const httplib::Request&)> allowed);

// A reply as Rasa's array.
std::string render_rasa(const std::string& sender, const Reply& reply);

}  // namespace attune::bot
