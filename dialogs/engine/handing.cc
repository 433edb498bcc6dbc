// A conversation handed to a person, and its way back.
//
// The frame that handed off rests at its `hand off`, as one that called rests at its call. While it is
// on top the bot is silent: only safety and the ways out are still heard. What is above it (safety's
// question, a help that was asked for) talks as ever. Given back while something is above, the script
// goes on when it is on top again.
//
// What the inbox has to be told is found at the end, by comparing: a run that is cut off, a place that
// is gone and a person who leaves are then all told the same way.
#include <algorithm>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {

bool from_counselor(Event::Kind kind) {
  return kind == Event::Kind::kTake || kind == Event::Kind::kWrite || kind == Event::Kind::kGiveBack ||
         kind == Event::Kind::kClose;
}

const char* misfit(const Conversation& conversation, const Event& event) {
  if (!conversation.handed || event.hand_off != conversation.hand_offs) return "over";
  if (conversation.counselor == event.counselor) return "";
  if (!conversation.counselor.empty()) return "other";
  return event.kind == Event::Kind::kTake ? "" : "free";
}

bool Turn::rests_at_hand_off(const Frame& frame) const {
  const Program* program = program_of(frame);
  if (program == nullptr) return false;
  const auto at = program->anchors.find(frame.at);
  return at != program->anchors.end() &&
         program->code[static_cast<std::size_t>(at->second)].op == Instruction::Op::kHandOff;
}

bool Turn::silent() const {
  return state_.conversation.handed && !idle() && rests_at_hand_off(top());
}

// execute() has already moved on; the step itself is one before. A second one, of a script above the
// first, waits for the same person.
void Turn::hand_off(const HandOff& step) {
  Conversation& conversation = state_.conversation;
  top().at = program_->anchor_of.at(pc_ - 1);
  resting_ = true;
  reason("hand off", step.reason);
  if (conversation.handed) return;
  conversation.handed = true;
  ++conversation.hand_offs;
  conversation.counselor.clear();
  conversation.waits_since = event_.now;
  top().misses = 0;
  handing_ = &step;
  handing_script_ = top().script;
}

// What the person writes is the counselor's to read. Once, while none has come, it is said so.
void Turn::keep_for_counselor() {
  Conversation& conversation = state_.conversation;
  reason("hand off", "for the counselor to read");
  if (conversation.waits_since == 0) conversation.waits_since = event_.now;
  if (!conversation.counselor.empty() || top().misses > 0) return;
  ++top().misses;
  say_only("repair/nobody-yet");
}

std::optional<Timer> Turn::next_of_hand_off() const {
  const Conversation& conversation = state_.conversation;
  const Program* program = program_of(top());
  const Step* step = program->code[static_cast<std::size_t>(program->anchors.at(top().at))].step;
  const auto& hand_off = std::get<HandOff>(step->what);
  if (conversation.waits_since == 0 || !hand_off.timeout) return std::nullopt;
  Timer next;
  next.kind = Timer::Kind::kNobody;
  next.due = std::max(conversation.waits_since + hand_off.timeout->after, event_.now);
  return next;
}

void Turn::fire_nobody() {
  reason("timer", "no counselor in time");
  over_ = Effect::HandOff::kNobody;
  state_.conversation.handed = false;
  state_.conversation.open_since = event_.now;
  if (notice_due()) give_notice();
  point_at_top();
  go_on_at(program_->code[static_cast<std::size_t>(pc_)].to);
}

// A script under way that would not be begun now that safety is open. Danger that is heard leaves such a
// script for good, except here, where a person had taken over.
const Frame* Turn::barred() {
  if (!state_.person.safety_open) return nullptr;
  for (const Frame& frame : state_.conversation.frames) {
    const Program* program = program_of(frame);
    if (program != nullptr && behind_gates(*library_of(frame), frame.script) != program) return &frame;
  }
  return nullptr;
}

// The top frame rests at a hand off: still silent, or on from there.
void Turn::wait_or_go_on() {
  resting_ = state_.conversation.handed;
  if (!resting_) go_on_at(pc_ + 1);
}

// The bot speaks again, from the instruction `to` of the top frame.
void Turn::go_on_at(int to) {
  if (const Frame* frame = barred()) {
    const std::string script = frame->script;
    end_handed_off();
    if (begin(*live_, script, Frame::Why::kRun, nullptr)) run();
    return;
  }
  if (!before_moving_) before_moving_.emplace(frames().size() - 1, top());  // should the run be cut off
  pc_ = to;
  resting_ = false;
  run();
}

