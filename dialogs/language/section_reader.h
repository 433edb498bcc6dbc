// What stands between the header and the first scene: `slots` and `hears`.
#pragma once

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

void read_slots(Reading& reading, const Node& section);
void read_hears(Reading& reading, const Node& section);

}  // namespace attune::dialogs
