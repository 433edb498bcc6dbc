// Values: kept in their declared range, a person's words kept apart, measures noted.
#include <algorithm>
#include <utility>

#include "dialogs/engine/texts.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

bool is_memory(const std::string& name) { return name.starts_with("my."); }

bool suits(const Value& value, SlotType::Kind kind) {
  switch (kind) {
    case SlotType::Kind::kText:
      return std::holds_alternative<TextRef>(value) || std::holds_alternative<std::string>(value);
    case SlotType::Kind::kChoice:
      return std::holds_alternative<std::string>(value);
    case SlotType::Kind::kNumber:
      return std::holds_alternative<std::int64_t>(value);
    case SlotType::Kind::kYesNo:
      return std::holds_alternative<bool>(value);
    case SlotType::Kind::kDate:
      return std::holds_alternative<Day>(value);
    case SlotType::Kind::kDuration:
      return std::holds_alternative<Length>(value);
    case SlotType::Kind::kList:
      return std::holds_alternative<std::vector<TextRef>>(value);
  }
  return false;
}

bool holds_words(const Value& value) {
  return std::holds_alternative<TextRef>(value) ||
         std::holds_alternative<std::vector<TextRef>>(value);
}

// What is left of the words that a value refers to.
std::vector<std::string> words_in(const Value& value, const TextPool& pool) {
  std::vector<TextRef> refs;
  if (const auto* ref = std::get_if<TextRef>(&value)) refs.push_back(*ref);
  if (const auto* list = std::get_if<std::vector<TextRef>>(&value)) refs = *list;
  std::vector<std::string> texts;
  for (const TextRef each : refs) {
    const auto text = pool.find(each.number);
    if (text != pool.end()) texts.push_back(text->second.text);
  }
  return texts;
}

std::int64_t in_range(const Slot& slot, std::int64_t number) {
  return std::clamp(number, slot.type.low, std::max(slot.type.low, slot.type.high));
}

const char* word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted:
      return "completed";
    case Outcome::kPaused:
      return "paused";
    case Outcome::kStopped:
      return "stopped";
  }
  return "";
}

const Header& memory_header(const Library& library) {
  static const Header none;
  for (const auto& script : library.shared) {
    if (script != nullptr && script->kind == Script::Kind::kMemory) return script->header;
  }
  return none;
}

}  // namespace

