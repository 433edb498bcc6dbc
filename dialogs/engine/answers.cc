// An answer taken, or not: from the open question to what follows it.
#include <utility>

#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {

// The open question, then other interrupts, then free text, then repair.
void Turn::answer() {
  point_at_top();
  const bool pressed = !event_.choice.empty();
  const Reading reading = pressed ? read_press(question()) : read_words(question());
  use_new_words();  // they answered what they saw; what is said from here on is new
  const QuestionCode& open = question();
  if (pressed && reading.fit == Reading::Fit::kNone) return stale();
  if (!pressed && state_.conversation.paused) {
    if (take_interrupt()) return;
    return open_chat();
  }
  state_.conversation.paused = false;
  if (!pressed && asked_while_they_wrote()) {
    reason("timer", "it had only just been asked");
    say_only("repair/resume");
    return ask_again(Showing::kFull);
  }
  if (open.kind == QuestionCode::Kind::kWait) {
    if (!take_interrupt()) ask_again(Showing::kShort);
    return;
  }
  const bool words_decide = reading.fit == Reading::Fit::kNone ||
                            reading.fit == Reading::Fit::kText ||
                            reading.fit == Reading::Fit::kList;
  if (!words_decide || a_branch_hears(open, reading)) return accept(reading);
  if (take_interrupt()) return;
  if (!reading.repair.empty()) return miss(reading.repair);
  accept(reading);
}

// "I need a break" where own words were asked for: an answer, and how to pause if it was none.
void Turn::say_kept_as_answer() {
  constexpr const char* kLine = "repair/as-answer";
  if (!kept_as_answer_ || live_->programs.count(kLine) == 0) return;
  reason("command", "not taken as one: the question asks for own words");
  say_only(kLine);
}

void Turn::accept(const Reading& reading) {
  use_new_words();
  const QuestionCode& open = question();
  remember();
  say_kept_as_answer();
  Frame& frame = top();
  frame.misses = 0;
  ++frame.answers;
  store(open, reading);
  resting_ = false;
  lead_on(open, reading);
  run();
}

void Turn::store(const QuestionCode& open, const Reading& reading) {
  if (open.kind == QuestionCode::Kind::kConsent) return;
  if (open.kind == QuestionCode::Kind::kRate)
    return put(std::get<Rate>(open.step->what).slot, reading.value);
  if (open.kind == QuestionCode::Kind::kChoose) {
    const Choose& choose = std::get<Choose>(open.step->what);
    if (choose.slot.empty() || reading.fit != Reading::Fit::kChoice) return;
    const Choice& choice = choose.choices[static_cast<std::size_t>(reading.choice)];
    const Slot* chosen = slot(choose.slot);
    if (chosen == nullptr) return;
    if (choice.means) return put(choose.slot, constant(*chosen, *choice.means));
    // As the author wrote it, holes and all: a filled hole could be a person's words.
    std::string label;
    for (const Text::Part& part : choice.label.text.parts)
      label += part.hole ? "{" + part.text + "}" : part.text;
    return put(choose.slot, std::move(label));
  }
  const std::string& name = std::get<Ask>(open.step->what).slot;
  switch (reading.fit) {
    case Reading::Fit::kText:
    case Reading::Fit::kList:
      return put_texts(name, reading.texts, reading.fit == Reading::Fit::kList);
    case Reading::Fit::kYes:
    case Reading::Fit::kNo:
      return put(name, reading.fit == Reading::Fit::kYes);
    case Reading::Fit::kValue:
      return put(name, reading.value);
    case Reading::Fit::kNone:
    case Reading::Fit::kChoice:
      return;
  }
}

void Turn::lead_on(const QuestionCode& open, const Reading& reading) {
  const int index = program_->code[static_cast<std::size_t>(open.at)].index;
  if (reading.fit == Reading::Fit::kChoice) {
    const Choice& choice =
        std::get<Choose>(open.step->what).choices[static_cast<std::size_t>(reading.choice)];
    reason("choice", "\"" + choice.label.text.source() + "\", " + reading.how);
    pc_ = open.choices[static_cast<std::size_t>(reading.choice)];
    return;
  }
  if (open.kind == QuestionCode::Kind::kConsent && reading.fit != Reading::Fit::kNone) {
    consented(open, reading.fit == Reading::Fit::kYes);
    if (reading.fit == Reading::Fit::kNo) return;
  }
  if (open.on_answer >= 0) {
    pc_ = open.on_answer;  // ends in the jump that takes a branch
    return;
  }
  take_branch(index);
}

void Turn::consented(const QuestionCode& open, bool yes) {
  const std::string& what = std::get<Consent>(open.step->what).what;
  state_.person.consents[what] = (yes ? "yes " : "no ") + std::to_string(event_.now);
  Effect effect;
  effect.kind = Effect::Kind::kConsent;
  effect.script = program_->script->name;
  effect.name = what;
  effect.number = yes ? 1 : 0;
  effects_.push_back(std::move(effect));
  reason("choice", "consent " + what + (yes ? ": yes" : ": no"));
  if (yes) return;
  if (what == "heavy") close_way_back();
  pc_ = open.declined;
  if (pc_ < 0) end(Outcome::kPaused);  // a no is never gone past
}

// Nothing fitted. The first miss says so, the second shows every choice, the third offers a pause.
void Turn::miss(const std::string& repair) {
  const int misses = ++top().misses;
  reason("repair",
         repair.substr(repair.find('/') + 1) + ", miss " + std::to_string(misses) + " in a row");
  if (misses >= 3 && top().script != kChanged) {
    top().misses = 0;
    if (top().why ==
        Frame::Why::kRepair) {  // even the offer is missed: back to the question itself
      end(Outcome::kCompleted);
      return;
    }
    if (begin(*live_, "repair/pause", Frame::Why::kRepair, nullptr)) return run();
  }
  say_repair(misses > 1 && asked_slot() == nullptr ? "repair/unclear" : repair);
  ask_again(Showing::kShort);
}

// The slot of a question whose answers are not shown as buttons; null for all others.
const Slot* Turn::asked_slot() const {
  const auto* asked = std::get_if<Ask>(&question().step->what);
  const Slot* into = asked == nullptr ? nullptr : slot(asked->slot);
  return into != nullptr && into->type.kind == SlotType::Kind::kYesNo ? nullptr : into;
}

// Where a number was asked for, the repair that names its ends, if the library has one.
void Turn::say_repair(const std::string& repair) {
  constexpr const char* kRange = "repair/out-of-range";
  const auto* rate = std::get_if<Rate>(&question().step->what);
  const Slot* asked = rate != nullptr ? slot(rate->slot) : asked_slot();
  const bool number = asked != nullptr && asked->type.kind == SlotType::Kind::kNumber;
  if (!number || repair != "repair/bad-value" || live_->programs.count(kRange) == 0)
    return say_only(repair);
  say_only(kRange, {{"low", asked->type.low}, {"high", asked->type.high}});
}

// A button of a question that is no longer open is not an answer to the one that is.
void Turn::stale() {
  reason("repair", "the button belongs to another question");
  state_.conversation.paused = false;
  say_only("repair/resume");
  ask_again(Showing::kShort);
}

}  // namespace attune::dialogs
