#include "dialogs/check/check.h"

#include "dialogs/check/families.h"
#include "dialogs/check/together.h"

namespace attune::dialogs {

Diagnostics check_script(const std::shared_ptr<const Script>& script, const Surroundings& around) {
  Findings findings(script->path);
  const Scope scope(*script, around, findings);
  check_names(scope);
  check_moved(scope);
  check_slots(scope);
  check_questions(scope);
  check_ways(scope);
  check_reads(scope);
  check_gates(scope);
  check_safety(scope);
  check_later(scope);
  check_wording(scope);
  check_tone(scope);
  check_unused(scope);
  check_silence(scope);
  return findings.take(around.told);
}

Diagnostics check_library(const Library& library) {
  Together together;
  for (const auto& [name, program] : library.programs) together.scripts.push_back(program->script);
  together.shared = library.shared;
  together.vocabulary = &library.vocabulary;
  return check_together(together);
}

}  // namespace attune::dialogs
