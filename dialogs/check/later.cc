// What the language has and this version does not run yet: one plain sentence each, so that a
// script from the future is understood and refused politely.
#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

// The step's word, and whether it is one for two people.
struct Named {
  const char* word = nullptr;
  bool two = false;
};

Named later_step(const Step& step) {
  struct Names {
    Named operator()(const Remind& remind) const {
      return remind.both ? Named{"remind both", true} : Named{};
    }
    Named operator()(const Do&) const { return {"do"}; }
    Named operator()(const Each&) const { return {"each", true}; }
    Named operator()(const Reveal&) const { return {"reveal", true}; }
    Named operator()(const Relay&) const { return {"relay", true}; }
    Named operator()(const Floor&) const { return {"floor", true}; }
    Named operator()(const Consent& consent) const {
      return consent.what == "joint" ? Named{"consent joint", true} : Named{};
    }
  };
  return std::visit(
      [](const auto& what) -> Named {
        if constexpr (std::is_invocable_v<Names, decltype(what)>)
          return Names{}(what);
        else
          return {};
      },
      step.what);
}

class Later {
 public:
  explicit Later(const Scope& scope) : scope_(scope), two_(scope.script.header.for_two) {}

  // In a script for two it is the script that does not run yet, and that is said once.
  void for_two(const std::string& what, Place place) {
    if (!two_) scope_.findings.add(kForTwoOnly, place, {what});
  }

  void not_yet(const std::string& what, Place place) {
    scope_.findings.add(kNotYet, place, {what});
  }

  void step(const Step& step) {
    const Named named = later_step(step);
    if (named.word && named.two) for_two(named.word, step.place);
    if (named.word && !named.two) not_yet(named.word, step.place);
    const Question* question = question_of(step);
    if (!question) return;
    if (!question->from.empty()) for_two("from " + question->from, step.place);
  }

  void name(const std::string& name, Place place) {
    if (name.rfind("our.", 0) == 0) for_two(name, place);
  }

 private:
  const Scope& scope_;
  const bool two_;
};

}  // namespace

void check_later(const Scope& scope) {
  Later later(scope);
  if (scope.script.header.for_two) {
    const auto field = scope.script.header.fields.find("for");
    scope.findings.add(kScriptForTwo, field == scope.script.header.fields.end()
                                          ? Place{1, 1, 0}
                                          : field->second.second);
  }
  for (const Slot& slot : scope.script.slots) {
    if (slot.is_private) later.for_two("private", slot.place);
    if (slot.shared) later.for_two("shared", slot.place);
    later.name(slot.name, slot.place);
  }
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) { later.step(step); };
  visit.line = [&](const Line& line, const Spot&) {
    if (!line.to.empty()) later.for_two(line.speaker + " to " + line.to, line.place);
  };
  visit.text = [&](const Text& text, const Spot&) {
    for (const Text::Part& part : text.parts) {
      if (part.hole) later.name(part.text, part.place);
    }
  };
  visit.condition = [&](const Condition& whole, const Spot&) {
    each_part(whole, [&](const Condition& part) {
      if (!part.who.empty())
        later.for_two(part.who == "both" ? "both " + part.name : part.who + "." + part.name,
                      part.place);
      later.name(part.name, part.place);
    });
  };
  walk(scope.script, visit);
}

}  // namespace attune::dialogs
