#include "dialogs/engine/landing.h"

#include <algorithm>
#include <vector>

namespace attune::dialogs {
namespace {

using Op = Instruction::Op;

// The lines that ask a question: its prompts, its scale; where it has none, its first label.
std::vector<std::string> asking_lines(const QuestionCode& question) {
  std::vector<std::string> ids;
  for (const Prompt& prompt : question.question->prompts) {
    if (const auto* say = std::get_if<Say>(&prompt)) ids.push_back(say->line.id);
    const auto* vary = std::get_if<Vary>(&prompt);
    if (vary == nullptr) continue;
    for (const VaryLine& each : vary->lines) ids.push_back(each.line.id);
  }
  if (question.kind == QuestionCode::Kind::kRate)
    ids.push_back(std::get<Rate>(question.step->what).id);
  if (question.kind == QuestionCode::Kind::kChoose && ids.empty()) {
    const auto& choices = std::get<Choose>(question.step->what).choices;
    if (!choices.empty()) ids.push_back(choices.front().label.id);
  }
  std::reverse(ids.begin(), ids.end());  // what is read last, before the answer, is the question
  return ids;
}

// Not the second copy of a question (remarks used twice), and none whose lines are of another file:
// those rest at "id+n", which says nothing in another edition.
bool has_a_name(const QuestionCode& question) {
  const auto lines = asking_lines(question);
  return std::find(lines.begin(), lines.end(), question.anchor) != lines.end();
}

const QuestionCode* asked_by(const Program& program, const std::string& id) {
  for (const QuestionCode& question : program.questions) {
    const auto lines = asking_lines(question);
    if (std::find(lines.begin(), lines.end(), id) != lines.end() && has_a_name(question))
      return &question;
  }
  return nullptr;
}

const std::string& scene_of(const Program& program, int at) {
  while (at > 0 && program.code[static_cast<std::size_t>(at)].op != Op::kEnter) --at;
  const int index = program.code[static_cast<std::size_t>(at)].index;
  return program.script->scenes[static_cast<std::size_t>(index)].name;
}

// --- blanks ------------------------------------------------------------------------------------

bool writes(const Text& text, const std::string& slot) {
  return std::any_of(text.parts.begin(), text.parts.end(),
                     [&](const Text::Part& part) { return part.hole && part.text == slot; });
}

// The condition cannot hold while the slot is unset.
bool needs_it(const Condition& condition, const std::string& slot) {
  if (condition.kind == Condition::Kind::kIsSet) return condition.name == slot;
  if (condition.kind == Condition::Kind::kCompare)
    return condition.name == slot && condition.op != Condition::Op::kIsNot;
  if (condition.kind != Condition::Kind::kAnd) return false;
  return std::any_of(condition.parts.begin(), condition.parts.end(),
                     [&](const Condition& part) { return needs_it(part, slot); });
}

bool needs_it_unset(const Condition& condition, const std::string& slot) {
  return condition.kind == Condition::Kind::kNot && condition.parts.size() == 1 &&
         condition.parts.front().kind == Condition::Kind::kIsSet &&
         condition.parts.front().name == slot;
}

bool writes(const Vary& vary, const std::string& slot) {
  return std::any_of(vary.lines.begin(), vary.lines.end(), [&](const VaryLine& each) {
    return writes(each.line.text, slot) && !(each.only_if && needs_it(*each.only_if, slot));
  });
}

bool writes(const QuestionCode& question, const std::string& slot) {
  for (const Prompt& prompt : question.question->prompts) {
    if (const auto* say = std::get_if<Say>(&prompt); say != nullptr && writes(say->line.text, slot))
      return true;
    if (const auto* vary = std::get_if<Vary>(&prompt); vary != nullptr && writes(*vary, slot))
      return true;
  }
  for (const Nudge& nudge : question.question->nudges) {
    if (writes(nudge.line.text, slot)) return true;
  }
  if (const auto* rate = std::get_if<Rate>(&question.step->what))
    return writes(rate->low, slot) || writes(rate->high, slot);
  const auto* choose = std::get_if<Choose>(&question.step->what);
  return choose != nullptr &&
         std::any_of(choose->choices.begin(), choose->choices.end(), [&](const Choice& each) {
           return writes(each.label.text, slot) && !(each.only_if && needs_it(*each.only_if, slot));
         });
}

std::string filled_by(const QuestionCode& question) {
  if (const auto* ask = std::get_if<Ask>(&question.step->what)) return ask->slot;
  if (const auto* choose = std::get_if<Choose>(&question.step->what)) return choose->slot;
  if (const auto* rate = std::get_if<Rate>(&question.step->what)) return rate->slot;
  return "";
}

// Looks for a way from an instruction, on which one slot stays unset, to a text that writes it.
class Blank {
 public:
  Blank(const Program& program, const std::string& slot)
      : program_(program), slot_(slot), seen_(program.code.size(), false) {}

  bool from(int start) {
    go(start);
    while (!open_.empty() && !found_) {
      const int at = open_.back();
      open_.pop_back();
      visit(at);
    }
    return found_;
  }

 private:
  void go(int at) {
    if (at < 0 || static_cast<std::size_t>(at) >= seen_.size()) return;
    if (seen_[static_cast<std::size_t>(at)]) return;
    seen_[static_cast<std::size_t>(at)] = true;
    open_.push_back(at);
  }

