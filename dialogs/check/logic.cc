// How "every combination" stays small: conditions are cut into variables. A heard intent, a flag, a
// visited scene is a variable with two values. All comparisons of one slot share one variable whose
// values are samples: for numbers the constants named and their neighbours (between two constants
// nothing changes), for words the words named and one that nobody named, and no value at all for what
// is remembered. So `x < 5` and `x >= 5`
// are known to exclude each other, and a few branches give a few hundred combinations.
#include "dialogs/check/logic.h"

#include <algorithm>
#include <map>
#include <set>

namespace attune::dialogs {
namespace {

using Kind = Condition::Kind;
using Samples = std::vector<Literal>;
constexpr std::size_t kWork = 100000;  // combinations times conditions

bool is_atom(const Condition& c) {
  return c.kind != Kind::kAnd && c.kind != Kind::kOr && c.kind != Kind::kNot;
}

void each_atom(const Condition& c, const std::function<void(const Condition&)>& visit) {
  if (is_atom(c)) return visit(c);
  for (const Condition& part : c.parts) each_atom(part, visit);
}

// Slots compared share a variable; everything else is one by its own right.
std::string variable(const Condition& c) {
  switch (c.kind) {
    case Kind::kCompare:
      return "slot " + c.who + "." + c.name;
    case Kind::kHour:
      return "hour";
    case Kind::kDaysSince:
      return "days " + c.name;
    case Kind::kHeard:
      return "heard " + c.name;
    case Kind::kFlag:
      return "flag " + c.name;
    case Kind::kIsSet:
      return "set " + c.who + "." + c.name;
    case Kind::kVisited:
      return "visited " + c.name + " " + std::to_string(c.times);
    default:
      return "done " + c.name + " " + std::to_string(c.within);
  }
}

bool compared(const Condition& c) {
  return c.kind == Kind::kCompare || c.kind == Kind::kHour || c.kind == Kind::kDaysSince;
}

bool compare(Condition::Op op, std::int64_t left, std::int64_t right) {
  switch (op) {
    case Condition::Op::kIs:
      return left == right;
    case Condition::Op::kIsNot:
      return left != right;
    case Condition::Op::kLess:
      return left < right;
    case Condition::Op::kLessEqual:
      return left <= right;
    case Condition::Op::kGreater:
      return left > right;
    default:
      return left >= right;
  }
}

bool holds(const Condition& c, const Literal& sample) {
  if (!compared(c)) return std::get<bool>(sample.value);
  const auto* left = std::get_if<std::int64_t>(&sample.value);
  const auto* right = std::get_if<std::int64_t>(&c.value.value);
  if (left && right) return compare(c.op, *left, *right);
  if (c.kind == Kind::kDaysSince) return false;  // no date is no number of days ago
  const bool same = sample.value == c.value.value;
  return c.op == Condition::Op::kIsNot ? !same : c.op == Condition::Op::kIs && same;
}

struct Limits {
  std::int64_t low, high;
};

Limits limits_of(const Condition& c, const RangeOf& range) {
  if (c.kind == Kind::kHour) return {0, 23};
  if (c.kind == Kind::kDaysSince) return {0, INT64_MAX};
  const auto declared = range ? range(c.name) : std::nullopt;
  return declared ? Limits{declared->first, declared->second} : Limits{INT64_MIN, INT64_MAX};
}

void add_samples(const Condition& c, const Limits& limits, Samples& samples) {
  const auto add = [&](Literal value) {
    const auto same = [&](const Literal& s) { return s.value == value.value; };
    if (std::none_of(samples.begin(), samples.end(), same)) samples.push_back(std::move(value));
  };
  // What is remembered may be compared before it is known.
  if (compared(c) && c.name.find('.') != std::string::npos) add({});
  if (!compared(c)) {
    add({false, {}});
    add({true, {}});
  } else if (const auto* number = std::get_if<std::int64_t>(&c.value.value)) {
    for (const std::int64_t near : {*number == INT64_MIN ? *number : *number - 1, *number,
                                    *number == INT64_MAX ? *number : *number + 1}) {
      if (near >= limits.low && near <= limits.high) add({near, {}});
    }
    if (samples.empty()) add({limits.low, {}});  // a constant out of range: any value will do
  } else if (std::holds_alternative<bool>(c.value.value)) {
    add({false, {}});
    add({true, {}});
  } else {
    add({c.value.value, {}});
    add({std::string("\x01 none of these"), {}});
  }
}

// Calls `visit` with every combination; false if there are too many to try.
bool each_combination(
    const std::vector<const Condition*>& conditions, const RangeOf& range,
    const std::function<void(const std::function<bool(const Condition*)>&)>& visit) {
  std::map<std::string, Samples> variables;
  for (const Condition* c : conditions) {
    if (c)
      each_atom(*c, [&](const Condition& atom) {
        add_samples(atom, limits_of(atom, range), variables[variable(atom)]);
      });
  }
  std::size_t total = 1;
  for (const auto& [name, samples] : variables) {
    total *= samples.size();
    if (total * conditions.size() > kWork) return false;
  }
  std::map<std::string, Literal> chosen;
  const auto atom = [&](const Condition& c) -> Truth { return holds(c, chosen.at(variable(c))); };
  const auto truth = [&](const Condition* c) { return !c || evaluate(*c, atom).value_or(false); };
  for (std::size_t n = 0; n < total; ++n) {
    std::size_t rest = n;
    for (const auto& [name, samples] : variables) {
      chosen[name] = samples[rest % samples.size()];
      rest /= samples.size();
    }
    visit(truth);
  }
  return true;
}

}  // namespace

Truth evaluate(const Condition& c, const std::function<Truth(const Condition&)>& atom) {
  if (is_atom(c)) return atom(c);
  if (c.kind == Kind::kNot) {
    const Truth part = c.parts.empty() ? Truth() : evaluate(c.parts.front(), atom);
    return part ? Truth(!*part) : Truth();
  }
  const bool deciding = c.kind == Kind::kOr;  // one true decides an or, one false an and
  bool unknown = false;
  for (const Condition& part : c.parts) {
    const Truth value = evaluate(part, atom);
    if (value == Truth(deciding)) return deciding;
    unknown = unknown || !value;
  }
  return unknown ? Truth() : Truth(!deciding);
}

Truth while_safety(const Condition& condition, bool open) {
  return evaluate(condition, [open](const Condition& atom) -> Truth {
    return atom.kind == Kind::kFlag && atom.name == "safety.open" ? Truth(open) : Truth();
  });
}

bool needs_hearing(const Condition& condition) {
  switch (condition.kind) {
    case Kind::kHeard:
      return true;
    case Kind::kAnd:
      return std::any_of(condition.parts.begin(), condition.parts.end(), needs_hearing);
    case Kind::kOr:
      return !condition.parts.empty() &&
             std::all_of(condition.parts.begin(), condition.parts.end(), needs_hearing);
    default:
      return false;  // a `not` has no words to show, not even a doubled one
  }
}

bool proves_set(const Condition& c, bool outcome, const std::string& slot) {
  switch (c.kind) {
    case Kind::kIsSet:
      return outcome && c.name == slot;
    case Kind::kCompare:
      return outcome && c.name == slot && c.op != Condition::Op::kIsNot;
    case Kind::kDaysSince:
      return outcome && c.name == slot;
    case Kind::kNot:
      return !c.parts.empty() && proves_set(c.parts.front(), !outcome, slot);
    case Kind::kAnd:
    case Kind::kOr: {
      const auto proves = [&](const Condition& part) { return proves_set(part, outcome, slot); };
      // A true `and` makes every part true; a true `or` only some part, so each must prove it.
      return outcome == (c.kind == Kind::kAnd)
                 ? std::any_of(c.parts.begin(), c.parts.end(), proves)
                 : !c.parts.empty() && std::all_of(c.parts.begin(), c.parts.end(), proves);
    }
    default:
      return false;
  }
}

bool never_holds(const Condition* condition, const std::vector<const Condition*>& before,
                 const RangeOf& range) {
  // What speaks of nothing that the condition names cannot hide it, and would only cost time.
  std::vector<const Condition*> earlier = before;
  if (condition) {
    std::set<std::string> named;
    each_atom(*condition, [&](const Condition& atom) { named.insert(variable(atom)); });
    const auto apart = [&](const Condition* other) {
      bool shares = false;
      each_atom(*other,
                [&](const Condition& atom) { shares = shares || named.count(variable(atom)); });
      return !shares;
    };
    earlier.erase(std::remove_if(earlier.begin(), earlier.end(), apart), earlier.end());
  }
  auto all = earlier;
  all.push_back(condition);
  bool free = false;
  const bool tried = each_combination(all, range, [&](const auto& truth) {
    free = free || (truth(condition) && std::none_of(earlier.begin(), earlier.end(), truth));
  });
  return tried && !free;
}

bool can_meet(const Condition* left, const Condition* right, const RangeOf& range) {
  bool met = false;
  const bool tried = each_combination(
      {left, right}, range, [&](const auto& truth) { met = met || (truth(left) && truth(right)); });
  return met || !tried;
}

std::size_t fewest(const std::vector<const Condition*>& conditions, const RangeOf& range) {
  std::size_t least = conditions.size();
  const bool tried = each_combination(conditions, range, [&](const auto& truth) {
    least = std::min(least, static_cast<std::size_t>(
                                std::count_if(conditions.begin(), conditions.end(), truth)));
  });
  if (tried) return least;
  return static_cast<std::size_t>(std::count(conditions.begin(), conditions.end(), nullptr));
}

}  // namespace attune::dialogs
