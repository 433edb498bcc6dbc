// The addresses that platforms call: /webhooks/CHANNEL/ACCOUNT for every channel of all_channels().
//
//   is there such an account    404   (off until configured)
//   is it the platform          401, before anything of the body is looked at
//   what does it say            authentic but not understood: 200, or it would come for ever
//   is the person too fast      429
//   one turn for each event     all durable, then the answer; 503 and Retry-After if one could not be
//                               kept: what was kept is known again when the whole comes back
//
// Words are never logged.
#pragma once

#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "bot/turn/clock.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_webhook_routes(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock);

}  // namespace attune::bot
