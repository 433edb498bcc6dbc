// What steps and answers do to what is known.
#include <algorithm>
#include <cstdint>

#include "dialogs/check/known.h"
#include "dialogs/check/values.h"

namespace attune::dialogs {
namespace {

using Node = Flow::Node;
using Edge = Flow::Edge;

std::int64_t added(std::int64_t number, std::int64_t amount) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(number, amount, &sum)) return sum;
  return amount > 0 ? INT64_MAX : INT64_MIN;
}

}  // namespace

// Every value from `from` on; `keep`: the one it has, too.
void Known::each_of(const Thing& thing, All& all, bool keep, int from) const {
  All more;
  for (const Values values : all) {
    if (keep && get(thing, values) < from) more.push_back(values);
    for (int value = from; value < thing.count; ++value) more.push_back(put(thing, values, value));
  }
  all = std::move(more);
}

std::vector<int> Known::fitting(const Thing& thing, const Literal& literal) const {
  std::vector<int> out;
  const auto* number = std::get_if<std::int64_t>(&literal.value);
  const std::string word = written(literal);
  bool named = false;
  for (int i = 1; i < thing.count; ++i) {
    const Value& value = thing.values[static_cast<std::size_t>(i)];
    if (value.kind == Value::Kind::kWord && value.word == word) named = true;
  }
  const SlotType& type = thing.slot->type;
  const std::int64_t clamped =
      number ? std::clamp(*number, type.low, std::max(type.low, type.high)) : 0;
  for (int i = 1; i < thing.count; ++i) {
    const Value& value = thing.values[static_cast<std::size_t>(i)];
    const bool fits =
        value.kind == Value::Kind::kSet ||
        (value.kind == Value::Kind::kNumbers && number && clamped >= value.low &&
         clamped <= value.high) ||
        (value.kind == Value::Kind::kWord && value.word == word) ||
        (value.kind == Value::Kind::kOtherWord && !named);
    if (fits) out.push_back(i);
  }
  return out;
}

// With a constant, or with whatever a person may answer; `keep`: or it stays as it is.
void Known::fill(const Thing& thing, All& all, const Literal* constant, bool keep) const {
  if (!constant) {
    if (keep) return each_of(thing, all, true, thing.count > 1 ? 1 : 0);
    return each_of(thing, all, false, 1);
  }
  All more = keep ? all : All{};
  const std::vector<int> fits = fitting(thing, *constant);
  const SlotType::Kind type = thing.slot->type.kind;
  const bool may_not_suit = fits.empty() || type == SlotType::Kind::kDate ||
                            type == SlotType::Kind::kDuration || type == SlotType::Kind::kList;
  for (const Values values : all) {
    for (const int value : fits) more.push_back(put(thing, values, value));
    if (may_not_suit) more.push_back(values);  // and then nothing is kept
  }
  all = std::move(more);
}

void Known::add(const Thing& thing, All& all, std::int64_t amount) const {
  const SlotType& type = thing.slot->type;
  if (type.kind != SlotType::Kind::kNumber) return;
  const std::int64_t top = std::max(type.low, type.high);
  const auto ranged = [&](std::int64_t n) { return std::clamp(n, type.low, top); };
  All more;
  for (const Values values : all) {
    const Value& before = thing.values[static_cast<std::size_t>(get(thing, values))];
    const bool none = before.kind != Value::Kind::kNumbers;
    const std::int64_t low = ranged(added(none ? ranged(0) : before.low, amount));
    const std::int64_t high = ranged(added(none ? ranged(0) : before.high, amount));
    for (int i = 1; i < thing.count; ++i) {
      const Value& after = thing.values[static_cast<std::size_t>(i)];
      if (after.high >= low && after.low <= high) more.push_back(put(thing, values, i));
    }
  }
  all = std::move(more);
}

