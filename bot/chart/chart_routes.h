// The pictures of charts, for whoever may see them: the person, by the session of their page, and the
// integrator who brings that person's messages. A picture is drawn when it is asked for, from the stored
// reply that it belongs to, so it is sealed, runs out and is forgotten with those words.
#pragma once

#include "bot/access/gate.h"
#include "storage/store.h"

namespace attune::bot {

// Everything given must outlive the edge.
void add_chart_routes(Gate& gate, storage::Store& store);

}  // namespace attune::bot
