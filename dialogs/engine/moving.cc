// From one edition to the next, without an answer ever going to another question than the one that
// was seen.
//
// A message is always read against the edition that asked. Only then may a frame change, in one of
// two ways. Where the script has the same structure in the live edition, the two have the same code
// at the same places, and what is said from here on is said in the new words. Where the structure
// differs a run stays, unless whoever published wants its runs moved: then it changes as it is about
// to ask something, and the next question is asked out of the live edition (landing.h says which).
// Safety scripts always do. A called script moves by itself: its caller waits at a call, which has a
// name in its own edition only, and moves when it next asks.
#include <algorithm>
#include <utility>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {

bool Turn::same_but_for_words(const Frame& frame) const {
  const Library* theirs = library_of(frame);
  if (theirs == nullptr || theirs == live_ || live_->find(frame.script) == nullptr) return false;
  const auto old = theirs->structure.find(frame.script);
  const auto now = live_->structure.find(frame.script);
  return old != theirs->structure.end() && now != live_->structure.end() &&
         old->second == now->second;
}

// Also under way: the place being run is the same number in both.
void Turn::use_new_words() {
  if (only_saying_) return;
  for (Frame& frame : frames()) {
    if (!same_but_for_words(frame)) continue;
    frame.edition = live_->hash;
    if (&frame != &top() || program_ == nullptr) continue;
    library_ = live_;
    program_ = live_->find(frame.script);
  }
}

bool Turn::leaves(const Frame& frame) const {
  if (frame.edition == live_->hash) return false;
  if (is_safety(frame.script)) return true;
  for (const Older& each : held_) {
    if (each.library->hash == frame.edition) return each.leaves;
  }
  return false;
}

// Called as the top frame is about to ask. True: it goes on in the live edition, or asks whether to
// begin again; the caller runs on. False: it asks.
bool Turn::go_over(int index) {
  if (only_saying_ || !leaves(top())) return false;
  const Program* to = live_->find(top().script);
  if (to == nullptr) return false;
  const QuestionCode& asked = program_->questions[static_cast<std::size_t>(index)];
  const Script& script = *to->script;
  const Frame nobody;
  const Scope outside{*live_, script, nobody, state_, event_};
  bool refused = script.header.heavy && !program_->script->header.heavy;  // it was not agreed to
  for (const Header::Needs& gate : script.header.needs)
    refused = refused || holds(gate.refuse, outside, nullptr);

  Frame moved = top();
  Frame fresh;
  fill(fresh, *to, nullptr);
  moved.slots = suited(moved.slots, script);
  moved.slots.merge(fresh.slots);
  const Landing place = refused ? Landing{} : landing(asked, top().scene, *to, moved.slots);
  if (place.how == Landing::How::kNowhere)
    return !is_safety(top().script) && ask_whether_to_begin_again(asked);
  arrive(std::move(moved), place);
  return true;
}

void Turn::arrive(Frame frame, const Landing& place) {
  if (!before_moving_) before_moving_.emplace(frames().size() - 1, top());
  static constexpr const char* kHow[] = {"at the same question", "where `moved:` leads",
                                         "at the beginning of the scene"};
  reason("edition", std::string("goes on in the edition being served, ") +
                        kHow[static_cast<int>(place.how)]);
  const int entered = frame.visits.count(frame.scene) != 0 ? frame.visits.at(frame.scene) : 0;
  frame.edition = live_->hash;
  frame.answers = frame.misses = 0;
  frame.settled.clear();
  frame.again.clear();
  frame.trail.clear();  // its places are of the edition that is left
  frame.checkpoints.clear();
  if (place.how != Landing::How::kScene) {
    frame.scene = place.scene;
    int& visits = frame.visits[place.scene];
    visits = std::max({visits, entered, 1});
  }
  top() = std::move(frame);
  library_ = live_;
  program_ = live_->find(top().script);
  pc_ = place.at;
  resting_ = false;
}

bool Turn::ask_whether_to_begin_again(const QuestionCode& asked) {
  if (live_->find(kChanged) == nullptr) return false;  // then it stays on its edition
  Frame& frame = top();
  frame.at = asked.anchor;
  frame.answers = frame.misses = 0;
  frame.settled.clear();
  if (!begin(*live_, kChanged, Frame::Why::kRepair, nullptr)) return false;
  reason("edition", "has no place in the edition being served");
  return true;
}

// "Start it again": the same script as it is now, called as it was called.
void Turn::begin_again() {
  const Frame left = std::move(top());
  frames().pop_back();
  if (frames().size() < opened_) whole_ = false;
  Effect ended;
  ended.kind = Effect::Kind::kRunEnded;
  ended.script = left.script;
  ended.outcome = Outcome::kStopped;
  if (left.why != Frame::Why::kRepair) effects_.push_back(std::move(ended));
  const Call* call = nullptr;
  if (left.why == Frame::Why::kCall && !idle()) {
    const Program* caller = program_of(top());
    const Step* step = caller->code[static_cast<std::size_t>(caller->anchors.at(top().at))].step;
    call = step == nullptr ? nullptr : std::get_if<Call>(&step->what);
  }
  if (!begin(*live_, left.script, left.why, call)) return cut();
  top().save_to = left.save_to;
}

}  // namespace attune::dialogs
