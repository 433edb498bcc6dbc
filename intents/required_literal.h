// The longest plain text that every match of a /re2/ pattern contains, at least 3 bytes; "" if this
// simple reading finds none. It looks only outside brackets and gives up where signs could change
// what plain text means. Pure.
#pragma once

#include <string>
#include <string_view>

namespace attune::intents {

std::string required_literal(std::string_view re2);

}  // namespace attune::intents
