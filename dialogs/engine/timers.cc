// What happens without a message: a word after silence, a way on, the end of a wait, a reminder.
//
// Of the open question only the next timer is set, anew at the end of every step, so that a timer that
// no longer belongs to anything is gone by itself. Reminders stay until they have come, or are
// forgotten. Every timer that is set gets a number of its own, also one that is put off: the number is
// what makes a firing happen once.
//
// Nothing here breaks into a conversation. A reminder waits until half an hour after the last message,
// comes on top of the open question and goes back to it; never on top of safety. In quiet hours nothing
// comes, unless the person wrote within two hours (then they are awake) or it is safety's.
#include <algorithm>
#include <utility>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr Seconds kDay = 86'400;
constexpr Seconds kAwake = 2 * 3'600;
constexpr Seconds kGlance = 5;
constexpr Seconds kInTheMiddle = 30 * 60;
constexpr int kQuietFrom = 21, kQuietTo = 8;  // where memory.talk and the person say nothing else
constexpr int kUnanswered = 2;                // a weekly reminder, and one more; then it is quiet
constexpr std::size_t kMostReminders = 16;

int hour_of(const Person& person, const char* slot, int usual) {
  const auto found = person.memory.find(slot);
  const auto* hour = found == person.memory.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return hour == nullptr || *hour < 0 || *hour > 23 ? usual : static_cast<int>(*hour);
}

}  // namespace

std::optional<std::uint32_t> next_timer(const Conversation& conversation, Time by) {
  const auto& timers = conversation.timers;
  const auto first = std::min_element(timers.begin(), timers.end(), [](const auto& a, const auto& b) {
    return a.second.due < b.second.due;
  });
  if (first == timers.end() || first->second.due > by) return std::nullopt;
  return first->first;
}

void Turn::take_place() {
  if (event_.place.empty() || source_.memory.count(kZoneSlot) == 0) return;
  if (zone_of(state_.person).empty()) state_.person.memory[kZoneSlot] = event_.place;
}

// --- setting -----------------------------------------------------------------------------------

void Turn::add_timer(Timer timer) {
  Conversation& conversation = state_.conversation;
  conversation.timers.emplace(conversation.next_timer++, std::move(timer));
}

void Turn::put_off(Timer timer, Time due) {
  reason("timer", "put off");
  timer.due = due;
  add_timer(std::move(timer));
}

bool Turn::is_awake(Time due, Time since) const { return due - since < kAwake; }

// When something due then may be said; `since` is when they last wrote.
Time Turn::awake(Time due, Time since) const {
  if (is_awake(due, since)) return due;
  return after_quiet(event_.zone, due, hour_of(state_.person, kQuietFromSlot, kQuietFrom),
                     hour_of(state_.person, kQuietToSlot, kQuietTo));
}

// Whole days are days of the calendar: at the same time of day, also where clocks change between.
void Turn::remind(const Remind& step) {
  if (only_saying_) return;
  Timer timer;
  timer.kind = Timer::Kind::kRemind;
  timer.script = step.script;
  if (step.recurring) {
    timer.weekday = step.weekday;
    timer.minute = step.at_minute;
    timer.due = next_shown(event_.zone, event_.now, step.weekday, step.at_minute);
  } else if (step.after % kDay == 0) {
    timer.due = when_shown(event_.zone, on_the_wall(event_.zone, event_.now) + step.after);
  } else {
    timer.due = event_.now + step.after;
  }
  timer.due = awake(timer.due, event_.now);
  auto& timers = state_.conversation.timers;
  std::erase_if(timers, [&](const auto& each) {
    return each.second.kind == Timer::Kind::kRemind && each.second.script == step.script;
  });
  if (timers.size() >= kMostReminders)
    return reason("guard", "there are 16 reminders already: this one is not set");
  add_timer(std::move(timer));
}

void Turn::forget_reminders() {
  if (only_saying_) return;
  std::erase_if(state_.conversation.timers,
                [](const auto& each) { return each.second.kind == Timer::Kind::kRemind; });
}

