// What one script can name, and where its findings go. Made for one check and thrown away.
//
// Holds references to the study of the script and its surroundings, which must outlive it. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dialogs/check/check.h"
#include "dialogs/check/findings.h"
#include "dialogs/check/flow.h"
#include "dialogs/check/logic.h"
#include "dialogs/check/positions.h"

namespace attune::dialogs {

class Scope {
 public:
  Scope(const Study& study, const Surroundings& around, Findings& findings);

  const Script& script;
  const Surroundings& around;
  Findings& findings;
  const Flow& flow;
  const Positions& positions;

  // An own slot, or one of memory ("my.name"); null if there is none.
  const Slot* slot(const std::string& name) const;
  const Scene* scene(const std::string& name) const;
  // How a script behaves that this one calls.
  const Manners& manners() const;
  bool is_intent(const std::string& name) const;  // of the vocabulary or of `hears`
  bool is_script(const std::string& name) const;
  bool under(const std::string& folder) const;  // "safety/"
  RangeOf ranges() const;

  // The parser understood all of the script; of its top; of the scene that this line is in.
  // Lines that lost less than `loss` do not count.
  using Loss = Broken::Loss;
  bool whole(Loss loss = Loss::kWord) const;
  bool whole_top() const;
  bool whole_scene(int line, Loss loss = Loss::kWord) const;
  // Nothing on the way to this node is missing.
  bool whole_way(const Ways& ways, int node, bool fact, Loss loss = Loss::kWord) const;

  std::vector<std::string> slot_names() const;
  std::vector<std::string> scene_names() const;
  std::vector<std::string> intent_names() const;
  // "slot", "scene", "intent", "hears list", "cast"; "" if nobody is called so
  std::string kind_of(const std::string& name) const;

 private:
  std::map<std::string, const Slot*> slots_;
  std::map<std::string, const Scene*> scenes_;
  std::set<std::string> hears_;
};

// The slots of memory.talk by their full name, "my.region".
MemorySlots memory_slots(const std::vector<std::shared_ptr<const Script>>& shared);

// With a script's own.
MemorySlots slots_of(const Script& script, MemorySlots memory);

// Of the number slots among these, which must outlive it.
RangeOf ranges_of(const MemorySlots& slots);

// A word of the language, which no name may be.
bool is_reserved(const std::string& name);

// "a, b and c"
std::string listed(const std::vector<std::string>& names);

}  // namespace attune::dialogs
