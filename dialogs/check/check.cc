#include "dialogs/check/check.h"

#include "dialogs/check/families.h"

namespace attune::dialogs {

Diagnostics check_script(const Study& study, const Surroundings& around) {
  Findings findings(study.script->path);
  const Scope scope(study, around, findings);
  check_names(scope);
  check_moved(scope);
  check_slots(scope);
  check_questions(scope);
  check_ways(scope);
  check_reads(scope);
  check_gates(scope);
  check_safety(scope);
  check_later(scope);
  check_times(scope);
  check_wording(scope);
  check_tone(scope);
  check_unused(scope);
  check_silence(scope);
  return findings.take(around.told);
}

}  // namespace attune::dialogs