  void branches(const QuestionCode& question) {
    for (const auto& branch : question.branches) {
      if (!needs_it(branch.when->condition, slot_)) go(branch.at);
    }
    go(question.otherwise);
    go(question.next);
  }

  // Without a prompt of its own a question is put again with the line before it.
  bool leans_on_it(const QuestionCode& question) const {
    if (!question.question->prompts.empty() || question.at == 0) return false;
    const Instruction& before = program_.code[static_cast<std::size_t>(question.at - 1)];
    if (before.op == Op::kSay) return writes(std::get<Say>(before.step->what).line.text, slot_);
    return before.op == Op::kVary && writes(std::get<Vary>(before.step->what), slot_);
  }

  void visit(const QuestionCode& question) {
    found_ = found_ || writes(question, slot_) || leans_on_it(question);
    go(question.skip);
    go(question.timeout);
    if (question.kind == QuestionCode::Kind::kConsent) go(question.declined);
    if (question.kind == QuestionCode::Kind::kChoose) go(question.next);  // too few choices fit
    if (filled_by(question) == slot_) return;
    for (const int choice : question.choices) go(choice);
    if (question.on_answer >= 0) return go(question.on_answer);
    branches(question);
  }

  void visit(int at) {
    const Instruction& in = program_.code[static_cast<std::size_t>(at)];
    switch (in.op) {
      case Op::kSay:
        found_ = writes(std::get<Say>(in.step->what).line.text, slot_);
        return go(at + 1);
      case Op::kVary:
        found_ = writes(std::get<Vary>(in.step->what), slot_);
        return go(at + 1);
      case Op::kSet:
        // What it takes another slot's value from may be unset as well.
        if (const Set& set = std::get<Set>(in.step->what); set.slot != slot_ || !set.from.empty())
          go(at + 1);
        return;
      case Op::kAdd:
        if (std::get<Add>(in.step->what).slot != slot_) go(at + 1);
        return;
      case Op::kQuestion:
        return visit(program_.questions[static_cast<std::size_t>(in.index)]);
      case Op::kAgain:
        go(program_.questions[static_cast<std::size_t>(in.index)].at);
        return go(in.to);
      case Op::kBranch:
        if (!needs_it(*in.condition, slot_)) go(at + 1);
        if (!needs_it_unset(*in.condition, slot_)) go(in.to);
        return;
      case Op::kJump:
        if (in.to >= 0) return go(in.to);
        return branches(program_.questions[static_cast<std::size_t>(in.index)]);
      case Op::kCall:
        if (std::get<Call>(in.step->what).save != slot_) go(at + 1);
        return;
      case Op::kRewind:
        return go(in.to);
      case Op::kSwitch:
      case Op::kEnd:
        return;
      default:
        go(at + 1);
        if (in.to >= 0) go(in.to);
    }
  }

  const Program& program_;
  const std::string& slot_;
  std::vector<bool> seen_;
  std::vector<int> open_;
  bool found_ = false;
};

bool blank(const Program& program, int from, const Slots& slots) {
  const auto& declared = program.script->slots;
  return std::any_of(declared.begin(), declared.end(), [&](const Slot& slot) {
    return slots.count(slot.name) == 0 && Blank(program, slot.name).from(from);
  });
}

bool suits(const Value& value, const SlotType& type) {
  switch (type.kind) {
    case SlotType::Kind::kText:
      return std::holds_alternative<TextRef>(value) || std::holds_alternative<std::string>(value);
    case SlotType::Kind::kChoice:
      return std::holds_alternative<std::string>(value);
    case SlotType::Kind::kNumber: {
      const auto* number = std::get_if<std::int64_t>(&value);
      return number != nullptr && *number >= type.low && *number <= type.high;
    }
    case SlotType::Kind::kYesNo:
      return std::holds_alternative<bool>(value);
    case SlotType::Kind::kDate:
      return std::holds_alternative<Day>(value);
    case SlotType::Kind::kDuration:
      return std::holds_alternative<Length>(value);
    case SlotType::Kind::kList: {
      const auto* list = std::get_if<std::vector<TextRef>>(&value);
      return list != nullptr && static_cast<std::int64_t>(list->size()) <= type.high;
    }
  }
  return false;
}

}  // namespace

Landing landing(const QuestionCode& question, const std::string& scene,
                const Program& to, const Slots& slots) {
  const auto at = [&](Landing::How how, const QuestionCode* found) -> Landing {
    if (found == nullptr || blank(to, found->at, slots)) return {};
    return {how, found->at, scene_of(to, found->at)};
  };
  if (has_a_name(question)) {
    for (const std::string& id : asking_lines(question)) {
      if (auto same = at(Landing::How::kSame, asked_by(to, id)); same.at >= 0) return same;
    }
    for (const std::string& id : asking_lines(question)) {
      for (const Header::Moved& pair : to.script->header.moved) {
        if (pair.from != id) continue;
        if (auto moved = at(Landing::How::kMoved, asked_by(to, pair.to)); moved.at >= 0)
          return moved;
      }
    }
  }
  const auto entered = to.scenes.find(scene);
  if (entered == to.scenes.end() || blank(to, entered->second, slots)) return {};
  return {Landing::How::kScene, entered->second, scene};
}

Slots suited(const Slots& slots, const Script& script) {
  Slots out;
  for (const Slot& slot : script.slots) {
    const auto found = slots.find(slot.name);
    if (found != slots.end() && suits(found->second, slot.type)) out.insert(*found);
  }
  return out;
}

}  // namespace attune::dialogs
