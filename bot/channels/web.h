// Our own /v1, for the chat page: begin, say, read, follow, leave, be forgotten.
//
// A session is a random token in an HttpOnly, SameSite=Strict cookie (or sent as a bearer token). Only
// its hash is an address, so the database cannot be used to get in. Unsafe requests must be JSON and
// must not come from another site.
#pragma once

#include <string>

#include "bot/http/edge.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge. Also makes durable turns appear on /v1/events.
void add_web_routes(Edge& edge, Turns& turns, storage::Store& store, std::string exit_url);

}  // namespace attune::bot
