// It says that it is an automated program: at first contact, after 7 days of silence, and after 3
// hours of continuous use (no silence of half an hour in them).
#include <algorithm>

#include "dialogs/engine/texts.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr Seconds kSilence = 30 * 60;
constexpr Seconds kLongAway = 7 * 86'400;
constexpr Seconds kLongUse = 3 * 3'600;

}  // namespace

void Turn::keep_time() {
  if (event_.kind == Event::Kind::kTimer) return;  // they are not here
  Conversation& conversation = state_.conversation;
  if (event_.now < conversation.last_message) set_back(state_, event_.now);
  first_contact_ = conversation.last_message == 0;
  if (first_contact_ || event_.now - conversation.last_message >= kSilence)
    conversation.use_began = event_.now;
}

bool Turn::notice_due() const {
  const Conversation& conversation = state_.conversation;
  if (conversation.last_notice == 0) return true;
  const Time here = std::max(conversation.last_message, conversation.last_notice);
  if (event_.now - here >= kLongAway) return true;
  return event_.now - std::max(conversation.use_began, conversation.last_notice) >= kLongUse;
}

void Turn::give_notice() {
  for (const On& line : live_->always) {
    if (line.intent != "notice") continue;
    say_only(line.script);
    state_.conversation.last_notice = event_.now;
    return;
  }
}

}  // namespace attune::dialogs
