// One instruction after another.
#include <utility>

#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {

using Op = Instruction::Op;

void Turn::execute() {
  const Instruction& in = program_->code[static_cast<std::size_t>(pc_)];
  if (only_saying_ && leaves_while_only_saying(in.op)) return;
  ++pc_;  // what follows, unless the step says otherwise
  switch (in.op) {
    case Op::kEnter:
      return enter_scene(program_->script->scenes[static_cast<std::size_t>(in.index)]);
    case Op::kSay:
      return say(std::get<Say>(in.step->what).line);
    case Op::kVary: {
      const Line* line = pick(std::get<Vary>(in.step->what));
      if (line == nullptr) return;
      note_seen(*line);
      return say(*line);
    }
    case Op::kSet:
      return set(std::get<Set>(in.step->what));
    case Op::kAdd:
      return add(std::get<Add>(in.step->what));
    case Op::kForget:
      return forget(std::get<Forget>(in.step->what));
    case Op::kQuestion:
      if (go_over(in.index)) return;
      resting_ = ask(in.index, Showing::kFirst);
      if (!resting_) pc_ = in.to;
      return;
    case Op::kAgain:
      return wait_again(in);
    case Op::kBranch:
      return branch(in);
    case Op::kJump:
      if (in.to < 0) return take_branch(in.index);
      pc_ = in.to;
      return;
    case Op::kCall:
      return call(std::get<Call>(in.step->what));
    case Op::kSwitch:
      return switch_to(std::get<SwitchTo>(in.step->what).script);
    case Op::kRewind:
      return rewind(std::get<Rewind>(in.step->what), in.to);
    case Op::kEnd:
      return end(in.outcome);
    case Op::kChart:
      return chart(std::get<Chart>(in.step->what));
    case Op::kRemind:
      return remind(std::get<Remind>(in.step->what));
    case Op::kForgetReminder:
      return forget_reminders();
    case Op::kHandOff:
      return hand_off(std::get<HandOff>(in.step->what));
    case Op::kLater:
      return;
  }
}

bool Turn::leaves_while_only_saying(Op op) {
  const bool leaves = op == Op::kQuestion || op == Op::kAgain || op == Op::kCall ||
                      op == Op::kSwitch || op == Op::kRewind || op == Op::kEnd ||
                      op == Op::kHandOff;
  if (leaves) resting_ = true;
  return leaves;
}

void Turn::enter_scene(const Scene& scene) {
  Frame& frame = top();
  frame.scene = scene.name;
  ++frame.visits[scene.name];
  if (scene.checkpoint && !only_saying_) {
    frame.checkpoints[scene.name] = Snapshot{scene.name, "", frame.slots, frame.visits};
  }
}

void Turn::branch(const Instruction& in) {
  std::vector<const Heard*> evidence;
  const bool fits = holds(*in.condition, scope(), &evidence);
  if (fits && !evidence.empty()) heard_ = evidence.front();
  const std::string compared = values(*in.condition, scope());
  reason("condition", "if " + words(*in.condition) + (fits ? ": yes" : ": no") + (compared.empty() ? "" : " (" + compared + ")"));
  if (!fits) pc_ = in.to;
}

void Turn::say(const Line& line) {
  Effect effect;
  effect.kind = Effect::Kind::kSay;
  effect.speaker = line.speaker;
  effect.text = render(line.text, scope(), heard_);
  effect.line = line.id;
  effect.script = program_->script->name;
  const auto own = program_->lines.find(line.id);
  if (own == program_->lines.end() || own->second != &line) {
    for (const auto& other : library_->shared) {  // a remark of another file: its ids are its own
      if (other != nullptr && other->kind == Script::Kind::kRemarks) effect.script = other->name;
    }
  }
  effects_.push_back(std::move(effect));
}

// Borrows a script's lines, up to its first question or its end, without going there: repairs, the
// notice, the card of safety/help-now where nothing may advance.
void Turn::say_only(const std::string& name, const Slots& given) {
  const auto found = live_->programs.find(name);
  if (found == live_->programs.end()) return reason("guard", "there is no script " + name);
  const auto library = std::exchange(library_, live_);
  const auto program = std::exchange(program_, found->second.get());
  const int pc = std::exchange(pc_, 0);
  const bool resting = std::exchange(resting_, false);
  const bool only_saying = std::exchange(only_saying_, true);
  const int instructions = std::exchange(instructions_, 0);

  Frame frame;
  frame.script = name;
  frame.edition = live_->hash;
  frame.why = Frame::Why::kRepair;
  fill(frame, *program_, nullptr);
  for (const auto& [slot, value] : given) frame.slots.insert_or_assign(slot, value);
  frames().push_back(std::move(frame));
  run();
  frames().pop_back();

  library_ = library;
  program_ = program;
  pc_ = pc;
  resting_ = resting;
  only_saying_ = only_saying;
  instructions_ = instructions;
}

}  // namespace attune::dialogs
