#include "dialogs/check/scope.h"

#include <algorithm>
#include <climits>

namespace attune::dialogs {
Scope::Scope(const Study& study, const Surroundings& in, Findings& to)
    : script(*study.script),
      around(in),
      findings(to),
      flow(study.flow),
      positions(study.positions),
      slots_(slots_of(*study.script, memory_slots(in.shared))) {
  for (const Scene& one : script.scenes) scenes_.emplace(one.name, &one);
  for (const Hears& one : script.hears) hears_.insert(one.name);
}

const Slot* Scope::slot(const std::string& name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : found->second;
}

const Scene* Scope::scene(const std::string& name) const {
  const auto found = scenes_.find(name);
  return found == scenes_.end() ? nullptr : found->second;
}

const Manners& Scope::manners() const {
  static const Manners kNobody([](const std::string&) { return nullptr; });
  return around.manners ? *around.manners : kNobody;
}

bool Scope::is_intent(const std::string& name) const {
  return hears_.count(name) > 0 || (around.vocabulary && around.vocabulary->count(name) > 0);
}

bool Scope::is_script(const std::string& name) const {
  return std::find(around.scripts.begin(), around.scripts.end(), name) != around.scripts.end();
}

bool Scope::under(const std::string& folder) const { return script.name.rfind(folder, 0) == 0; }

bool Scope::whole(Loss loss) const {
  return std::none_of(around.broken.begin(), around.broken.end(),
                      [&](const Broken& one) { return one.loss >= loss; });
}

bool Scope::whole_top() const {
  const int first = script.scenes.empty() ? INT_MAX : script.scenes.front().place.line;
  return std::none_of(around.broken.begin(), around.broken.end(),
                      [&](const Broken& one) {
                        return one.loss == Loss::kStep && one.line < first;
                      });
}

bool Scope::whole_scene(int line, Loss loss) const {
  int from = 0;
  int to = INT_MAX;
  for (const Scene& one : script.scenes) {
    if (one.place.line <= line) from = std::max(from, one.place.line);
    if (one.place.line > line) to = std::min(to, one.place.line);
  }
  return std::none_of(around.broken.begin(), around.broken.end(), [&](const Broken& one) {
    return one.loss >= loss && one.line >= from && one.line < to;
  });
}

bool Scope::whole_way(const Ways& ways, int node, bool fact, Loss loss) const {
  if (whole(loss)) return true;
  const std::vector<int> passed = ways.nodes_to(node, fact);
  return std::all_of(passed.begin(), passed.end(), [&](int at) {
    return whole_scene(flow.nodes[static_cast<std::size_t>(at)].place.line, loss);
  });
}

RangeOf Scope::ranges() const { return ranges_of(slots_); }

std::vector<std::string> Scope::slot_names() const {
  std::vector<std::string> names;
  for (const auto& [name, one] : slots_) names.push_back(name);
  return names;
}

std::vector<std::string> Scope::scene_names() const {
  std::vector<std::string> names;
  for (const auto& [name, one] : scenes_) names.push_back(name);
  return names;
}

std::vector<std::string> Scope::intent_names() const {
  std::vector<std::string> names(hears_.begin(), hears_.end());
  if (around.vocabulary) {
    for (const auto& [name, kind] : *around.vocabulary) names.push_back(name);
  }
  return names;
}

std::string Scope::kind_of(const std::string& name) const {
  const auto& cast = script.header.cast;
  if (slots_.count(name) > 0) return "a slot";
  if (hears_.count(name) > 0) return "a `hears` list";
  if (scenes_.count(name) > 0) return "a scene";
  if (std::find(cast.begin(), cast.end(), name) != cast.end()) return "in the cast";
  if (is_intent(name)) return "an intent";
  return "";
}

MemorySlots memory_slots(const std::vector<std::shared_ptr<const Script>>& shared) {
  MemorySlots slots;
  for (const auto& script : shared) {
    if (script->kind != Script::Kind::kMemory) continue;
    for (const Slot& slot : script->slots) {
      const bool full = slot.name.find('.') != std::string::npos;
      slots.emplace(full ? slot.name : "my." + slot.name, &slot);
    }
  }
  return slots;
}

MemorySlots slots_of(const Script& script, MemorySlots memory) {
  for (const Slot& one : script.slots) memory.emplace(one.name, &one);
  return memory;
}

RangeOf ranges_of(const MemorySlots& slots) {
  return [&slots](
             const std::string& name) -> std::optional<std::pair<std::int64_t, std::int64_t>> {
    const auto found = slots.find(name);
    const bool number = found != slots.end() && !found->second->unclear &&
                        found->second->type.kind == SlotType::Kind::kNumber;
    if (!number) return std::nullopt;
    return std::pair(found->second->type.low, found->second->type.high);
  };
}

bool is_reserved(const std::string& name) {
  static const std::set<std::string> kWords = {
      "add",     "and",    "answer",    "ask",  "both",    "call", "chart",      "choose",
      "consent", "days",   "do",        "done", "each",    "end",  "everything", "floor",
      "forget",  "hand",   "heard",     "hour", "if",      "is",   "my",         "not",
      "or",      "other",  "otherwise", "our",  "partner", "rate", "relay",      "remind",
      "reveal",  "rewind", "safety",    "set",  "switch",  "vary", "visited",    "wait",
      "when",    "A",      "B",         "Bot",  "You"};
  return kWords.count(name) > 0;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace attune::dialogs
