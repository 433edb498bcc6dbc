// What of the known is still looked at later on: a value that no condition will meet before it is
// overwritten makes no difference between two positions.
#include <algorithm>

#include "dialogs/check/known.h"

namespace attune::dialogs {

using Kind = Condition::Kind;
using Node = Flow::Node;
using Edge = Flow::Edge;

// What a condition looks at.
Values Known::named(const Condition& condition) const {
  Values all = 0;
  for (const Condition& part : condition.parts) all |= named(part);
  if (!condition.parts.empty()) return all;
  for (const Thing& thing : things_) {
    const bool flag = thing.kind == Thing::Kind::kSafety && condition.kind == Kind::kFlag;
    if (flag || thing.name == condition.name) all |= mask(thing);
  }
  return all;
}

Values Known::seen(const Node& from, const Edge& edge) const {
  Values all = edge.condition ? named(*edge.condition) : 0;
  if (edge.fit == Edge::Fit::kAny || !from.choose) return all;
  for (const Choice& choice : from.choose->choices) {
    if (choice.only_if) all |= named(*choice.only_if);
  }
  return all;
}

// What has another value after the node, whatever it had before.
Values Known::overwritten(const Node& node) const {
  Values all = 0;
  const auto* set = node.step ? std::get_if<Set>(&node.step->what) : nullptr;
  const auto* forget = node.step ? std::get_if<Forget>(&node.step->what) : nullptr;
  for (const Thing& thing : things_) {
    bool gone = false;
    if (node.kind == Node::Kind::kAnswer)
      gone = thing.kind == Thing::Kind::kSafety || thing.remembered;
    if (node.kind == Node::Kind::kStep && thing.kind == Thing::Kind::kSlot && forget) {
      for (const auto& [name, place] : forget->slots) gone |= name == thing.name;
    }
    if (node.kind == Node::Kind::kStep && thing.kind == Thing::Kind::kSlot && set)
      gone = set->from.empty() && set->slot == thing.name &&
             thing.slot->type.kind == SlotType::Kind::kChoice;
    if (gone) all |= mask(thing);
  }
  return all;
}

Values Known::overwritten(const Edge& edge) const {
  Values all = 0;
  for (const Thing& thing : things_) {
    if (thing.kind != Thing::Kind::kSlot) continue;
    if (edge.rewinds && !thing.remembered) {
      const bool kept = edge.keeping &&
                        std::any_of(edge.keeping->begin(), edge.keeping->end(),
                                    [&](const auto& one) { return one.first == thing.name; });
      if (!kept) all |= mask(thing);
    }
    // An `ask` of a choice never fits, and a value that does not suit is not kept.
    if (edge.fills == thing.name && !edge.choice &&
        thing.slot->type.kind != SlotType::Kind::kChoice)
      all |= mask(thing);
    if (edge.fills == thing.name && edge.choice &&
        thing.slot->type.kind == SlotType::Kind::kChoice)
      all |= mask(thing);
  }
  return all;
}

// Backwards until nothing changes; nodes are drawn last to first, so that is soon.
void Known::look_ahead() {
  live_.assign(flow_.nodes.size(), 0);
  live_after_.assign(flow_.nodes.size(), 0);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < flow_.nodes.size(); ++i) {
      const Node& node = flow_.nodes[i];
      Values after = 0;
      for (const Edge& edge : node.out)
        after |= seen(node, edge) |
                 (live_[static_cast<std::size_t>(edge.to)] & ~overwritten(edge));
      const Values before = after & ~overwritten(node);
      changed = changed || before != live_[i];
      live_[i] = before;
      live_after_[i] = after;
    }
  }
}

}  // namespace attune::dialogs
