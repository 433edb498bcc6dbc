// Reasoning about conditions without running them.
//
// Two tools, both pure. evaluate() is three-valued: what is not known stays unknown, so "certainly
// true" is a proof. never_holds() and friends try every combination of the few things the
// conditions name; where that would take too long they give up and find nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// nullopt: not known.
using Truth = std::optional<bool>;

// `atom` answers for every part that is not and, or, not.
Truth evaluate(const Condition& condition, const std::function<Truth(const Condition&)>& atom);

// With safety.open as given and all else unknown.
Truth while_safety(const Condition& condition, bool open);

// True only if the condition can hold in no other way than by hearing an intent, and the words that
// were heard can be shown.
bool needs_hearing(const Condition& condition);

// True if the condition, when it comes out as `outcome`, proves that the slot has a value.
bool proves_set(const Condition& condition, bool outcome, const std::string& slot);

// The declared range of a number slot, or nullopt for any other name.
using RangeOf =
    std::function<std::optional<std::pair<std::int64_t, std::int64_t>>(const std::string&)>;

// No way for `condition` to hold while none of `earlier` does. An empty `earlier` asks whether it
// can hold at all. A null `condition` stands for "always".
bool never_holds(const Condition* condition, const std::vector<const Condition*>& earlier,
                 const RangeOf& range);

// Can both hold at once? A null condition always holds.
bool can_meet(const Condition* left, const Condition* right, const RangeOf& range);

// The smallest number of `conditions` that hold together, over all combinations.
std::size_t fewest(const std::vector<const Condition*>& conditions, const RangeOf& range);

}  // namespace attune::dialogs
