// A day as a chart's axis names it. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace attune::bot {

std::string day_with_year(std::int64_t days_since_1970);     // "3 May 2026"
std::string day_without_year(std::int64_t days_since_1970);  // "3 May"

}  // namespace attune::bot