Time Turn::end_of(const Wait& wait) const {
  if (wait.until_minute < 0) return event_.now + wait.duration;
  return next_shown(event_.zone, event_.now, -1, wait.until_minute);
}

// They wrote, or opened the chat: the silence is over.
void Turn::note_written() {
  Conversation& conversation = state_.conversation;
  conversation.last_message = conversation.open_since = event_.now;
  conversation.nudged = false;
  for (auto& [number, timer] : conversation.timers) timer.unanswered = 0;
}

// Who said "pause" is not waited for; they come back when they like.
bool Turn::question_waits() const {
  if (idle() || state_.conversation.paused) return false;
  const Program* program = program_of(top());
  return program != nullptr && program->anchors.count(top().at) != 0 && !rests_at_hand_off(top());
}

std::optional<Timer> Turn::next_of_question() const {
  if (silent()) return next_of_hand_off();
  if (!question_waits()) return std::nullopt;
  const Conversation& conversation = state_.conversation;
  const QuestionCode& open = question();
  Timer next;
  if (open.kind == QuestionCode::Kind::kWait) {
    next.kind = Timer::Kind::kWait;
    next.due = top().until;
  } else {
    const auto& nudges = open.question->nudges;
    const auto said = static_cast<std::size_t>(top().nudges);
    const bool may_nudge = !conversation.nudged && said < nudges.size();
    if (may_nudge) next.due = conversation.open_since + nudges[said].after;
    const Seconds silence = open.question->timeout ? open.question->timeout->after : 0;
    const bool leads_on = open.question->timeout.has_value();
    if (!may_nudge && !leads_on) return std::nullopt;
    if (leads_on && (!may_nudge || conversation.open_since + silence <= next.due)) {
      next.kind = Timer::Kind::kTimeout;
      next.due = conversation.open_since + silence;
    }
  }
  next.due = std::max(next.due, event_.now);
  if (!is_safety(top().script)) next.due = awake(next.due, conversation.last_message);
  return next;
}

void Turn::set_question_timer() {
  if (lost_ && event_.kind == Event::Kind::kTimer) return;
  if (event_.now < kNeverSet) return;  // from such a clock on, everything would be over at once
  if (question_waits()) point_at_top();
  const std::optional<Timer> next = next_of_question();
  auto& timers = state_.conversation.timers;
  bool set = false;
  std::erase_if(timers, [&](const auto& each) {
    if (each.second.kind == Timer::Kind::kRemind) return false;
    const bool stays = !set && next && each.second == *next;
    set = set || stays;
    return !stays;
  });
  if (next && !set) add_timer(*next);
}

// A timer asked something so shortly ago that these words were written to what stood there before.
bool Turn::asked_while_they_wrote() const {
  const Conversation& conversation = state_.conversation;
  return conversation.open_since > conversation.last_message &&
         event_.now - conversation.open_since < kGlance;
}

// --- firing ------------------------------------------------------------------------------------

bool Turn::among_safety() const {
  const auto& all = state_.conversation.frames;
  return std::any_of(all.begin(), all.end(),
                     [&](const Frame& frame) { return is_safety(frame.script); });
}

void Turn::fire() {
  Conversation& conversation = state_.conversation;
  const auto found = conversation.timers.find(event_.timer);
  if (found == conversation.timers.end()) return reason("timer", "it was let go");
  const Timer timer = found->second;
  conversation.timers.erase(found);
  if (timer.due > event_.now) return put_off(timer, timer.due);  // the clock was set back
  const std::vector<Frame> before = frames();
  drop_lost();
  if (lost_) {  // to be told when they write
    frames() = before;
    effects_.clear();
    return put_off(timer, event_.now + kDay);
  }
  fill_memory();
  opened_ = frames().size();
  if (!idle()) opened_scene_ = top().scene;
  if (!idle()) opened_at_ = top().at;
  const bool safety = timer.kind != Timer::Kind::kRemind && !idle() && is_safety(top().script);
  const bool nobody = timer.kind == Timer::Kind::kNobody;  // who waits for a person is awake
  const Time when = safety || nobody ? event_.now : awake(event_.now, conversation.last_message);
  if (when > event_.now) return put_off(timer, when);
  if (timer.kind == Timer::Kind::kRemind) {
    fire_reminder(timer);
  } else if (silent()) {
    if (nobody) fire_nobody();
  } else if (question_waits()) {
    use_new_words();
    point_at_top();
    if (timer.kind == Timer::Kind::kNudge) fire_nudge();
    if (timer.kind == Timer::Kind::kTimeout) fire_timeout();
    if (timer.kind == Timer::Kind::kWait) fire_wait();
  }
  mark_unread();
  if (!spoke()) still_offered();
}

