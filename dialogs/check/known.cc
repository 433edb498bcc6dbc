#include "dialogs/check/known.h"

#include <algorithm>
#include <climits>
#include <tuple>
#include <utility>

#include "dialogs/check/values.h"

namespace attune::dialogs {
namespace {

using Kind = Condition::Kind;
using Op = Condition::Op;
using Node = Flow::Node;
using Edge = Flow::Edge;

constexpr std::int64_t kFewNumbers = 12;  // a range up to so many is known number by number
constexpr int kMostVisits = 7;
constexpr int kMostBits = 60;
constexpr int kMostOutside = 64;
constexpr int kMostStarts = 256;  // ways to begin: what is remembered, and what a call hands over

}  // namespace

Known::Known(const Flow& flow, const MemorySlots& memory, const std::set<std::string>& handed)
    : flow_(flow), script_(flow.script) {
  for (const Node& node : flow.nodes) {
    if (node.condition) collect(*node.condition);
    const auto* forget = node.step ? std::get_if<Forget>(&node.step->what) : nullptr;
    if (forget) {
      for (const auto& [name, place] : forget->slots) forgotten_.insert(name);
    }
    // Of a fork's two ways out the condition is the same; of a choice each has its own.
    if (node.kind == Node::Kind::kFork) continue;
    for (const Edge& edge : node.out) {
      if (edge.condition) collect(*edge.condition);
    }
  }
  settle(memory, handed);
  pack();
  look_ahead();
}

void Known::collect(const Condition& condition) {
  if (condition.parts.empty()) return note(condition);
  for (const Condition& part : condition.parts) collect(part);
}

void Known::note(const Condition& atom) {
  Thing thing;
  thing.name = atom.name;
  switch (atom.kind) {
    case Kind::kCompare:
    case Kind::kIsSet:
    case Kind::kDaysSince:
      if (!atom.who.empty()) return;
      compared_[atom.name].push_back(&atom);
      break;
    case Kind::kVisited:
      thing.kind = Thing::Kind::kVisits;
      thing.count = std::clamp(atom.times, 1, kMostVisits) + 1;
      break;
    case Kind::kDone:
      thing.kind = Thing::Kind::kDone;
      break;
    case Kind::kFlag:
      thing.kind = Thing::Kind::kSafety;
      break;
    default:
      return;
  }
  const int known = find(thing.kind, thing.name);
  if (known < 0) {
    thing.sites = 1;
    things_.push_back(std::move(thing));
    return;
  }
  Thing& before = things_[static_cast<std::size_t>(known)];
  ++before.sites;
  before.count = std::max(before.count, thing.count);
}

// Finds the slots, and leaves out what it would not help to know: what anybody may change at any
// time tells something only to a second test in the same turn.
void Known::settle(const MemorySlots& memory, const std::set<std::string>& handed) {
  for (Thing& thing : things_) {
    if (thing.kind != Thing::Kind::kSlot) continue;
    const auto remembered = memory.find(thing.name);
    if (remembered != memory.end()) {
      thing.slot = remembered->second;
      thing.remembered = true;
    }
    for (const Slot& slot : script_->slots) {
      if (slot.name == thing.name) thing.slot = &slot;
    }
    thing.handed = handed.count(thing.name) > 0;
    if (!thing.slot) continue;
    const Keep::Kind keep = keep_of(*thing.slot, script_->header).kind;
    thing.fades = forgotten_.count(thing.name) > 0 ||
                  (holds_words(thing.slot->type) && keep != Keep::Kind::kRun && !thing.remembered);
    cut_values(thing);
  }
  things_.erase(std::remove_if(things_.begin(), things_.end(),
                               [](const Thing& thing) {
                                 if (thing.kind == Thing::Kind::kVisits) return false;
                                 const bool own =
                                     thing.kind == Thing::Kind::kSlot && !thing.remembered;
                                 if (thing.kind == Thing::Kind::kSlot &&
                                     (!thing.slot || thing.slot->unclear))
                                   return true;
                                 return !own && thing.sites < 2;
                               }),
                things_.end());
}

void Known::cut_values(Thing& thing) {
  thing.values = {Value{}};
  const SlotType& type = thing.slot->type;
  const auto& atoms = compared_[thing.name];
  const auto numbers = [&](std::int64_t low, std::int64_t high) {
    if (low <= high) thing.values.push_back({Value::Kind::kNumbers, low, high, ""});
  };
  if (type.kind == SlotType::Kind::kNumber) {
    const std::int64_t high = std::max(type.low, type.high);
    std::set<std::int64_t> cuts;
    if (type.low > INT64_MIN / 2 && high < INT64_MAX / 2 && high - type.low <= kFewNumbers) {
      for (std::int64_t n = type.low; n <= high; ++n) cuts.insert(n);
    }
    for (const Condition* atom : atoms) {
      if (const auto* constant = std::get_if<std::int64_t>(&atom->value.value)) {
        if (*constant >= type.low && *constant <= high) cuts.insert(*constant);
      }
    }
    std::int64_t from = type.low;
    for (const std::int64_t cut : cuts) {
      numbers(from, cut - 1);
      numbers(cut, cut);
      from = cut + 1;
    }
    numbers(from, high);
  } else if (type.kind == SlotType::Kind::kYesNo) {
    thing.values.push_back({Value::Kind::kWord, 0, 0, "yes"});
    thing.values.push_back({Value::Kind::kWord, 0, 0, "no"});
  } else if (type.kind == SlotType::Kind::kChoice) {
    std::set<std::string> words;
    for (const Condition* atom : atoms) {
      if (atom->kind == Kind::kCompare) words.insert(written(atom->value));
    }
    for (const std::string& word : words)
      thing.values.push_back({Value::Kind::kWord, 0, 0, word});
    thing.values.push_back({Value::Kind::kOtherWord, 0, 0, ""});
  } else {
    thing.values.push_back({Value::Kind::kSet, 0, 0, ""});
  }
  thing.count = static_cast<int>(thing.values.size());
}

// What anybody may change multiplies wherever a turn can end, and with what callers hand over where
// the script begins; all together fit into a number.
void Known::pack() {
  for (;;) {
    int shift = 0;
    int outside = 1;
    int starts = 1;
    for (Thing& thing : things_) {
      thing.bits = 1;
      while ((1 << thing.bits) < thing.count && thing.bits < 20) ++thing.bits;
      thing.shift = shift;
      shift += thing.bits;
      if (changes_outside(thing)) outside = std::min(kMostOutside + 1, outside * thing.count);
      if (changes_outside(thing) || thing.handed)
        starts = std::min(kMostStarts + 1, starts * thing.count);
    }
    if (outside > kMostOutside) {
      drop_widest([](const Thing& thing) { return changes_outside(thing); });
    } else if (starts > kMostStarts) {
      drop_widest([](const Thing& thing) { return changes_outside(thing) || thing.handed; });
    } else if (shift > kMostBits) {
      drop_widest([](const Thing&) { return true; });
    } else {
      return;
    }
  }
}

bool Known::changes_outside(const Thing& thing) {
  if (thing.kind == Thing::Kind::kSlot) return thing.remembered || thing.fades;
  return thing.kind != Thing::Kind::kVisits;
}

// Of those that `like` names, the one with the most values.
template <typename Like>
void Known::drop_widest(const Like& like) {
  const auto weight = [&](const Thing& thing) {
    return std::tuple(like(thing), thing.count, -thing.sites);
  };
  things_.erase(std::max_element(
      things_.begin(), things_.end(),
      [&](const Thing& a, const Thing& b) { return weight(a) < weight(b); }));
}

bool Known::give_up_one() {
  if (things_.empty()) return false;
  drop_widest([](const Thing&) { return true; });
  pack();
  look_ahead();
  return true;
}

Values Known::mask(const Thing& thing) const {
  return ((Values{1} << thing.bits) - 1) << thing.shift;
}

int Known::find(Thing::Kind kind, const std::string& name) const {
  for (std::size_t i = 0; i < things_.size(); ++i) {
    if (things_[i].kind == kind && things_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int Known::get(const Thing& thing, Values values) const {
  return static_cast<int>(values >> thing.shift & ((Values{1} << thing.bits) - 1));
}

Values Known::put(const Thing& thing, Values values, int value) const {
  return (values & ~mask(thing)) | static_cast<Values>(value) << thing.shift;
}

std::vector<Values> Known::at_start() const {
  All all = {0};
  const Header& header = script_->header;
  for (const Thing& thing : things_) {
    if (thing.kind == Thing::Kind::kVisits) continue;
    if (thing.kind != Thing::Kind::kSlot || thing.remembered) {
      each_of(thing, all, false, 0);
      continue;
    }
    if (thing.slot->starts_at) fill(thing, all, &*thing.slot->starts_at, false);
    if (thing.handed) fill(thing, all, nullptr, true);
  }
  // Where its gate certainly refuses it does not begin. Gates are judged before its slots exist.
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](Values values) {
                             return std::any_of(
                                 header.needs.begin(), header.needs.end(), [&](const auto& gate) {
                                   return evaluate(gate.refuse, [&](const Condition& atom) {
                                            const bool outside =
                                                atom.kind == Kind::kFlag ||
                                                atom.kind == Kind::kDone ||
                                                atom.name.find('.') != std::string::npos;
                                            return outside ? holds(atom, values) : Truth();
                                          }) == Truth(true);
                                 });
                           }),
            all.end());
  return all;
}

bool Known::allows(const Node& from, const Edge& edge, Values values) const {
  const auto atom = [&](const Condition& c) { return holds(c, values); };
  if (edge.condition && evaluate(*edge.condition, atom) == Truth(!edge.outcome)) return false;
  if (edge.fit == Edge::Fit::kAny || !from.choose) return true;
  int certain = 0;
  int possible = 0;
  for (const Choice& choice : from.choose->choices) {
    const Truth open = choice.only_if ? evaluate(*choice.only_if, atom) : Truth(true);
    certain += open == Truth(true);
    possible += open != Truth(false);
  }
  return edge.fit == Edge::Fit::kTooFew ? certain < 2 : possible >= 2;
}

Values Known::own() const {
  Values all = 0;
  for (const Thing& thing : things_) {
    if (thing.kind == Thing::Kind::kSlot && !thing.remembered)
      all |= mask(thing);
  }
  return all;
}

Truth Known::holds(const Condition& atom, Values values) const {
  const auto known = [&](Thing::Kind kind) -> const Thing* {
    const int at = find(kind, atom.name);
    return at < 0 ? nullptr : &things_[static_cast<std::size_t>(at)];
  };
  switch (atom.kind) {
    case Kind::kFlag: {
      const Thing* flag = known(Thing::Kind::kSafety);
      return flag ? Truth(get(*flag, values) != 0) : Truth();
    }
    case Kind::kVisited: {
      const Thing* visits = known(Thing::Kind::kVisits);
      if (!visits || atom.times > kMostVisits) return {};
      return get(*visits, values) >= atom.times;
    }
    case Kind::kDone: {
      const Thing* done = known(Thing::Kind::kDone);
      if (!done) return {};
      if (get(*done, values) == 0) return false;
      return atom.within == 0 ? Truth(true) : Truth();
    }
    case Kind::kCompare:
    case Kind::kIsSet:
    case Kind::kDaysSince: {
      const Thing* slot = atom.who.empty() ? known(Thing::Kind::kSlot) : nullptr;
      return slot ? compare(atom, *slot, values) : Truth();
    }
    default:
      return {};
  }
}

Truth Known::compare(const Condition& atom, const Thing& thing, Values values) const {
  const Value& value = thing.values[static_cast<std::size_t>(get(thing, values))];
  if (atom.kind == Kind::kIsSet) return value.kind != Value::Kind::kNone;
  if (value.kind == Value::Kind::kNone)
    return atom.kind == Kind::kCompare && atom.op == Op::kIsNot;
  if (atom.kind == Kind::kDaysSince) return {};
  const bool equality = atom.op == Op::kIs || atom.op == Op::kIsNot;
  if (value.kind == Value::Kind::kWord || value.kind == Value::Kind::kOtherWord) {
    if (!equality) return {};
    const bool same = value.kind == Value::Kind::kWord && value.word == written(atom.value);
    return same == (atom.op == Op::kIs);
  }
  const auto* number = std::get_if<std::int64_t>(&atom.value.value);
  if (value.kind != Value::Kind::kNumbers || !number) return {};
  const auto at = [&](std::int64_t n) {
    switch (atom.op) {
      case Op::kIs:
        return n == *number;
      case Op::kIsNot:
        return n != *number;
      case Op::kLess:
        return n < *number;
      case Op::kLessEqual:
        return n <= *number;
      case Op::kGreater:
        return n > *number;
      default:
        return n >= *number;
    }
  };
  // Between two constants that are compared nothing changes, but for ones out of range.
  if (equality && value.low < *number && *number < value.high) return {};
  return at(value.low) == at(value.high) ? Truth(at(value.low)) : Truth();
}

}  // namespace attune::dialogs
