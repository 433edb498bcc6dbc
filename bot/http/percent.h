// Percent escapes (RFC 3986, 2.1) for whoever makes an address. Pure.
#pragma once

#include <string>
#include <string_view>

namespace attune::bot {

// A part of a path or a query, with everything but letters, digits and -._~ as %XX.
std::string percent_escaped(std::string_view part);

}  // namespace attune::bot
