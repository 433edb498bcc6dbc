// A play run from its first line to its last, or to the first that does not hold.
#include "dialogs/play/stage.h"

namespace attune::dialogs {

Library beginning_with(const Library& library, const std::string& script) {
  Library copy = library;
  for (auto& [language, other] : copy.translated) {
    other = std::make_shared<Library>(beginning_with(*other, script));
  }
  bool found = false;
  for (On& on : copy.always) {
    if (on.intent != "start") continue;
    on.script = script;
    on.leaves = false;
    found = true;
  }
  if (!found) {
    On on;
    on.intent = "start";
    on.script = script;
    copy.always.push_back(on);
  }
  return copy;
}

PlayResult run_play(const Play& play, const Library& library, const Ear& ear) { return Stage(play, library, ear).run(); }

}  // namespace attune::dialogs
