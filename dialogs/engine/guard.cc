// What keeps a step finite and whole: the bound on a run, and frames whose edition is gone.
#include <utility>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr int kMostInstructions = 1'000;

bool rests_at_question(const Program& program, const std::string& at) {
  const auto found = program.anchors.find(at);
  return found != program.anchors.end() &&
         program.code[static_cast<std::size_t>(found->second)].op == Instruction::Op::kQuestion;
}

}  // namespace

void Turn::run() {
  while (!resting_) {
    if (++instructions_ <= kMostInstructions) {
      execute();
    } else if (only_saying_) {
      resting_ = true;
    } else {
      cut();
    }
  }
}

// A run that found no question, or went too deep, is undone as far as the person can see: nothing
// of it is said, and the question that was open is open again. Only where the script that asked it
// has already ended is there nothing to go back to.
void Turn::cut() {
  resting_ = true;
  effects_.clear();
  if (!left_.empty()) {
    frames() = std::move(left_);
  } else if (whole_) {
    frames().resize(opened_);
  } else {
    frames().clear();
  }
  reason("guard", "a run without a question was cut off");
  if (std::exchange(was_cut_, true)) frames().clear();
  if (before_moving_ && before_moving_->first < frames().size())
    frames()[before_moving_->first] = std::move(before_moving_->second);
  before_moving_.reset();
  if (!idle()) {
    if (remembered_ && !top().trail.empty()) {
      const Snapshot before = std::move(top().trail.back());
      top().trail.pop_back();
      top().slots = before.slots;
      top().visits = before.visits;
    }
    top().scene = opened_scene_;
    top().at = opened_at_;
  }
  say_only("repair/internal-error");
  instructions_ = 0;
  if (!idle()) ask_again(Showing::kShort);
}

// Drops frames whose edition, script or place is gone, and what rested on them. What is left on top
// rests at a question, or at a hand off, again. A way back that leads nowhere (only damage to the store makes one) is
// forgotten.
void Turn::drop_lost() {
  std::size_t kept = 0;
  while (kept < frames().size()) {
    Frame& frame = frames()[kept];
    const Program* program = program_of(frame);
    if (program == nullptr || program->anchors.count(frame.at) == 0) break;
    std::erase_if(frame.trail,
                  [&](const Snapshot& s) { return !rests_at_question(*program, s.at); });
    ++kept;
  }
  if (kept == frames().size()) return;
  while (kept > 0 && !rests_at_question(*program_of(frames()[kept - 1]), frames()[kept - 1].at) &&
         !rests_at_hand_off(frames()[kept - 1])) {
    --kept;
  }
  lost_ = true;
  while (frames().size() > kept) {
    Effect ended;
    ended.kind = Effect::Kind::kRunEnded;
    ended.script = top().script;
    ended.outcome = Outcome::kStopped;
    if (top().why != Frame::Why::kRepair) effects_.push_back(std::move(ended));
    reason("guard", "this exercise was changed, and its place is gone");
    frames().pop_back();
  }
}

}  // namespace attune::dialogs
