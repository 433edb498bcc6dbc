// What only safety scripts may do.
#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {

void check_safety(const Scope& scope) {
  using namespace diagnostics;
  const Header& header = scope.script.header;
  if (header.safety != Header::Safety::kNone && header.topic != "safety") {
    const auto field = header.fields.find("safety");
    scope.findings.add(kSafetyHeader,
                       field == header.fields.end() ? Place{1, 1, 0} : field->second.second);
  }
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    const auto* forget = std::get_if<Forget>(&step.what);
    if (forget && forget->everything && !scope.under("safety/")) {
      scope.findings.add(kForgetEverything, step.place);
    }
  };
  walk(scope.script, visit);
}

}  // namespace attune::dialogs
