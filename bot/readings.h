// What is the case now, for /metrics: asked at each scrape from the store, the edge, the disk and the
// kernel. Threads: any. Nothing is kept between two scrapes, so that there is nothing to keep true.
#pragma once

#include <string>
#include <vector>

#include "bot/http/edge.h"
#include "bot/turn/measures.h"
#include "storage/store.h"

namespace attune::bot {

// `data` is the folder of the database; `edition` the hash of what is served.
std::vector<Reading> readings(const storage::Store::Health& health, const Edge::Counts& counts, const std::string& data, const std::string& edition);

}  // namespace attune::bot
