// Direct Line 3.0, with us as the server: what Microsoft's botframework-directlinejs and Web Chat speak.
//
//   POST tokens/generate             secret -> a token for a conversation, to be handed to a page
//   POST tokens/refresh              a token -> another half hour
//   POST conversations               opens it: the bot says hello
//   GET  conversations/ID            where was I
//   POST conversations/ID/activities one message: a turn, durable before its id is answered
//   GET  conversations/ID/activities?watermark=N    what was said since, from the stored turns
//
// The activities are the conversation's own turns, so nothing is queued and nothing can be lost between;
// a watermark is a turn's version, and of which life of the conversation: whoever was forgotten begins
// again at 1. What they were told last is kept nowhere, so it waits in memory for the next poll. A client polls. What a client sent comes back to it with its
// clientActivityID, which is remembered for the last few messages only: it is for clients that wait.
//
// Source of the shapes: MicrosoftDocs/bot-docs, "Direct Line API 3.0"; botframework-directlinejs 0.15.
#pragma once

#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "bot/turn/clock.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_directline_routes(Gate& gate, Turns& turns, storage::Store& store, AccountBook& book, const Clock& clock);

}  // namespace attune::bot
