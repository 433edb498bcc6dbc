// Twilio Programmable Messaging (twilio.com/docs/messaging): SMS, and WhatsApp through Twilio.
//
// A message comes as a form, signed over the URL that Twilio was given, so that address has to be known
// (`url`). The answer is TwiML in the response: it is held until the turn is durable, and the same bytes
// again to a retry. There are no buttons: choices are numbered lines, and a number, a label or a word
// answers them.
#pragma once

#include <string>

#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "bot/turn/clock.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_twilio_routes(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock);

// A reply as TwiML, one <Message> for each.
std::string render_twiml(const Reply& reply);

}  // namespace attune::bot
