// A script seen from above: its scenes, what each asks, and what leads from one to another. What a
// picture or a list of it is made from; the checks follow every way and have check/flow.h.
//
// Drawn from the tree, so that a script can be drawn as it was written, compiled or not. Values; no
// pointers into the script. Arrows lead only to scenes that are there. Pure; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Outline {
  struct Scene {
    std::string name;
    bool calm = false;
    bool checkpoint = false;
    std::string first;               // the first line said in it, as written
    std::vector<std::string> steps;  // "asks reply", "choice of 3", "calls help/menu", "ends completed"
    std::vector<std::string> lines;  // ids of its readable lines
  };
  struct Arrow {
    int from = 0, to = 0;             // into scenes
    std::vector<std::string> labels;  // what leads there: "Not today", when blame, otherwise; may be empty
  };
  struct Way {  // to another script
    enum class Kind { kCall, kSwitch, kTurnedAway };
    Kind kind = Kind::kCall;
    std::string script;
  };
  std::string script;  // its name
  std::string title;
  std::vector<Scene> scenes;  // the first is where it begins
  std::vector<Arrow> arrows;  // one for each pair of scenes, in the order they are written
  std::vector<Way> ways;      // one for each script and kind, in the order they are written
};

// Remarks that are used are looked up in the script, then in `shared`.
Outline outline(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared);

}  // namespace attune::dialogs
