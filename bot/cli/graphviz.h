// Graphviz as a program of its own, started for one picture and gone with it. Not its library: a server
// is no place for a layout engine and what it links, and only whoever draws needs it installed.
//
// Blocks until the picture is there. Not for a server's threads.
#pragma once

#include <string>

namespace attune::bot {

// `dot` as SVG. Throws std::runtime_error, with what to do, if Graphviz is not there or refuses.
std::string laid_out(const std::string& dot);

}  // namespace attune::bot
