// What could not be sent, for an operator: the routes behind `attune outbox`.
//
//   GET    /v1/outbox             dead letters, newest first: channel, account, when, why
//   GET    /v1/outbox/LETTER      one of them; with ?words=1 also to whom it was and what it said
//   POST   /v1/outbox/LETTER      sends it again: composed anew from its turn, with another half day
//   DELETE /v1/outbox/LETTER      lets it go
//
// A LETTER is CONVERSATION.TURN.PART. Nobody's words or address are shown without `words`, and no look
// at them, no sending and no letting go is without its row in the audit. Where the words of a turn have
// run out there is nothing left to send. Any thread.
#pragma once

#include "bot/access/audit.h"
#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "bot/delivery/sender.h"
#include "bot/turn/clock.h"
#include "storage/store.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_outbox_routes(Gate& gate, storage::Store& store, AccountBook& book, Sender& sender, Audit& audit, const Clock& clock);

}  // namespace attune::bot
