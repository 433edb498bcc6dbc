// A slot that no step names: a leftover, or a slip in a name.
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

class Named {
 public:
  void step(const Step& step) {
    names.insert(slot_of(step));
    std::visit([&](const auto& what) { one(what); }, step.what);
  }

  std::set<std::string> names;

 private:
  template <typename Other>
  void one(const Other&) {}
  void one(const Set& what) {
    names.insert(what.slot);
    names.insert(what.from);
  }
  void one(const Rewind& what) {
    for (const auto& [name, place] : what.keeping) names.insert(name);
  }
  void one(const Add& what) { names.insert(what.slot); }
  void one(const Call& what) {
    names.insert(what.save);
    for (const Set& with : what.with) names.insert(with.from);
  }
  void one(const Chart& what) { names.insert(what.slot); }
  void one(const Reveal& what) { names.insert(what.slot); }
  void one(const Relay& what) { names.insert(what.slot); }
  void one(const Do& what) { names.insert(what.save); }
  void one(const Forget& what) {
    for (const auto& [name, place] : what.slots) names.insert(name);
  }
};

}  // namespace

void check_unused(const Scope& scope) {
  if (!scope.whole() || scope.script.kind != Script::Kind::kScript) return;
  Named named;
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) { named.step(step); };
  visit.condition = [&](const Condition& condition, const Spot&) {
    each_part(condition, [&](const Condition& part) { named.names.insert(part.name); });
  };
  visit.text = [&](const Text& text, const Spot&) {
    for (const Text::Part& part : text.parts) {
      if (part.hole) named.names.insert(part.text);
    }
  };
  walk(scope.script, visit);
  each_shared(scope.script, scope.around.shared,
              [&](const Use&, const Remarks& remarks) { walk(remarks, visit); });
  for (const Slot& slot : scope.script.slots) {
    if (named.names.count(slot.name) == 0) {
      scope.findings.add(kUnusedSlot, slot.place, {slot.name});
    }
  }
}

}  // namespace attune::dialogs
