// Time zones, out of the system's database, as the engine counts with them.
//
// Threads: any. A zone is worked out once and kept as long as the process.
#pragma once

#include <string>

#include "dialogs/engine/zone.h"

namespace attune::bot {

// An IANA name that the system knows; "UTC" is one.
bool is_zone(const std::string& name);

// From 2020 up to 2110. Null for UTC, and for a name that is_zone() does not know.
const dialogs::Zone* zone_named(const std::string& name);

}  // namespace attune::bot
