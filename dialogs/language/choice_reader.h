// One choice of a `choose`: its label line, then `also:`, `only if`, `means`, then its steps.
#pragma once

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

Choice read_choice(Reading& reading, const Node& node);

}  // namespace attune::dialogs
