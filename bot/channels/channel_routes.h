// GET /v1/channels: how the platforms are doing, for `attune channel status`. Counts and times only.
#pragma once

#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "storage/store.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_channel_routes(Gate& gate, AccountBook& book, storage::Store& store);

}  // namespace attune::bot
