// Kinds of value: what is put into a slot fits it, and what is compared can be.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/reading_ease.h"
#include "dialogs/check/values.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {

using Type = SlotType::Kind;

std::string described(const SlotType& type) {
  switch (type.kind) {
    case Type::kText:
      return "text up to " + std::to_string(type.high);
    case Type::kChoice:
      return "a choice";
    case Type::kNumber:
      return "a number " + std::to_string(type.low) + " to " + std::to_string(type.high);
    case Type::kYesNo:
      return "yes/no";
    case Type::kDate:
      return "a date";
    case Type::kDuration:
      return "a duration";
    default:
      return "a list";
  }
}

std::string written(const Literal& literal) {
  if (const auto* number = std::get_if<std::int64_t>(&literal.value))
    return std::to_string(*number);
  if (const auto* yes = std::get_if<bool>(&literal.value)) return *yes ? "yes" : "no";
  if (const auto* word = std::get_if<std::string>(&literal.value)) return *word;
  return "";
}

bool holds_words(const SlotType& type) {
  return type.kind == Type::kText || type.kind == Type::kList;
}

Keep keep_of(const Slot& slot, const Header& header) {
  return slot.keep.kind == Keep::Kind::kScript ? header.keep : slot.keep;
}

bool fits(const SlotType& type, const Literal& literal) {
  switch (type.kind) {
    case Type::kNumber: {
      const auto* number = std::get_if<std::int64_t>(&literal.value);
      return number && *number >= type.low && *number <= type.high;
    }
    case Type::kYesNo:
      return std::holds_alternative<bool>(literal.value);
    case Type::kChoice:
      return !std::holds_alternative<std::monostate>(literal.value);
    case Type::kText:
      return !std::holds_alternative<std::monostate>(literal.value) &&
             letters(written(literal)) <= static_cast<std::size_t>(type.high);
    default:
      return false;  // dates, durations and lists are only ever filled by a question
  }
}

bool fits(const SlotType& type, const SlotType& from) {
  const bool words = type.kind == Type::kText || type.kind == Type::kList;
  return type.kind == from.kind && (!words || from.high <= type.high);
}

std::vector<std::string> misfit(const Set& set, const Slot& slot, const Slot& from) {
  return {"{" + set.from + "}", set.slot, described(slot.type),
          "'" + set.from + "' is " + described(from.type) + "."};
}

namespace {

using namespace diagnostics;

// The values that each choice slot of this script can have; a slot is missing where they are not
// known.
using Values = std::map<std::string, std::set<std::string>>;

Values known_values(const Script& script, const Shared& shared) {
  Values values;
  std::set<std::string> open;    // filled from elsewhere
  std::set<std::string> filled;  // by a step of this script
  for (const Slot& slot : script.slots) {
    if (slot.type.kind == Type::kChoice && slot.starts_at)
      values[slot.name].insert(written(*slot.starts_at));
  }
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    if (const auto* set = std::get_if<Set>(&step.what)) {
      filled.insert(set->slot);
      values[set->slot].insert(written(set->value));
      if (!set->from.empty()) open.insert(set->slot);
    }
    if (const auto* call = std::get_if<Call>(&step.what)) open.insert(call->save);
    const auto* choose = std::get_if<Choose>(&step.what);
    if (!choose) return;
    filled.insert(choose->slot);
    for (const Choice& choice : choose->choices) {
      const auto& parts = choice.label.text.parts;
      const auto hole = [](const Text::Part& part) { return part.hole; };
      if (choice.means) {
        values[choose->slot].insert(written(*choice.means));
      } else if (std::any_of(parts.begin(), parts.end(), hole)) {
        open.insert(choose->slot);
      } else {
        values[choose->slot].insert(choice.label.text.source());
      }
    }
  };
  walk(script, visit);
  each_shared(script, shared, [&](const Use&, const Remarks& remarks) { walk(remarks, visit); });
  for (const std::string& name : open) values.erase(name);
  for (const Slot& slot : script.slots) {  // what no step fills is handed in by a `call ... with`
    if (filled.count(slot.name) == 0) values.erase(slot.name);
  }
  return values;
}

class Kinds {
 public:
  explicit Kinds(const Scope& scope)
      : scope_(scope), values_(known_values(scope.script, scope.around.shared)) {}

  void declared(const Slot& slot) {
    if (slot.unclear) return;
    if (slot.measure && slot.type.kind != Type::kNumber) {
      scope_.findings.add(kMeasureNotNumber, slot.place, {slot.name, described(slot.type)});
    }
    if (slot.measure && slot.keep.kind == Keep::Kind::kNone) {
      scope_.findings.add(kMeasureKeptNone, slot.place, {slot.name});
    }
    if (slot.starts_at) put(slot.name, *slot.starts_at, slot.starts_at->place);
  }

  void step(const Step& step) {
    std::visit([&](const auto& what) { one(what); }, step.what);
  }

  void condition(const Condition& c) {
    const Slot* slot = clear(c.name);
    if (!slot) return;
    const std::string kind = described(slot->type);
    if (c.kind == Condition::Kind::kDaysSince && slot->type.kind != Type::kDate) {
      scope_.findings.add(kDaysSinceNotDate, c.place, {c.name, kind});
    }
    if (c.kind == Condition::Kind::kCompare) compare(c, *slot, kind);
  }

