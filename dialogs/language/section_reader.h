// What stands between the header and the first scene: `slots` and `hears`.
#pragma once

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

// Where the first phrase of a word list ends: at a bar outside of brackets and patterns, else at the
// text's end.
std::size_t phrase_end(std::string_view text);

void read_slots(Reading& reading, const Node& section);
void read_hears(Reading& reading, const Node& section);

}  // namespace attune::dialogs
