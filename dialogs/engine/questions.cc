// A question: how it is put, put again, and what it offers.
#include <utility>

#include "dialogs/engine/branch_count.h"
#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr std::int64_t kMostNumbers = 21;  // a longer scale is typed

}  // namespace

// The question the top frame rests at; point_at_top() must have been called.
const QuestionCode& Turn::question() const {
  const Instruction& in = program_->code[static_cast<std::size_t>(pc_)];
  return program_->questions[static_cast<std::size_t>(in.index)];
}

// A `wait` rests like a question that nothing is an answer to. False: it is over.
bool Turn::wait(const QuestionCode& question, Showing showing) {
  Frame& frame = top();
  if (showing == Showing::kFirst) frame.until = end_of(std::get<Wait>(question.step->what));
  if (frame.until <= event_.now) return false;
  frame.at = question.anchor;
  frame.answers = frame.misses = 0;
  if (showing != Showing::kFirst) say_only("repair/waiting");
  return true;
}

// True: the question is open. False: its guards leave nothing to choose from, and nothing was said.
bool Turn::ask(int index, Showing showing) {
  const QuestionCode& question = program_->questions[static_cast<std::size_t>(index)];
  if (question.kind == QuestionCode::Kind::kWait) return wait(question, showing);
  if (question.kind == QuestionCode::Kind::kChoose && shown(question).size() < 2) {
    reason("condition", "fewer than two choices fit, so it goes on without asking");
    return false;
  }
  Frame& frame = top();
  frame.at = question.anchor;
  if (showing == Showing::kFirst) {
    frame.answers = 0;
    frame.misses = 0;
    frame.settled.clear();
    frame.nudges = 0;
    forget_branches(frame.again, index);
  }
  prompts(question, showing);
  offer(question);
  return true;
}

// Puts the question that the top frame rests at once more.
void Turn::ask_again(Showing showing) {
  use_new_words();
  point_at_top();
  if (rests_at_hand_off(top())) return wait_or_go_on();
  const QuestionCode& open = question();
  if (showing == Showing::kFull && go_over(program_->code[static_cast<std::size_t>(pc_)].index))
    return run();
  resting_ = ask(program_->code[static_cast<std::size_t>(pc_)].index, showing);
  if (resting_) return;
  pc_ = open.next;
  run();
}

void Turn::prompts(const QuestionCode& question, Showing showing) {
  const auto& all = question.question->prompts;
  if (showing == Showing::kSilent) return;
  if (!all.empty()) {
    const std::size_t from = showing == Showing::kShort ? all.size() - 1 : 0;
    for (std::size_t i = from; i < all.size(); ++i) prompt(all[i], showing);
    return;
  }
  // Without a prompt of its own a question leans on the line before it.
  if (showing == Showing::kFirst || question.at == 0) return;
  const Instruction& before = program_->code[static_cast<std::size_t>(question.at - 1)];
  if (before.op == Instruction::Op::kSay) say(std::get<Say>(before.step->what).line);
  if (before.op != Instruction::Op::kVary) return;
  if (const Line* line = pick_again(std::get<Vary>(before.step->what))) say(*line);
}

void Turn::prompt(const Prompt& prompt, Showing showing) {
  if (const auto* plain = std::get_if<Say>(&prompt)) return say(plain->line);
  const auto& vary = std::get<Vary>(prompt);
  const Line* line = showing == Showing::kFirst ? pick(vary) : pick_again(vary);
  if (line == nullptr) return;
  note_seen(*line);
  say(*line);
}

// Buttons: the choices shown, the numbers of a scale, yes and no. A question for free text has
// none.
void Turn::offer(const QuestionCode& question) {
  Effect effect;
  effect.kind = Effect::Kind::kOffer;
  effect.script = program_->script->name;
  switch (question.kind) {
    case QuestionCode::Kind::kChoose:
      offer_choices(question, effect);
      break;
    case QuestionCode::Kind::kRate:
      offer_scale(question, effect);
      break;
    case QuestionCode::Kind::kConsent:
      offer_yes_no(question, effect);
      break;
    case QuestionCode::Kind::kWait:
      return;
    case QuestionCode::Kind::kAsk: {
      const Slot* asked = slot(std::get<Ask>(question.step->what).slot);
      if (asked == nullptr || asked->type.kind != SlotType::Kind::kYesNo) return;
      offer_yes_no(question, effect);
    }
  }
  effects_.push_back(std::move(effect));
}

void Turn::offer_choices(const QuestionCode& question, Effect& effect) const {
  const auto& choices = std::get<Choose>(question.step->what).choices;
  for (const int each : shown(question)) {
    const Choice& choice = choices[static_cast<std::size_t>(each)];
    effect.choices.push_back({render(choice.label.text, scope(), heard_),
                              effect.script + "#" + question.anchor + "=" + choice.label.id,
                              choice.not_now});
  }
}

void Turn::offer_scale(const QuestionCode& question, Effect& effect) const {
  const Rate& rate = std::get<Rate>(question.step->what);
  effect.scale = true;
  effect.text = render(rate.low, scope(), heard_) + " .. " + render(rate.high, scope(), heard_);
  const Slot* rated = slot(rate.slot);
  if (rated == nullptr || rated->type.high - rated->type.low >= kMostNumbers) return;
  for (std::int64_t n = rated->type.low; n <= rated->type.high; ++n) {
    effect.choices.push_back({std::to_string(n),
                              effect.script + "#" + question.anchor + "=" + std::to_string(n),
                              false});
  }
}

void Turn::offer_yes_no(const QuestionCode& question, Effect& effect) const {
  const std::string anchor = effect.script + "#" + question.anchor + "=";
  effect.choices.push_back({yes_label(*library_), anchor + "yes", false});
  effect.choices.push_back({no_label(*library_), anchor + "no", false});
}

// The choices whose `only if` holds now, in order.
std::vector<int> Turn::shown(const QuestionCode& question) const {
  std::vector<int> out;
  const auto& choices = std::get<Choose>(question.step->what).choices;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].only_if && !holds(*choices[i].only_if, scope(), nullptr)) continue;
    out.push_back(static_cast<int>(i));
  }
  return out;
}

}  // namespace attune::dialogs
