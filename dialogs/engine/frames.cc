// Scripts under way, one on another: how one begins, waits for another, ends and is come back to.
#include <algorithm>
#include <utility>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kMostFrames = 8;
constexpr int kMostGates =
    8;  // a circle of refusals is the check's to find; here it only has to end

}  // namespace

const Library* Turn::library_of(const Frame& frame) const {
  if (frame.edition == live_->hash) return live_;
  const auto held = std::find_if(held_.begin(), held_.end(), [&](const Older& each) {
    return each.library->hash == frame.edition;
  });
  return held == held_.end() ? nullptr : &held->library->in(language_of(state_.person));
}

const Program* Turn::program_of(const Frame& frame) const {
  const Library* library = library_of(frame);
  if (library == nullptr) return nullptr;
  const auto found = library->programs.find(frame.script);
  return found == library->programs.end() ? nullptr : found->second.get();
}

void Turn::point_at_top() {
  library_ = library_of(top());
  program_ = program_of(top());
  pc_ = program_->anchors.at(top().at);
}

// Puts `script` (or the one its gates name instead) on top and points at its first instruction.
// False, and nothing is changed, where there is no such script or no room for one more.
bool Turn::begin(const Library& from, const std::string& script, Frame::Why why, const Call* call) {
  use_new_words();
  if (frames().size() >= kMostFrames) {
    reason("guard", "more than 8 scripts deep");
    return false;
  }
  const Program* program = behind_gates(from, script);
  if (program == nullptr) {
    reason("guard", "there is no script " + script);
    return false;
  }
  Frame frame;
  frame.script = program->script->name;
  frame.edition = from.hash;
  frame.why = why;
  frame.started = event_.now;
  if (call != nullptr) frame.save_to = call->save;
  fill(frame, *program, program->script->name == script ? call : nullptr);
  frames().push_back(std::move(frame));
  library_ = &from;
  program_ = program;
  pc_ = 0;
  resting_ = false;
  if (why == Frame::Why::kRun) ++state_.conversation.runs;
  if (program->script->header.safety == Header::Safety::kOpens) open_safety(top().script);
  return true;
}

const Program* Turn::behind_gates(const Library& from, std::string name) {
  const Frame nobody;
  for (int gates = 0; gates < kMostGates; ++gates) {
    const auto found = from.programs.find(name);
    if (found == from.programs.end()) return nullptr;
    const Script& script = *found->second->script;
    const Scope outside{from, script, nobody, state_, event_};
    const auto& needs = script.header.needs;
    const auto refused = std::find_if(needs.begin(), needs.end(), [&](const auto& gate) {
      return holds(gate.refuse, outside, nullptr);
    });
    if (refused == needs.end()) return found->second.get();
    const std::string compared = values(refused->refuse, outside);
    reason("condition", name + " is not for now (" + words(refused->refuse) +
                            (compared.empty() ? "" : "; " + compared) +
                            "): " + refused->script + " instead");
    name = refused->script;
  }
  return nullptr;
}

void Turn::fill(Frame& frame, const Program& program, const Call* call) {
  for (const Slot& slot : program.script->slots) {
    Value start = slot.starts_at ? constant(slot, *slot.starts_at) : Value{};
    if (call != nullptr) {
      for (const Set& with : call->with) {
        if (with.slot != slot.name) continue;
        Value given = with.from.empty() ? constant(slot, with.value)
                                        : handed(with, slot, program.script->header);
        if (!std::holds_alternative<std::monostate>(given)) start = std::move(given);
      }
    }
    if (!std::holds_alternative<std::monostate>(start))
      frame.slots.emplace(slot.name, std::move(start));
  }
}

// What memory.talk says a person begins with; also for slots that are younger than the person.
void Turn::fill_memory() {
  for (const auto& [name, slot] : live_->memory) {
    if (!slot.starts_at || state_.person.memory.count(name) != 0) continue;
    Value start = constant(slot, *slot.starts_at);
    if (!std::holds_alternative<std::monostate>(start))
      state_.person.memory.emplace(name, std::move(start));
  }
}

// execute() has already moved on; the call itself is one before.
void Turn::call(const Call& step) {
  top().at = program_->anchor_of.at(pc_ - 1);
  if (!begin(*library_, step.script, Frame::Why::kCall, &step)) cut();
}

void Turn::end(Outcome outcome) {
  const Frame ended = std::move(top());
  const Script& script = *program_->script;
  frames().pop_back();
  if (frames().size() < opened_) whole_ = false;
  record(ended, script, outcome);
  if (idle()) {
    resting_ = true;
    return;
  }
  if (ended.why != Frame::Why::kCall) {
    const bool safely = is_safety(ended.script) && outcome == Outcome::kCompleted;
    if (safely && !state_.person.safety_open) top().settled = ended.script;
    if (ended.script == kChanged && outcome == Outcome::kCompleted) return begin_again();
    // Nobody is cut off from the person who came to help by safety's having said its word.
    if (rests_at_hand_off(top()) && (outcome != Outcome::kStopped || is_safety(ended.script)))
      return ask_again(Showing::kFull);
    return come_back(ended.why, outcome);
  }
  use_new_words();
  point_at_top();
  ++pc_;
  if (!ended.save_to.empty()) save(ended, script, outcome);
}

void Turn::record(const Frame& frame, const Script& script, Outcome outcome) {
  if (frame.why == Frame::Why::kRepair) return;
  Effect ended;
  ended.kind = Effect::Kind::kRunEnded;
  ended.script = frame.script;
  ended.outcome = outcome;
  effects_.push_back(std::move(ended));
  if (outcome != Outcome::kCompleted) return;
  Done& done = state_.person.done[frame.script];
  done.last = event_.now;
  ++done.times;
  if (script.header.safety == Header::Safety::kClears) clear_safety();
}

// An interrupt or a pause offered by repair has ended; the question below is open again.
void Turn::come_back(Frame::Why why, Outcome outcome) {
  resting_ = true;
  if (outcome == Outcome::kStopped) return leave_all();
  if (outcome == Outcome::kPaused) {
    state_.conversation.paused = true;
    return;
  }
  if (why == Frame::Why::kRepair) return ask_again(Showing::kShort);
  say_only("repair/resume");
  ask_again(Showing::kFull);
}

void Turn::leave_all() {
  for (auto frame = frames().rbegin(); frame != frames().rend(); ++frame) {
    record(*frame, *program_of(*frame)->script, Outcome::kStopped);
  }
  if (whole_ && left_.empty()) {
    frames().resize(std::min(frames().size(), opened_));
    left_ = std::move(frames());
  }
  frames().clear();
  state_.conversation.paused = false;
}

// For good: whatever was under way is left, and what comes is of the edition being served.
void Turn::switch_to(const std::string& script) {
  if (goes_on_above_hand_off(script)) {
    if (!begin(*live_, script, Frame::Why::kInterrupt, nullptr)) cut();
    return;
  }
  leave_all();
  if (!begin(*live_, script, Frame::Why::kRun, nullptr)) cut();
}

}  // namespace attune::dialogs