const Slot* Turn::slot(const std::string& name) const {
  if (is_memory(name)) {
    const auto at = library_->memory.find(name);
    return at == library_->memory.end() ? nullptr : &at->second;
  }
  for (const Slot& each : program_->script->slots) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

void Turn::put(const std::string& name, Value value) {
  const Slot* declared = slot(name);
  if (declared == nullptr || !suits(value, declared->type.kind)) return;
  if (auto* number = std::get_if<std::int64_t>(&value)) {
    *number = in_range(*declared, *number);
    if (declared->measure && !only_saying_) {
      Effect effect;
      effect.kind = Effect::Kind::kMeasure;
      effect.script = program_->script->name;
      effect.name = name;
      effect.number = *number;
      effects_.push_back(std::move(effect));
    }
  }
  Slots& slots = is_memory(name) ? state_.person.memory : top().slots;
  slots[name] = std::move(value);
  if (name == kLanguageSlot) speak_their_language();
}

void Turn::put_texts(const std::string& name, const std::vector<std::string>& texts, bool list) {
  const Slot* declared = slot(name);
  if (declared == nullptr) return;
  const bool memory = is_memory(name);
  const Header& header = memory ? memory_header(*library_) : program_->script->header;
  const std::int64_t keep = lifetime(*declared, header, memory);
  auto& pool = memory ? state_.person.texts : state_.conversation.texts;
  auto& next = memory ? state_.person.next_text : state_.conversation.next_text;
  std::vector<TextRef> refs;
  for (const std::string& text : texts)
    refs.push_back(keep_text(pool, next, text, keep, event_.now));
  if (list) {
    put(name, std::move(refs));
  } else {
    put(name, refs.front());
  }
}

void Turn::unset(const std::string& name) {
  if (is_memory(name)) {
    state_.person.memory.erase(name);
    return;
  }
  Frame& frame = top();
  frame.slots.erase(name);
  // Forgotten is forgotten: `back` and `rewind` must not bring it up again.
  for (Snapshot& snapshot : frame.trail) snapshot.slots.erase(name);
  for (auto& [scene, snapshot] : frame.checkpoints) snapshot.slots.erase(name);
}

void Turn::set(const Set& step) {
  if (!step.from.empty()) return copy(step);
  if (const Slot* declared = slot(step.slot)) put(step.slot, constant(*declared, step.value));
}

// Words are copied under the lifetime of the slot they come into.
void Turn::copy(const Set& step) {
  const Value* value = scope().value(step.from);
  if (value == nullptr) return;
  if (!holds_words(*value)) return put(step.slot, *value);
  const auto& pool = is_memory(step.from) ? state_.person.texts : state_.conversation.texts;
  const std::vector<std::string> texts = words_in(*value, pool);
  const bool list = std::holds_alternative<std::vector<TextRef>>(*value);
  if (!texts.empty()) put_texts(step.slot, texts, list);
}

// What `call ... with slot = {other}` hands over, for a slot of the script that is called.
Value Turn::handed(const Set& with, const Slot& slot, const Header& header) {
  const Value* value = scope().value(with.from);
  if (value == nullptr || !suits(*value, slot.type.kind)) return {};
  if (const auto* number = std::get_if<std::int64_t>(value)) return in_range(slot, *number);
  if (!holds_words(*value)) return *value;
  const auto& pool = is_memory(with.from) ? state_.person.texts : state_.conversation.texts;
  std::vector<TextRef> refs;
  for (const std::string& text : words_in(*value, pool)) {
    refs.push_back(keep_text(state_.conversation.texts, state_.conversation.next_text, text,
                             lifetime(slot, header, false), event_.now));
  }
  if (refs.empty()) return {};
  if (std::holds_alternative<TextRef>(*value)) return refs.front();
  return refs;
}

void Turn::add(const Add& step) {
  const Slot* declared = slot(step.slot);
  if (declared == nullptr) return;
  const Value* before = scope().value(step.slot);
  const auto* number = before == nullptr ? nullptr : std::get_if<std::int64_t>(before);
  const std::int64_t from = number == nullptr ? in_range(*declared, 0) : *number;
  // Amounts are a script's constants; the range keeps the sum small, whatever they are.
  std::int64_t sum = 0;
  if (__builtin_add_overflow(from, step.amount, &sum))
    sum = step.amount > 0 ? INT64_MAX : INT64_MIN;
  put(step.slot, sum);
}

void Turn::forget(const Forget& step) {
  for (const auto& [name, place] : step.slots) unset(name);
  if (!step.everything) return;
  forget_person_ = true;
  Effect effect;
  effect.kind = Effect::Kind::kForgetPerson;
  effects_.push_back(std::move(effect));
}

Value Turn::constant(const Slot& slot, const Literal& literal) const {
  const auto* number = std::get_if<std::int64_t>(&literal.value);
  const auto* flag = std::get_if<bool>(&literal.value);
  const auto* text = std::get_if<std::string>(&literal.value);
  switch (slot.type.kind) {
    case SlotType::Kind::kText:
    case SlotType::Kind::kChoice:
      if (number != nullptr) return std::to_string(*number);
      if (flag != nullptr) return std::string(*flag ? "yes" : "no");
      break;
    case SlotType::Kind::kNumber:
      if (number != nullptr) return in_range(slot, *number);
      break;
    case SlotType::Kind::kDate:
      if (number != nullptr) return Day{*number};
      break;
    case SlotType::Kind::kDuration:
      if (number != nullptr) return Length{*number};
      break;
    case SlotType::Kind::kYesNo:
    case SlotType::Kind::kList:
      break;
  }
  if (flag != nullptr) return *flag;
  return text == nullptr ? Value{} : Value{*text};
}

// `call ... save SLOT`, back in the caller: the called script's slot of that name (without "my."),
// or, where it has none, how it ended. Words are copied under the saving slot's own lifetime.
void Turn::save(const Frame& ended, const Script& script, Outcome outcome) {
  const std::string& name = ended.save_to;
  const std::string theirs = is_memory(name) ? name.substr(3) : name;
  const bool has_one = std::any_of(script.slots.begin(), script.slots.end(),
                                   [&](const Slot& each) { return each.name == theirs; });
  if (!has_one) return put(name, std::string(word(outcome)));
  const auto at = ended.slots.find(theirs);
  if (at == ended.slots.end()) return;
  if (!holds_words(at->second)) return put(name, at->second);
  const std::vector<std::string> texts = words_in(at->second, state_.conversation.texts);
  const bool list = std::holds_alternative<std::vector<TextRef>>(at->second);
  if (!texts.empty()) put_texts(name, texts, list);
}

}  // namespace attune::dialogs
