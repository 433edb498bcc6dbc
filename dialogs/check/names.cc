// Who is called what: every name means one thing, and every name that is used exists.
#include <algorithm>
#include <map>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

// Declared names, in the order of the file; a name keeps its first meaning.
class Declared {
 public:
  explicit Declared(const Scope& scope) : scope_(scope) {}

  void add(const std::string& name, const std::string& kind, Place place) {
    if (is_reserved(name)) scope_.findings.add(kReservedName, place, {name});
    const auto [first, fresh] = kinds_.emplace(name, std::pair(kind, place.line));
    if (fresh) {
      if (scope_.around.vocabulary && scope_.around.vocabulary->count(name) > 0) {
        scope_.findings.add(kTwoMeanings, place, {name, kind, "an intent"});
      }
    } else if (first->second.first == kind) {
      scope_.findings.add(kDeclaredTwice, place,
                          {name, std::to_string(first->second.second), kind});
    } else {
      scope_.findings.add(
          kTwoMeanings, place,
          {name, kind,
           first->second.first + " (line " + std::to_string(first->second.second) + ")"});
    }
  }

 private:
  const Scope& scope_;
  std::map<std::string, std::pair<std::string, int>> kinds_;
};

void declarations(const Scope& scope) {
  Declared declared(scope);
  const auto cast = scope.script.header.fields.find("cast");
  for (const std::string& name : scope.script.header.cast) {
    declared.add(name, "one of the cast",
                 cast == scope.script.header.fields.end() ? Place{} : cast->second.second);
  }
  for (const Slot& slot : scope.script.slots) declared.add(slot.name, "a slot", slot.place);
  for (const Hears& hears : scope.script.hears)
    declared.add(hears.name, "a `hears` list", hears.place);
  for (const Scene& scene : scope.script.scenes) declared.add(scene.name, "a scene", scene.place);
  Declared sets(scope);  // `use NAME` is written nowhere else, so these may share a name
  for (const Remarks& remarks : scope.script.remarks)
    sets.add(remarks.name, "a set of remarks", remarks.place);
}

bool starts(const std::string& name, const char* with) { return name.rfind(with, 0) == 0; }

// The script that was meant: with a slip, or without its folder.
std::string near_script(const std::string& name, const std::vector<std::string>& scripts) {
  const std::string near = nearest(name, scripts);
  if (!near.empty()) return near;
  const std::string last = name.substr(name.rfind('/') + 1);
  std::vector<std::string> ends;
  for (const std::string& one : scripts) ends.push_back(one.substr(one.rfind('/') + 1));
  const std::string end = nearest(last, ends);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (!end.empty() && ends[i] == end) return scripts[i];
  }
  return "";
}

class Uses {
 public:
  // `shared`: in remarks of remarks.talk, whose scripts and cards have been looked at there.
  explicit Uses(const Scope& scope, bool shared = false) : scope_(scope), shared_(shared) {}

  void slot(const std::string& name, Place place) {
    if (name.empty() || scope_.slot(name) || !scope_.whole_top()) return;
    if (of_whoever_uses() && !starts(name, "my.")) return;
    if (starts(name, "our.")) return;  // for two people: said once, in later.cc
    if (starts(name, "my.")) {
      scope_.findings.add(kUnknownMemory, place, {name, nearest(name, scope_.slot_names())});
      return;
    }
    const std::string kind = scope_.kind_of(name);
    std::vector<std::string> names = scope_.slot_names();
    names.emplace_back("heard");
    scope_.findings.add(kUnknownSlot, place,
                        {name, kind.empty() ? nearest(name, names) : "", kind});
  }

  void scene(const std::string& name, Place place) {
    if (scope_.scene(name) || of_whoever_uses()) return;
    const std::string script = scope_.is_script(name) ? name : "";
    scope_.findings.add(kUnknownScene, place,
                        {name, script.empty() ? nearest(name, scope_.scene_names()) : "", script});
  }

  void script(const std::string& name, Place place) {
    if (shared_ || scope_.is_script(name)) return;
    const std::string near = near_script(name, scope_.around.scripts);
    const std::string folder = name.substr(0, name.rfind('/') + 1);
    std::vector<std::string> beside;
    for (const std::string& one : scope_.around.scripts) {
      if (!folder.empty() && one.rfind(folder, 0) == 0 && beside.size() < 8) beside.push_back(one);
    }
    const std::string are = (beside.size() == 1 ? "is " : "are ") + listed(beside);
    scope_.findings.add(
        kUnknownScript, place,
        {name, near, near.empty() && !beside.empty() ? folder.substr(0, folder.size() - 1) : "",
         beside.empty() ? "" : are, scope_.scene(name) ? name : ""});
  }

  // Slots, word lists and scenes that remarks.talk names are those of the script that uses them;
  // whether it has them is told there.
  bool of_whoever_uses() const { return scope_.script.kind == Script::Kind::kRemarks; }