// A turn ends, or (not `surely`) may end, and anything may come before the next one: another
// conversation of the same person, an interrupt, days; or a `back` to here from where it was
// forgotten, which then is forgotten here too.
void Known::rest(All& all, bool surely, Values live) const {
  for (const Thing& thing : things_) {
    if (thing.kind == Thing::Kind::kVisits || (mask(thing) & live) == 0) continue;
    if (thing.kind == Thing::Kind::kSafety || thing.remembered) {
      each_of(thing, all, false, 0);
    } else if (thing.kind == Thing::Kind::kDone) {
      each_of(thing, all, true, 1);
    } else if (thing.fades) {
      const bool gone = holds_words(thing.slot->type) &&
                        keep_of(*thing.slot, script_->header).kind == Keep::Kind::kNone;
      All more = gone && surely ? All{} : all;
      for (const Values values : all) more.push_back(put(thing, values, 0));
      all = std::move(more);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::vector<Values> Known::after(int index, Values values) const {
  const Node& node = flow_.nodes[static_cast<std::size_t>(index)];
  const Values live = live_after_[static_cast<std::size_t>(index)];
  All all = {values};
  if (node.kind == Node::Kind::kScene) {
    const std::string& name = script_->scenes[static_cast<std::size_t>(node.scene)].name;
    const int at = find(Thing::Kind::kVisits, name);
    if (at < 0) return all;
    const Thing& visits = things_[static_cast<std::size_t>(at)];
    return {put(visits, values, std::min(get(visits, values) + 1, visits.count - 1))};
  }
  if (node.kind == Node::Kind::kAnswer) rest(all, true, live);
  if (node.kind != Node::Kind::kStep || !node.step) return all;
  const auto thing = [&](const std::string& name) -> const Thing* {
    const int at = find(Thing::Kind::kSlot, name);
    return at < 0 ? nullptr : &things_[static_cast<std::size_t>(at)];
  };
  if (may_rest(*node.step)) rest(all, false, live);
  if (const auto* set = std::get_if<Set>(&node.step->what)) {
    const Thing* one = thing(set->slot);
    if (one) fill(*one, all, set->from.empty() ? &set->value : nullptr, !set->from.empty());
  } else if (const auto* more = std::get_if<Add>(&node.step->what)) {
    if (const Thing* one = thing(more->slot)) add(*one, all, more->amount);
  } else if (const auto* forget = std::get_if<Forget>(&node.step->what)) {
    for (const auto& [name, place] : forget->slots) {
      if (const Thing* one = thing(name)) all.front() = put(*one, all.front(), 0);
    }
  } else if (const auto* call = std::get_if<Call>(&node.step->what)) {
    if (const Thing* one = thing(call->save)) fill(*one, all, nullptr, true);
  } else if (const auto* act = std::get_if<Do>(&node.step->what)) {
    if (const Thing* one = thing(act->save)) fill(*one, all, nullptr, true);
  }
  return all;
}

std::vector<Values> Known::along(const Edge& edge, Values values) const {
  All all = {values};
  if (edge.fills.empty()) return all;
  const int at = find(Thing::Kind::kSlot, edge.fills);
  if (at < 0) return all;
  const Thing& thing = things_[static_cast<std::size_t>(at)];
  if (!edge.choice) {
    fill(thing, all, nullptr, thing.slot->type.kind == SlotType::Kind::kChoice);
    return all;
  }
  if (edge.choice->means) {
    fill(thing, all, &*edge.choice->means, false);
    return all;
  }
  // As the author wrote it, holes and all.
  std::string label;
  for (const Text::Part& part : edge.choice->label.text.parts)
    label += part.hole ? "{" + part.text + "}" : part.text;
  const Literal said{label, {}};
  fill(thing, all, &said, false);
  return all;
}

std::vector<Values> Known::restored(const Edge& rewind, Values now, Values then) const {
  All all = {(now & ~own()) | (then & own())};
  for (const Thing& thing : things_) {
    if (thing.kind != Thing::Kind::kSlot || thing.remembered) continue;
    const bool kept = rewind.keeping &&
                      std::any_of(rewind.keeping->begin(), rewind.keeping->end(),
                                  [&](const auto& one) { return one.first == thing.name; });
    if (kept) {
      for (Values& values : all) values = put(thing, values, get(thing, now));
    }
    if (kept || !thing.fades) continue;
    All more = all;
    for (const Values values : all) more.push_back(put(thing, values, 0));
    all = std::move(more);
  }
  return all;
}

}  // namespace attune::dialogs
