#include "dialogs/engine/conditions.h"

#include <algorithm>

#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

constexpr Seconds kDay = 86'400;

bool compare(std::int64_t left, Condition::Op op, std::int64_t right) {
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
    case Condition::Op::kGreaterEqual:
      return left >= right;
  }
  return false;
}

std::int64_t number_of(const Literal& literal) {
  const auto* number = std::get_if<std::int64_t>(&literal.value);
  return number == nullptr ? 0 : *number;
}

// A word as a condition writes it: `yes`, `7` and `late` alike.
std::string word_of(const Literal& literal) {
  if (const auto* number = std::get_if<std::int64_t>(&literal.value))
    return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&literal.value)) return *flag ? "yes" : "no";
  const auto* text = std::get_if<std::string>(&literal.value);
  return text == nullptr ? "" : *text;
}

bool same_word(const std::string& value, Condition::Op op, const Literal& literal) {
  return (value == word_of(literal)) == (op == Condition::Op::kIs);
}

bool compare_slot(const Condition& condition, const Scope& scope) {
  const Value* value = scope.value(condition.name);
  if (value == nullptr) return condition.op == Condition::Op::kIsNot;
  if (const auto* number = std::get_if<std::int64_t>(value)) {
    return compare(*number, condition.op, number_of(condition.value));
  }
  if (const auto* length = std::get_if<Length>(value)) {
    return compare(length->seconds, condition.op, number_of(condition.value));
  }
  if (const auto* day = std::get_if<Day>(value))
    return compare(day->days, condition.op, number_of(condition.value));
  if (const auto* flag = std::get_if<bool>(value))
    return same_word(*flag ? "yes" : "no", condition.op, condition.value);
  if (const auto* word = std::get_if<std::string>(value))
    return same_word(*word, condition.op, condition.value);
  const auto* ref = std::get_if<TextRef>(value);
  if (ref == nullptr) return condition.op == Condition::Op::kIsNot;
  const auto& pool =
      condition.name.starts_with("my.") ? scope.state.person.texts : scope.state.conversation.texts;
  const auto text = pool.find(ref->number);
  if (text == pool.end()) return condition.op == Condition::Op::kIsNot;
  return same_word(text->second.text, condition.op, condition.value);
}

bool was_done(const Condition& condition, const Scope& scope) {
  const auto done = scope.state.person.done.find(condition.name);
  if (done == scope.state.person.done.end()) return false;
  return condition.within == 0 || scope.event.now - done->second.last <= condition.within;
}

bool was_visited(const Condition& condition, const Scope& scope) {
  const auto visits = scope.frame.visits.find(condition.name);
  return visits != scope.frame.visits.end() && visits->second >= condition.times;
}

bool compare_days(const Condition& condition, const Scope& scope) {
  const Value* value = scope.value(condition.name);
  const auto* day = value == nullptr ? nullptr : std::get_if<Day>(value);
  return day != nullptr &&
         compare(scope.event.local_day - day->days, condition.op, number_of(condition.value));
}

bool was_heard(const Condition& condition, const Scope& scope,
               std::vector<const Heard*>* evidence) {
  const Heard* heard = scope.heard(condition.name);
  if (heard == nullptr) return false;
  if (evidence != nullptr) evidence->push_back(heard);
  return true;
}

bool all_hold(const Condition& condition, const Scope& scope, std::vector<const Heard*>* evidence) {
  const std::size_t before = evidence == nullptr ? 0 : evidence->size();
  for (const Condition& part : condition.parts) {
    if (holds(part, scope, evidence)) continue;
    if (evidence != nullptr) evidence->resize(before);
    return false;
  }
  return true;
}

std::string sign(Condition::Op op) {
  switch (op) {
    case Condition::Op::kIs:
      return " is ";
    case Condition::Op::kIsNot:
      return " is not ";
    case Condition::Op::kLess:
      return " < ";
    case Condition::Op::kLessEqual:
      return " <= ";
    case Condition::Op::kGreater:
      return " > ";
    case Condition::Op::kGreaterEqual:
      return " >= ";
  }
  return " ";
}

// Bare only where it reads back as the same word: `is yes` and `is "yes"` are not the same.
std::string quoted_word(const Literal& literal) {
  const std::string word = word_of(literal);
  if (!std::holds_alternative<std::string>(literal.value)) return word;
  if (is_name(word) && word != "yes" && word != "no" && word != "set" && word != "not") return word;
  if (word.find('"') != std::string::npos) return "\xE2\x80\x9C" + word + "\xE2\x80\x9D";
  return '"' + word + '"';
}

std::string span_of_time(Seconds seconds) {
  if (seconds % kDay == 0) return std::to_string(seconds / kDay) + " days";
  if (seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + " hours";
  return std::to_string(seconds / 60) + " minutes";
}

std::string join(const Condition& condition, const char* with) {
  std::string out;
  for (const Condition& part : condition.parts) {
    if (!out.empty()) out += with;
    const bool brackets = part.kind == Condition::Kind::kAnd || part.kind == Condition::Kind::kOr;
    out += brackets ? "(" + words(part) + ")" : words(part);
  }
  return out;
}

}  // namespace