void Turn::take_counselor() {
  Conversation& conversation = state_.conversation;
  if (*misfit(conversation, event_) != '\0') return reason("hand off", "not done: it does not fit");
  switch (event_.kind) {
    case Event::Kind::kTake:
      conversation.counselor = event_.counselor;
      conversation.waits_since = event_.now;
      return still_offered();
    case Event::Kind::kWrite:
      return say_counselors_words();
    case Event::Kind::kGiveBack:
      over_ = Effect::HandOff::kGivenBack;
      conversation.handed = false;
      if (idle() || !rests_at_hand_off(top())) return still_offered();
      conversation.open_since = event_.now;
      if (notice_due()) give_notice();
      ask_again(Showing::kFull);
      return mark_unread();
    case Event::Kind::kClose:
      over_ = Effect::HandOff::kClosed;
      conversation.handed = false;
      end_handed_off();
      return still_offered();
    case Event::Kind::kStart:
    case Event::Kind::kMessage:
    case Event::Kind::kTimer:
      return;
  }
}

void Turn::say_counselors_words() {
  Effect effect;
  effect.kind = Effect::Kind::kSay;
  effect.speaker = event_.counselor;
  effect.text = event_.words;
  effect.script = idle() ? "" : top().script;
  effect.counselor = true;
  effects_.push_back(std::move(effect));
  state_.conversation.waits_since = 0;
  still_offered();
}

// Nothing was asked: what could be pressed still can.
void Turn::still_offered() {
  if (!question_waits()) return;
  point_at_top();
  offer(question());
}

// Safety that hands on to safety takes nobody away from the person who came to help: only what stands
// above the hand off is left. Where stop and exit lead is a way out of that too.
bool Turn::goes_on_above_hand_off(const std::string& script) {
  if (!state_.conversation.handed || !is_safety(top().script) || !is_safety(script)) return false;
  const auto leads_out = [&](const On& line) {
    return line.script == script && (line.intent == "stop" || line.intent == "exit");
  };
  if (std::any_of(live_->always.begin(), live_->always.end(), leads_out)) return false;
  if (std::none_of(frames().begin(), frames().end(), [this](const Frame& each) { return rests_at_hand_off(each); })) return false;
  while (!rests_at_hand_off(top())) {
    record(top(), *program_of(top())->script, Outcome::kStopped);
    frames().pop_back();
  }
  opened_ = std::min(opened_, frames().size());
  opened_scene_ = top().scene;
  opened_at_ = top().at;
  return true;
}

// What handed off and all below it has ended; what is above it (safety) stays.
void Turn::end_handed_off() {
  std::size_t above = frames().size();
  while (above > 0 && !rests_at_hand_off(frames()[above - 1])) --above;
  for (std::size_t each = above; each-- > 0;) {
    if (const Program* program = program_of(frames()[each]))
      record(frames()[each], *program->script, Outcome::kPaused);
  }
  frames().erase(frames().begin(), frames().begin() + static_cast<std::ptrdiff_t>(above));
  if (!idle()) frames().front().why = Frame::Why::kRun;
  opened_ = frames().size();
}

// `had`: the number of the hand off that was under way, 0 for none; `by`: whose it was.
void Turn::tell_inbox(std::uint32_t had, const std::string& by) {
  Conversation& conversation = state_.conversation;
  if (conversation.handed && std::none_of(frames().begin(), frames().end(), [this](const Frame& each) {
        return rests_at_hand_off(each);
      })) {
    conversation.handed = false;
  }
  if (!conversation.handed) {
    conversation.counselor.clear();
    conversation.waits_since = 0;
  }
  const auto tell = [this](Effect::HandOff what, std::uint32_t number) -> Effect& {
    Effect effect;
    effect.kind = Effect::Kind::kHandOff;
    effect.hand_off = what;
    effect.number = number;
    effect.name = event_.counselor;
    effects_.push_back(std::move(effect));
    return effects_.back();
  };
  if (had != 0 && (!conversation.handed || conversation.hand_offs != had)) tell(over_, had);
  if (conversation.handed && conversation.hand_offs != had) {
    Effect& waits = tell(Effect::HandOff::kWaits, conversation.hand_offs);
    waits.name.clear();
    waits.script = handing_script_;
    waits.text = handing_ == nullptr ? "" : handing_->reason;
    waits.urgent = handing_ != nullptr && handing_->urgent;
  } else if (conversation.handed && conversation.counselor != by) {
    tell(Effect::HandOff::kTaken, had);
  }
}

}  // namespace attune::dialogs
