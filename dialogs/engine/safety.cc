// Safety comes first, in every message, whatever is open, and it fails closed.
#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr Seconds kNotBefore = 86'400;  // safety.open is not cleared in its first day

}  // namespace

bool Turn::hard_safety_heard() const {
  const On* line = safety_line();
  if (line == nullptr) return false;
  const auto kind = live_->vocabulary.find(line->intent);
  return kind != live_->vocabulary.end() && kind->second == IntentKind::kSafetyHard;
}

bool Turn::take_safety() {
  bool any = false;
  for (const Heard& heard : event_.hearing.heard) {
    const auto kind = live_->vocabulary.find(heard.intent);
    if (kind == live_->vocabulary.end()) continue;
    any = any || kind->second == IntentKind::kSafetyHard || kind->second == IntentKind::kSafetySoft;
  }
  if (!any) return false;
  if (const On* line = safety_line()) {
    if (was_settled(*line)) return false;
    act_on_safety(*line);
  } else {
    reason("safety", "heard, but always.talk does not say what to do");
    fail_closed();
  }
  return true;
}

// A soft question was just answered, with nothing the matter, and words come that would bring it again:
// most likely the same ones, which are what the person wants to say to the question below ("to feel
// safe"). Once; and never for hard ones. The words themselves are not compared: a state keeps no copy
// of them for that, so other words that lead to the same script pass that once too.
bool Turn::was_settled(const On& line) {
  if (idle() || silent() || top().settled != line.script || hard_safety_heard()) return false;
  top().settled.clear();
  note_heard(line);
  reason("safety", "heard " + line.intent + " again, just after " + line.script + ": an answer");
  return true;
}

// Hard before soft, then the order of always.talk.
const On* Turn::safety_line() const {
  for (const IntentKind wanted : {IntentKind::kSafetyHard, IntentKind::kSafetySoft}) {
    for (const On& line : live_->always) {
      const auto kind = live_->vocabulary.find(line.intent);
      if (kind == live_->vocabulary.end() || kind->second != wanted) continue;
      for (const Heard& heard : event_.hearing.heard) {
        if (heard.intent == line.intent && live_->programs.count(line.script) != 0) return &line;
      }
    }
  }
  return nullptr;
}

// Counted whatever follows from it.
void Turn::note_heard(const On& line) {
  Effect effect;
  effect.kind = Effect::Kind::kSafety;
  effect.name = line.intent;
  effect.script = line.script;
  effect.number = Effect::kSafetyHeard;
  effects_.push_back(std::move(effect));
}

void Turn::act_on_safety(const On& line) {
  note_heard(line);
  reason("safety",
         "heard " + line.intent + (line.leaves ? ": switch to " : ": call ") + line.script);
  safety_intent_ = line.intent;
  for (const Heard& heard : event_.hearing.heard) {
    if (heard.intent == line.intent) heard_ = &heard;
  }
  if (heard_ != nullptr) reasons_.back().heard = {*heard_};
  // The script that handles this is already asking. Words that answer it are its answer; any others
  // begin it again, so that it can never be talked past.
  if (!idle() && top().script == line.script && !state_.conversation.paused && !silent()) {
    point_at_top();
    const Reading reading = event_.choice.empty() ? read_words(question()) : read_press(question());
    if (reading.fit != Reading::Fit::kNone) return accept(reading);
  }
  state_.conversation.paused = false;
  bool begun = false;
  // Where a person has taken over, nothing takes them away again, least of all danger.
  if ((!line.leaves || state_.conversation.handed) && !idle()) {
    make_room(true);
    begun = !idle() && begin(*live_, line.script, Frame::Why::kInterrupt, nullptr);
  }
  if (!begun) {  // `switch to`; nothing under way; or no room above it
    leave_all();
    begun = begin(*live_, line.script, Frame::Why::kRun, nullptr);
  }
  if (!begun) return cut();
  run();
}

void Turn::open_safety(const std::string& script) {
  Person& person = state_.person;
  person.safety_open = true;
  person.safety_since = event_.now;
  person.safety_class = safety_intent_.empty() ? script : safety_intent_;
  Effect effect;
  effect.kind = Effect::Kind::kSafety;
  effect.name = person.safety_class;
  effect.script = script;
  effect.number = Effect::kSafetyOpened;
  effects_.push_back(std::move(effect));
}

void Turn::clear_safety() {
  Person& person = state_.person;
  if (!person.safety_open) return;
  if (event_.now - person.safety_since < kNotBefore) {
    return reason("safety", "stays open: a day has not passed since it was opened");
  }
  Effect effect;
  effect.kind = Effect::Kind::kSafety;
  effect.name = person.safety_class;
  effect.number = Effect::kSafetyCleared;
  effects_.push_back(std::move(effect));
  person.safety_open = false;
  person.safety_since = 0;
  person.safety_class.clear();
}

// Safety could not be looked at, or has nowhere to go: nothing advances, and the way to people who
// can help is shown.
void Turn::fail_closed() {
  reason("safety", "could not be looked at: nothing advances");
  say_only("repair/internal-error");
  std::string card = "safety/help-now";
  for (const On& line : live_->always) {
    if (line.intent == "help-now") card = line.script;
  }
  say_only(card);
  if (idle()) return;
  if (silent()) return keep_for_counselor();
  point_at_top();
  ask(program_->code[static_cast<std::size_t>(pc_)].index, Showing::kShort);
}

}  // namespace attune::dialogs
