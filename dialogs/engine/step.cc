// The order in which a message is taken. This file decides who gets it; the others, what they do.
#include "dialogs/engine/step.h"

#include <algorithm>
#include <utility>

#include "dialogs/engine/texts.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {

Stepped step(const Library& live, const Held& held, State state, const Event& event) {
  return Turn(live, held, std::move(state), event).take();
}

std::vector<std::string> held_editions(const State& state, const std::string& live) {
  std::vector<std::string> held;
  for (const Frame& frame : state.conversation.frames) {
    if (frame.edition != live && std::find(held.begin(), held.end(), frame.edition) == held.end())
      held.push_back(frame.edition);
  }
  return held;
}

std::string open_edition(const State& state, const std::string& live) {
  const auto& frames = state.conversation.frames;
  return frames.empty() ? live : frames.back().edition;
}

Turn::Turn(const Library& live, const Held& held, State state, const Event& event)
    : source_(live), held_(held), event_(event), state_(std::move(state)), live_(&live) {}

Stepped Turn::take() {
  drop_expired(state_, event_.now);
  take_language();
  take_place();
  const std::uint32_t had = state_.conversation.handed ? state_.conversation.hand_offs : 0;
  const std::string by = state_.conversation.counselor;
  if (!from_counselor(event_.kind)) keep_time();
  if (event_.kind == Event::Kind::kTimer) {
    fire();
    tell_inbox(had, by);
    finish();
    return {std::move(state_), std::move(effects_), std::move(reasons_), std::move(wanted_)};
  }
  drop_lost();
  fill_memory();
  opened_ = frames().size();
  if (!idle()) opened_scene_ = top().scene;
  if (!idle()) opened_at_ = top().at;

  if (from_counselor(event_.kind)) {
    take_counselor();
  } else if (event_.kind == Event::Kind::kMessage && !event_.hearing.safety_ran) {
    fail_closed();
  } else {
    // Where danger is now, nothing stands before the number to call.
    if (!silent() && notice_due() && !hard_safety_heard()) give_notice();
    if (event_.kind == Event::Kind::kStart) {
      open_chat();
    } else {
      message();
    }
  }
  if (!forget_person_) tell_inbox(had, by);
  finish();
  return {std::move(state_), std::move(effects_), std::move(reasons_), std::move(wanted_)};
}

void Turn::message() {
  if (take_safety()) return;
  if (take_moment()) return;
  if (take_command()) return;
  if (lost_ || idle()) return nothing_open();
  if (silent()) return keep_for_counselor();
  answer();  // the open question, other interrupts, free text, repair
}

// A message, and no question for it to answer: what it asks for, or else the menu.
void Turn::nothing_open() {
  if (lost_) {
    say_only("repair/lost");
    if (!idle()) return ask_again(Showing::kFull);
  }
  if (take_interrupt()) return;
  run_moment(first_contact_ ? "start" : "idle");
}

void Turn::open_chat() {
  if (lost_) say_only("repair/lost");
  if (idle()) return run_moment(first_contact_ ? "start" : "idle");
  if (silent()) return;
  if (!lost_) say_only("repair/welcome-back");
  state_.conversation.paused = false;
  ask_again(Showing::kFull);
}

void Turn::run_moment(const char* moment) {
  for (const On& line : live_->always) {
    if (line.intent != moment) continue;
    if (begin(*live_, line.script, Frame::Why::kRun, nullptr)) run();
    return;
  }
}

void Turn::finish() {
  if (forget_person_) {
    state_ = State{};
    return;
  }
  drop_unneeded(state_);
  if (event_.kind == Event::Kind::kStart || event_.kind == Event::Kind::kMessage) note_written();
  set_question_timer();
}

std::string Turn::where() const {
  if (idle()) return "";
  std::string out = top().script;
  if (!top().scene.empty()) out += " " + top().scene;
  if (!top().at.empty()) out += " #" + top().at;
  return out;
}

void Turn::reason(const char* what, std::string detail) {
  reasons_.push_back({what, where(), std::move(detail), {}, 0});
}

}  // namespace attune::dialogs
