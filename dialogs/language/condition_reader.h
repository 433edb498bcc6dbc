// Conditions: `blame or not (heat >= 7 and visited kitchen 2 times)`.
#pragma once

#include <optional>

#include "dialogs/language/words.h"

namespace attune::dialogs {

// Reads to the end of the condition and no further (a ':' may follow). Reports at most one mistake.
// A leaf's `place` is that of the name (or first word) it is about; of `and`, `or`: their first
// leaf.
std::optional<Condition> read_condition(Reading& reading, Words& words);

// The same, and nothing may follow.
std::optional<Condition> read_whole_condition(Reading& reading, Words& words);

// The same; for one that did not read, a condition that nobody else will complain about, so that
// the rest of the script can be looked at.
Condition read_last_condition(Reading& reading, Words& words);

}  // namespace attune::dialogs
