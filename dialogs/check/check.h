// Everything that can be checked without running. What it refuses, the bot refuses.
//
// Two passes: check_script looks at one file alone (an editor can run it on each key stroke);
// check_library at what only shows when all are together. Pure, bounded, never throws.
#pragma once

#include <memory>
#include <set>
#include <vector>

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
};

Diagnostics check_script(const std::shared_ptr<const Script>& script, const Surroundings& around);

// Circles of calls, gates, forgiveness and safety, commands without a script, missing repair
// scripts. `library` holds only scripts whose own check found no error.
Diagnostics check_library(const Library& library);

}  // namespace attune::dialogs