const Value* Scope::value(const std::string& slot) const {
  const Slots& slots = slot.starts_with("my.") ? state.person.memory : frame.slots;
  const auto at = slots.find(slot);
  if (at == slots.end() || std::holds_alternative<std::monostate>(at->second)) return nullptr;
  return &at->second;
}

const Heard* Scope::heard(const std::string& intent) const {
  const std::size_t own = script.name.size() + 1 + intent.size();  // "script:list"
  for (const Heard& each : event.hearing.heard) {
    if (each.intent == intent) return &each;
    if (each.intent.size() == own && each.intent.starts_with(script.name) &&
        each.intent.ends_with(intent) && each.intent[script.name.size()] == ':') {
      return &each;
    }
  }
  return nullptr;
}

bool holds(const Condition& condition, const Scope& scope, std::vector<const Heard*>* evidence) {
  switch (condition.kind) {
    case Condition::Kind::kHeard:
      return was_heard(condition, scope, evidence);
    case Condition::Kind::kFlag:
      return scope.state.person.safety_open;
    case Condition::Kind::kCompare:
      return compare_slot(condition, scope);
    case Condition::Kind::kIsSet:
      return scope.value(condition.name) != nullptr;
    case Condition::Kind::kVisited:
      return was_visited(condition, scope);
    case Condition::Kind::kDone:
      return was_done(condition, scope);
    case Condition::Kind::kDaysSince:
      return compare_days(condition, scope);
    case Condition::Kind::kHour:
      return compare(scope.event.local_hour, condition.op, number_of(condition.value));
    case Condition::Kind::kAnd:
      return all_hold(condition, scope, evidence);
    case Condition::Kind::kOr:
      return std::any_of(condition.parts.begin(), condition.parts.end(),
                         [&](const Condition& part) { return holds(part, scope, evidence); });
    case Condition::Kind::kNot:
      return !condition.parts.empty() && !holds(condition.parts.front(), scope, nullptr);
  }
  return false;
}

std::string words(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::kHeard:
    case Condition::Kind::kFlag:
      return condition.name;
    case Condition::Kind::kCompare:
      return condition.name + sign(condition.op) + quoted_word(condition.value);
    case Condition::Kind::kIsSet:
      return condition.name + " is set";
    case Condition::Kind::kVisited:
      return "visited " + condition.name +
             (condition.times > 1 ? " " + std::to_string(condition.times) + " times" : "");
    case Condition::Kind::kDone:
      return "done " + condition.name +
             (condition.within > 0 ? " within " + span_of_time(condition.within) : "");
    case Condition::Kind::kDaysSince:
      return "days since " + condition.name + sign(condition.op) + quoted_word(condition.value);
    case Condition::Kind::kHour:
      return "hour" + sign(condition.op) + quoted_word(condition.value);
    case Condition::Kind::kAnd:
      return join(condition, " and ");
    case Condition::Kind::kOr:
      return join(condition, " or ");
    case Condition::Kind::kNot:
      return "not " + join(condition, "");
  }
  return "";
}

static std::string value_in_words(const Value* value) {
  if (value == nullptr) return " is not set";
  if (const auto* number = std::get_if<std::int64_t>(value)) return " is " + std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(value)) return *flag ? " is yes" : " is no";
  if (const auto* word = std::get_if<std::string>(value)) return " is " + *word;
  if (const auto* length = std::get_if<Length>(value)) return " is " + std::to_string(length->seconds) + " seconds";
  return " is set";
}

static std::string value_of(const Condition& condition, const Scope& scope) {
  switch (condition.kind) {
    case Condition::Kind::kFlag:
      return condition.name + (scope.state.person.safety_open ? " is yes" : " is no");
    case Condition::Kind::kVisited: {
      const auto visits = scope.frame.visits.find(condition.name);
      return condition.name + " visited " + std::to_string(visits == scope.frame.visits.end() ? 0 : visits->second) + " times";
    }
    case Condition::Kind::kDone:
      return condition.name + (scope.state.person.done.contains(condition.name) ? " was done" : " was not done");
    case Condition::Kind::kDaysSince: {
      const Value* value = scope.value(condition.name);
      const auto* day = value == nullptr ? nullptr : std::get_if<Day>(value);
      if (day == nullptr) return condition.name + " is not set";
      return std::to_string(scope.event.local_day - day->days) + " days since " + condition.name;
    }
    case Condition::Kind::kHour:
      return "hour is " + std::to_string(scope.event.local_hour);
    case Condition::Kind::kHeard:
      return "";
    default:
      return condition.name + value_in_words(scope.value(condition.name));
  }
}

std::string values(const Condition& condition, const Scope& scope) {
  if (condition.parts.empty()) return value_of(condition, scope);
  std::string all;
  for (const Condition& part : condition.parts) {
    const std::string one = values(part, scope);
    if (!one.empty() && all.find(one) == std::string::npos) all += (all.empty() ? "" : ", ") + one;
  }
  return all;
}

bool asks_what_was_heard(const Condition& condition) {
  if (condition.kind == Condition::Kind::kHeard) return true;
  return std::any_of(condition.parts.begin(), condition.parts.end(), asks_what_was_heard);
}

}  // namespace attune::dialogs