bool Turn::spoke() const {
  return std::any_of(effects_.begin(), effects_.end(), [](const Effect& each) { return each.kind == Effect::Kind::kSay; });
}

void Turn::mark_unread() {
  if (spoke() && event_.unread && !idle()) state_.conversation.paused = true;
}

void Turn::fire_nudge() {
  const auto& nudges = question().question->nudges;
  const auto said = static_cast<std::size_t>(top().nudges);
  if (said >= nudges.size()) return;
  reason("timer", "a nudge");
  if (notice_due()) give_notice();
  ++top().nudges;
  state_.conversation.nudged = true;
  point_at_top();
  say(nudges[said].line);
  offer(question());
}

void Turn::fire_timeout() {
  if (question().timeout < 0) return;
  reason("timer", "no answer in time");
  state_.conversation.open_since = event_.now;
  if (notice_due()) give_notice();
  point_at_top();
  remember();
  top().misses = 0;
  pc_ = question().timeout;
  resting_ = false;
  run();
}

void Turn::fire_wait() {
  reason("timer", "the wait is over");
  state_.conversation.open_since = event_.now;
  if (notice_due()) give_notice();
  point_at_top();
  pc_ = question().next;
  resting_ = false;
  run();
}

void Turn::fire_reminder(Timer timer) {
  const Conversation& conversation = state_.conversation;
  if (live_->find(timer.script) == nullptr)
    return reason("guard", "there is no script " + timer.script + " any more: the reminder is let go");
  const Time undisturbed = conversation.last_message + kInTheMiddle;
  if (!idle() && !conversation.paused && event_.now < undisturbed) return put_off(timer, undisturbed);
  const bool under_way = std::any_of(frames().begin(), frames().end(), [&](const Frame& frame) {
    return frame.script == timer.script;
  });
  const bool not_now = (among_safety() && !under_way) || conversation.handed;
  if (not_now) return put_off(timer, event_.now + kDay);
  if (timer.weekday >= 0) {
    Timer next = timer;
    next.due = awake(next_shown(event_.zone, event_.now, timer.weekday, timer.minute), event_.now);
    ++next.unanswered;
    add_timer(std::move(next));
  }
  if (timer.weekday >= 0 && timer.unanswered >= kUnanswered)
    return reason("timer", "a reminder, not said: the last ones found nobody");
  bring(timer);
}

void Turn::bring(const Timer& timer) {
  reason("timer", "a reminder: call " + timer.script);
  if (notice_due()) give_notice();
  state_.conversation.open_since = event_.now;
  state_.conversation.paused = false;
  if (idle()) {
    if (begin(*live_, timer.script, Frame::Why::kRun, nullptr)) run();
    return;
  }
  const bool under_way = std::any_of(frames().begin(), frames().end(), [&](const Frame& frame) {
    return frame.script == timer.script;
  });
  if (under_way) return ask_again(Showing::kFull);
  make_room(false);
  if (!idle() && begin(*live_, timer.script, Frame::Why::kInterrupt, nullptr)) return run();
  if (idle() && begin(*live_, timer.script, Frame::Why::kRun, nullptr)) return run();
  if (timer.weekday < 0) put_off(timer, event_.now + kDay);  // eight deep
}

}  // namespace attune::dialogs
