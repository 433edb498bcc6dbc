// Everything that can be checked without running. What it refuses, the bot refuses.
// See PROOFS.md for what the ways are, and why none is missed.
//
// Two passes: check_script looks at one file, and at what it calls; check_together (together.h) at
// what only shows when all are together. Pure, bounded, never throws.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "dialogs/check/manners.h"
#include "dialogs/language/diagnostic.h"
#include "dialogs/language/library.h"
#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Broken {
  enum class Loss {
    kWord,    // a condition, a value, a name: every step is there
    kTarget,  // where something leads
    kStep,    // a step, or what stood below it
  };
  int line = 0;
  Loss loss = Loss::kStep;
};

struct Surroundings {  // what a script can refer to outside itself
  const Vocabulary* vocabulary = nullptr;
  std::vector<std::string> scripts;                   // every script's name
  std::vector<std::shared_ptr<const Script>> shared;  // always, memory, remarks, where present
  std::vector<std::string> cards;                     // field names of {card.x}
  // Lines of this script that the parser could not read, and what is missing from the tree for it:
  // nothing is said that may only follow from that.
  std::vector<Broken> broken;
  std::set<int> told;  // every line that the parser found an error in
  const Manners* manners = nullptr;      // of the scripts that this one may call
  std::set<std::string> forgotten;       // what of memory some script forgets, "my.region"
};

Diagnostics check_script(const Study& study, const Surroundings& around);

}  // namespace attune::dialogs
