// Everything the store has on one person, for that person: as JSON, and as a page to read.
//
// Pure. The page holds no script and loads nothing; what people wrote stands in it as text.
#pragma once

#include <string>

#include "storage/holdings.h"

namespace attune::bot {

std::string export_json(const storage::Holdings& holdings);
std::string export_page(const storage::Holdings& holdings);

}  // namespace attune::bot
