// What a script is, apart from how it is worded: two texts, each the same for two scripts that are
// the same in that respect. Whoever holds editions hashes them.
//
// Structure: ids and their order, steps, targets, conditions, slots, types, lifetimes, what is
// listened for (its own lists, and the intents its conditions name), gates, the remarks it uses, and
// the label of a choice where that label is the slot's value. Two scripts of one structure compile to
// the same code at the same indexes, so a run may change from one to the other at any instruction.
// Wording: everything that is only read (texts, labels, speakers, titles) and `also:`.
// Neither: comments, notes, places, `moved:`.
//
// Pure. A step that is new to the language does not compile until it says here what of it is
// structure.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Structured {
  std::string structure;
  std::string wording;
};

// How an intent of the edition is defined, as a text; "" for a name that is none.
using DefinitionOf = std::function<std::string(const std::string& intent)>;

// `shared` holds the remarks that the script may use; `memory` the slots of memory.talk.
Structured structured(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared,
                      const std::map<std::string, Slot>& memory, const DefinitionOf& definition_of);

}  // namespace attune::dialogs