 private:
  // Null also where the slot's type was not understood.
  const Slot* clear(const std::string& name) const {
    const Slot* slot = scope_.slot(name);
    return slot && !slot->unclear ? slot : nullptr;
  }

  void compare(const Condition& c, const Slot& slot, const std::string& kind) {
    const bool number = slot.type.kind == Type::kNumber;
    const bool word = slot.type.kind == Type::kChoice || slot.type.kind == Type::kYesNo;
    const bool equal = c.op == Condition::Op::kIs || c.op == Condition::Op::kIsNot;
    if (!number && !(word && equal)) {
      const bool order = word && !equal;
      scope_.findings.add(
          kCannotCompare, c.place,
          {c.name, kind, order ? "`" + c.name + " is VALUE`" : "`" + c.name + " is set`"});
    } else if (equal && number && scope_.slot(written(c.value))) {
      scope_.findings.add(
          kCannotCompare, c.place,
          {c.name, kind, "how it stands to a number, such as `" + c.name + " >= 5`,"});
    } else if (!fits(slot.type, c.value)) {
      scope_.findings.add(kWrongValue, c.place, {written(c.value), c.name, kind, comparable(slot)});
    } else if (slot.type.kind == Type::kChoice) {
      chosen(c);
    }
  }

  static std::string comparable(const Slot& slot) {
    if (slot.type.kind == Type::kYesNo)
      return "Compare it with `yes` or `no`: `" + slot.name + " is yes`.";
    if (slot.type.kind != Type::kNumber) return "";
    return "Compare it with a number from " + std::to_string(slot.type.low) + " to " +
           std::to_string(slot.type.high) + ", such as `" + slot.name +
           " >= " + std::to_string((slot.type.low + slot.type.high + 1) / 2) + "`.";
  }

  void chosen(const Condition& c) {
    const auto known = values_.find(c.name);
    if (known == values_.end() || known->second.count(written(c.value)) > 0) return;
    const std::vector<std::string> names(known->second.begin(), known->second.end());
    const std::string near = nearest(written(c.value), names);
    scope_.findings.add(kUnknownValue, c.place,
                        {written(c.value), c.name, near, near.empty() ? listed(names) : ""});
  }

  void put(const std::string& name, const Literal& value, Place place) {
    const Slot* slot = clear(name);
    if (slot && !fits(slot->type, value)) {
      scope_.findings.add(kWrongValue, place, {written(value), name, described(slot->type)});
    }
  }

  void asked(const std::string& name, Place place, const char* with, bool fitting,
             const char* instead) {
    if (!fitting) {
      scope_.findings.add(kWrongQuestion, place,
                          {with, name, described(scope_.slot(name)->type), instead});
    }
  }

  const char* question_for(Type kind) const {
    return kind == Type::kChoice ? "choose" : kind == Type::kNumber ? "rate" : "ask";
  }

  void copied(const Set& what) {
    const Slot* slot = clear(what.slot);
    const Slot* from = clear(what.from);
    if (slot && from && !fits(slot->type, from->type)) {
      scope_.findings.add(kWrongValue, what.from_place, misfit(what, *slot, *from));
    }
  }

  template <typename Other>
  void one(const Other&) {}
  void one(const Ask& what) {
    if (const Slot* slot = clear(what.slot)) {
      asked(what.slot, what.slot_place, "ask", slot->type.kind != Type::kChoice, "choose");
    }
  }
  void one(const Choose& what) {
    if (const Slot* slot = clear(what.slot)) {
      const Type kind = slot->type.kind;
      asked(what.slot, what.slot_place, "choose", kind == Type::kChoice, question_for(kind));
    }
  }
  void one(const Rate& what) {
    if (const Slot* slot = clear(what.slot)) {
      const Type kind = slot->type.kind;
      asked(what.slot, what.slot_place, "rate", kind == Type::kNumber, question_for(kind));
    }
  }
  void one(const Set& what) {
    if (!what.from.empty()) return copied(what);
    put(what.slot, what.value, what.value.place.line ? what.value.place : what.slot_place);
  }
  void one(const Chart& what) {
    const Slot* slot = clear(what.slot);
    if (slot && !slot->measure) {
      const bool number = slot->type.kind == Type::kNumber;
      scope_.findings.add(kChartNotMeasure, what.slot_place,
                          {what.slot, described(slot->type), number ? "" : "such as `calm: number 0 to 10, measure`"});
    }
  }
  void one(const Add& what) {
    const Slot* slot = clear(what.slot);
    if (slot && slot->type.kind != Type::kNumber) {
      scope_.findings.add(kAddNotNumber, what.slot_place, {what.slot, described(slot->type)});
    }
  }

  const Scope& scope_;
  const Values values_;
};

}  // namespace

void check_slots(const Scope& scope) {
  Kinds kinds(scope);
  for (const Slot& slot : scope.script.slots) kinds.declared(slot);
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) { kinds.step(step); };
  visit.condition = [&](const Condition& condition, const Spot&) {
    each_part(condition, [&](const Condition& part) { kinds.condition(part); });
  };
  walk(scope.script, visit);
  each_shared(scope.script, scope.around.shared, [&](const Use& use, const Remarks& remarks) {
    scope.findings.in_remarks(&use);
    walk(remarks, visit);
    scope.findings.in_remarks(nullptr);
  });
}

}  // namespace attune::dialogs