  // "blaming" -> "blam", as "blame".
  static std::string stem(std::string name) {
    for (const char* ending : {"ing", "ed", "es", "e", "s"}) {
      const std::string end(ending);
      if (name.size() < end.size() + 4 || !name.ends_with(end)) continue;
      name.resize(name.size() - end.size());
      break;
    }
    return name;
  }

  static std::string meant(const std::string& name, const std::vector<std::string>& names) {
    const std::string near = nearest(name, names);
    if (!near.empty()) return near;
    const auto same = std::find_if(names.begin(), names.end(),
                                   [&](const auto& one) { return stem(one) == stem(name); });
    return same == names.end() ? "" : *same;
  }

  void intent(const Condition& condition) {
    if (scope_.is_intent(condition.name) || !scope_.whole_top() || of_whoever_uses()) return;
    const std::string kind = scope_.kind_of(condition.name);
    if (kind == "a slot") {
      scope_.findings.add(kSlotAsIntent, condition.place, {condition.name});
      return;
    }
    scope_.findings.add(kUnknownIntent, condition.place,
                        {condition.name, meant(condition.name, scope_.intent_names()), kind});
  }

  void condition(const Condition& part) {
    switch (part.kind) {
      case Condition::Kind::kHeard:
        return intent(part);
      case Condition::Kind::kCompare:
      case Condition::Kind::kIsSet:
      case Condition::Kind::kDaysSince:
        return slot(part.name, part.place);
      case Condition::Kind::kVisited:
        return scene(part.name, part.place);
      case Condition::Kind::kDone:
        return script(part.name, part.place);
      default:
        return;
    }
  }

  void hole(const std::string& name, Place place) {
    if (name == "heard" || name == "partner") return;
    if (!starts(name, "card.")) return slot(name, place);
    if (shared_) return;
    const std::string field = name.substr(5);
    for (const std::string& known : scope_.around.cards) {
      if (known == field) return;
    }
    scope_.findings.add(kUnknownCardField, place, {field, nearest(field, scope_.around.cards)});
  }

  void step(const Step& step) {
    std::visit([&](const auto& what) { one(what); }, step.what);
    if (const Question* question = question_of(step)) {
      for (const Use& use : question->uses) remarks(use);
    }
  }

 private:
  template <typename Other>
  void one(const Other&) {}
  void one(const Ask& what) { slot(what.slot, what.slot_place); }
  void one(const Choose& what) { slot(what.slot, what.slot_place); }
  void one(const Rate& what) { slot(what.slot, what.slot_place); }
  void one(const Set& what) {
    slot(what.slot, what.slot_place);
    slot(what.from, what.from_place);
  }
  void one(const Add& what) { slot(what.slot, what.slot_place); }
  void one(const Forget& what) {
    for (const auto& [name, place] : what.slots) slot(name, place);
  }
  void one(const Call& what) {
    script(what.script, what.script_place);
    for (const Set& with : what.with) slot(with.from, with.from_place);
    slot(what.save, what.save_place);
  }
  void one(const Chart& what) { slot(what.slot, what.slot_place); }
  void one(const SwitchTo& what) { script(what.script, what.script_place); }
  void one(const Remind& what) { script(what.script, what.script_place); }
  void one(const Rewind& what) {
    scene(what.scene, what.scene_place);
    for (const auto& [name, place] : what.keeping) slot(name, place);
  }

  void remarks(const Use& use) {
    if (shared_ || find_remarks(scope_.script, scope_.around.shared, use.name)) return;
    std::vector<std::string> names;
    for (const Remarks& remarks : scope_.script.remarks) names.push_back(remarks.name);
    for (const auto& shared : scope_.around.shared) {
      for (const Remarks& remarks : shared->remarks) names.push_back(remarks.name);
    }
    scope_.findings.add(kUnknownRemarks, use.place, {use.name, nearest(use.name, names)});
  }

  const Scope& scope_;
  const bool shared_;
};

Visit looking_at(Uses& uses) {
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) { uses.step(step); };
  visit.condition = [&](const Condition& condition, const Spot&) {
    each_part(condition, [&](const Condition& part) { uses.condition(part); });
  };
  visit.target = [&](const Target& target, const Spot&) {
    if (!target.end) uses.scene(target.scene, target.place);
  };
  visit.text = [&](const Text& text, const Spot&) {
    for (const Text::Part& part : text.parts) {
      if (part.hole) uses.hole(part.text, part.place);
    }
  };
  return visit;
}

}  // namespace

void check_names(const Scope& scope) {
  declarations(scope);
  Uses uses(scope);
  for (const Header::Needs& needs : scope.script.header.needs)
    uses.script(needs.script, needs.script_place);
  for (const On& on : scope.script.always) uses.script(on.script, on.script_place);
  walk(scope.script, looking_at(uses));
  Uses in_shared(scope, true);
  each_shared(scope.script, scope.around.shared, [&](const Use& use, const Remarks& remarks) {
    scope.findings.in_remarks(&use);
    walk(remarks, looking_at(in_shared));
    scope.findings.in_remarks(nullptr);
  });
}

}  // namespace attune::dialogs
