// The way back: the trail of answered questions, and checkpoints.
#include <utility>

#include "dialogs/engine/branch_count.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kLongestTrail = 5;

}  // namespace

// Called when the open question is answered, before anything of the answer is kept. Answers after
// `again` belong to the same question, which is on the trail already.
void Turn::remember() {
  Frame& frame = top();
  if (frame.answers > 0 && !frame.trail.empty() && frame.trail.back().at == frame.at) return;
  if (frame.trail.size() >= kLongestTrail) frame.trail.erase(frame.trail.begin());
  frame.trail.push_back(Snapshot{frame.scene, frame.at, frame.slots, frame.visits});
  remembered_ = frames().size() == opened_;
}

// After a no to what is heavy, `back` leads to that question again, and no further: what lies before
// it was agreed to once, and is not any more.
void Turn::close_way_back() {
  for (Frame& frame : frames()) {
    if (&frame != &top()) frame.trail.clear();
  }
  auto& trail = top().trail;
  if (!trail.empty()) trail.erase(trail.begin(), trail.end() - 1);
}

void Turn::back() {
  Frame& frame = top();
  const bool still_there =
      frame.answers > 0 && !frame.trail.empty() && frame.trail.back().at == frame.at;
  if (still_there && frame.trail.size() > 1) frame.trail.pop_back();
  const bool nowhere = frame.trail.empty() || (still_there && frame.trail.back().at == frame.at);
  const auto why = frame.why;
  if (nowhere && !step_out()) {
    say_only("repair/no-back");
    return ask_again(Showing::kShort);
  }
  if (nowhere && why != Frame::Why::kCall) return ask_again(Showing::kFull);
  const Snapshot before = std::move(top().trail.back());
  top().trail.pop_back();
  restore(before);
  ask_again(Showing::kFull);
}

// At the first question of a called script `back` leads to the caller's last question; at the first
// of an interrupt, to the question it interrupted. Safety scripts are not backed out of.
bool Turn::step_out() {
  if (frames().size() < 2 || is_safety(top().script) || top().why == Frame::Why::kRun) return false;
  const bool called = top().why == Frame::Why::kCall;
  if (called && frames()[frames().size() - 2].trail.empty()) return false;
  record(top(), *program_->script, Outcome::kStopped);
  frames().pop_back();
  if (frames().size() < opened_) whole_ = false;
  return true;
}

void Turn::restore(const Snapshot& snapshot) {
  Frame& frame = top();
  frame.slots = snapshot.slots;
  frame.visits = snapshot.visits;
  frame.scene = snapshot.scene;
  frame.at = snapshot.at;
  frame.answers = 0;
  frame.misses = 0;
  point_at_top();
  forget_branches(frame.again, program_->code[static_cast<std::size_t>(pc_)].index);
}

// The script's own slots as they were when the checkpoint was entered, but for those kept. Visits
// go on counting, or a script could not tell the second attempt from the first.
void Turn::rewind(const Rewind& step, int to) {
  Frame& frame = top();
  const auto checkpoint = frame.checkpoints.find(step.scene);
  if (checkpoint != frame.checkpoints.end()) {
    const Slots given_up = std::exchange(frame.slots, checkpoint->second.slots);
    for (const auto& [name, place] : step.keeping) {
      const auto kept = given_up.find(name);
      frame.slots.erase(name);
      if (kept != given_up.end()) frame.slots.insert(*kept);
    }
  }
  frame.trail.clear();  // it would lead into the attempt that was just given up
  if (frames().size() == opened_) remembered_ = false;
  pc_ = to;
}

}  // namespace attune::dialogs
