// What is heard whatever is open: the lines of always.talk.
#include <algorithm>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {

bool Turn::take_interrupt() {
  if (event_.hearing.heard.empty()) return false;
  for (const On& line : live_->always) {
    const auto& all = event_.hearing.heard;
    const auto heard = std::find_if(all.begin(), all.end(),
                                    [&](const Heard& each) { return each.intent == line.intent; });
    if (heard == all.end()) continue;
    const auto kind = live_->vocabulary.find(line.intent);
    if (kind != live_->vocabulary.end() && kind->second != IntentKind::kPlain) continue;
    heard_ = &*heard;
    interrupt(line, "");
    return true;
  }
  return false;
}

bool Turn::take_moment() {
  if (event_.moment.empty()) return false;
  for (const On& line : live_->always) {
    if (line.intent != event_.moment) continue;
    interrupt(line, "");
    return true;
  }
  return false;
}

void Turn::interrupt(const On& line, const std::string& why) {
  reason("interrupt",
         "on " + line.intent + (line.leaves ? " switch to " : " call ") + line.script + (why.empty() ? "" : ": " + why));
  if (heard_ != nullptr && heard_->intent == line.intent) reasons_.back().heard = {*heard_};
  state_.conversation.paused = false;
  if (line.leaves || idle()) {
    leave_all();
    if (!begin(*live_, line.script, Frame::Why::kRun, nullptr)) return cut();
    return run();
  }
  make_room(is_safety(line.script));
  if (begin(*live_, line.script, Frame::Why::kInterrupt, nullptr)) return run();
  say_only(line.script);  // no room, eight deep: at least what it says
  ask_again(Showing::kShort);
}

// Interrupts do not stack: one of the same kind (safety, or not) that is still open gives way, and
// so does a pause offered by repair. Each rests on a question of its own, so any may go.
void Turn::make_room(bool safety) {
  for (std::size_t i = 0; i < frames().size();) {
    const Frame& frame = frames()[i];
    const bool gives_way =
        frame.why == Frame::Why::kRepair ||
        (frame.why == Frame::Why::kInterrupt && is_safety(frame.script) == safety);
    std::size_t end = i + 1;
    while (gives_way && end < frames().size() && frames()[end].why == Frame::Why::kCall) ++end;
    const bool handed = state_.conversation.handed && rests_at_hand_off(frames()[end - 1]);
    if (gives_way && !handed) {
      for (std::size_t each = end; each-- > i;) {
        record(frames()[each], *program_of(frames()[each])->script, Outcome::kStopped);
      }
      frames().erase(frames().begin() + static_cast<std::ptrdiff_t>(i),
                     frames().begin() + static_cast<std::ptrdiff_t>(end));
      opened_ = std::min(opened_, frames().size());
    } else {
      i = end;
    }
  }
  opened_scene_ = idle() ? "" : top().scene;
  opened_at_ = idle() ? "" : top().at;
}

bool Turn::is_safety(const std::string& script) const {
  const auto found = live_->programs.find(script);
  return found != live_->programs.end() && found->second->script->header.topic == "safety";
}

}  // namespace attune::dialogs
