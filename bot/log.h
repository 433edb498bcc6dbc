// The log: one JSON object a line on standard error. Never a person's words, a name, an address or a
// token: callers pass codes, counts, hashes and paths, and there is no call that takes free text from
// outside. Thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace attune::bot::log {

enum class Level { kDebug, kInfo, kWarn, kError };

using Value = std::variant<std::int64_t, double, bool, std::string>;
using Fields = std::initializer_list<std::pair<const char*, Value>>;

void set_level(std::string_view name);  // error, warn, info, debug
void write(Level level, const char* event, Fields fields = {});

}  // namespace attune::bot::log
