// The top of a script: `key: value` lines, and the cast, gates and lifetimes in them.
#pragma once

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

// Reads header lines from `nodes[at]` on; returns the index of the first line that is not one.
std::size_t read_header(Reading& reading, const std::vector<Node>& nodes, std::size_t at);

// `slots`, `hears`, `remarks`, `==` and, in always.talk, `on`.
bool begins_section(const Node& node, Script::Kind kind);

// One for every line below: nothing can stand under `what`.
void refuse_children(Reading& reading, const Node& node, const std::string& what);

}  // namespace attune::dialogs
