// From a parsed request to a held reply: what every channel that answers in the response shares.
//
// Call inside a handler, once, last. The rendered reply is written into `response` and held until its
// turn is durable; a conflict or a retry runs the handler again on the same request; what cannot be
// kept is answered 503 and nothing was kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bot/access/audit.h"
#include "bot/http/edge.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Reply bytes -> the channel's own body. Must be pure, so that a retry gets the same bytes.
using Render = std::function<std::string(const Taken& taken)>;

void answer(Turns& turns, const Inbound& inbound, httplib::Response& response, const Render& render,
            const char* type = "application/json");

// For channels that answer elsewhere: a turn for each event, and what `response` says is held until all
// are durable. One that could not be kept makes the whole 503; the others are known when it comes again.
// An event that can never be taken (its id was used for other words, its person is gone) is let go.
void answer_all(Turns& turns, const std::vector<Inbound>& events);

// The same for somebody who is to be forgotten: what `response` says is held until nothing of them is
// left, and the audit has its row.
void answer_forgotten(Turns& turns, Audit& audit, const std::string& who,
                      const std::vector<storage::Address>& addresses, const storage::Id& person);

// What a browser or a platform calls a language, as the library does: "es-MX" is "es".
std::string language_code(std::string_view tag);

// Code points in `text`, which must be valid UTF-8.
std::size_t characters(std::string_view text);

}  // namespace attune::bot
