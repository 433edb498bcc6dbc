// Our own /v1, for the chat page: begin, say, read, follow, leave, be forgotten.
//
// A session is a random token in an HttpOnly, SameSite=Strict cookie (or sent as a bearer token). Only
// its hash is an address, so the database cannot be used to get in. The gate has seen to it that a
// request carries one and does not come from another site; bodies must be JSON.
#pragma once

#include <string>

#include "bot/access/gate.h"
#include "bot/http/edge.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge. Also makes durable turns appear on /v1/events.
void add_web_routes(Gate& gate, Edge& edge, Turns& turns, storage::Store& store, Audit& audit,
                    std::string exit_url);

}  // namespace attune::bot
