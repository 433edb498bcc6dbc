// Script -> Program: the tree flattened, in the order it was written.
//
// A block becomes its steps one after another. What a question leads to (its branches, choices,
// ways out) is laid down right behind its kQuestion instruction, each part ended by a jump to
// `next`, so that the code reads like the file and "the nearest line before" is the nearest line
// before. Jumps to scenes are mended at the end, when every scene has its place.
#include <utility>

#include "dialogs/language/program.h"

namespace attune::dialogs {
namespace {

using Op = Instruction::Op;

template <class... F>
struct Cases : F... {
  using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;

class Compiler {
 public:
  Compiler(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared)
      : script_(script), shared_(shared) {}

  void run(Program& program) {
    out_ = &program;
    for (std::size_t i = 0; i < script_.scenes.size(); ++i) scene(static_cast<int>(i));
    for (const auto& [at, name] : to_scenes_) code(at).to = program.scenes.at(name);
    for (const Remarks& remarks : script_.remarks) {
      for (const When& when : remarks.whens) lines_of(when.block);
    }
  }

 private:
  Instruction& code(int at) { return out_->code[static_cast<std::size_t>(at)]; }
  int here() const { return static_cast<int>(out_->code.size()); }

  int emit(Op op, const Step* step = nullptr) {
    Instruction made;
    made.op = op;
    made.step = step;
    out_->code.push_back(made);
    return here() - 1;
  }

  void scene(int index) {
    const Scene& scene = script_.scenes[static_cast<std::size_t>(index)];
    const int at = emit(Op::kEnter);
    code(at).index = index;
    out_->scenes.emplace(scene.name, at);
    block(scene.steps);
    // The check refuses a scene that runs out; were one to come through, it ends here rather than
    // wandering into the next.
    emit(Op::kEnd);
  }

  void block(const Block& steps) {
    for (const Step& each : steps) step(each);
  }

  void step(const Step& step) {
    std::visit(Cases{[&](const Say& say) {
                       line(say.line);
                       emit(Op::kSay, &step);
                     },
                     [&](const Vary& vary) {
                       for (const VaryLine& each : vary.lines) line(each.line);
                       emit(Op::kVary, &step);
                     },
                     [&](const Ask& ask) { this->ask(step, ask); },
                     [&](const Choose& choose) { this->choose(step, choose); },
                     [&](const Rate& rate) { this->rate(step, rate); },
                     [&](const Consent& consent) { this->consent(step, consent); },
                     [&](const If& tree) { branches(step, tree); },
                     [&](const Set&) { emit(Op::kSet, &step); },
                     [&](const Add&) { emit(Op::kAdd, &step); },
                     [&](const Forget&) { emit(Op::kForget, &step); },
                     [&](const Call&) { rest(emit(Op::kCall, &step), ""); },
                     [&](const SwitchTo&) { emit(Op::kSwitch, &step); },
                     [&](const Rewind& rewind) {
                       to_scenes_.emplace_back(emit(Op::kRewind, &step), rewind.scene);
                     },
                     [&](const Go& go) { target(go.target, &step); },
                     [&](const Chart&) { emit(Op::kChart, &step); },
                     [&](const Wait&) { wait(step); },
                     [&](const Remind&) { emit(Op::kRemind, &step); },
                     [&](const ForgetReminder&) { emit(Op::kForgetReminder, &step); },
                     [&](const HandOff& hand_off) { this->hand_off(step, hand_off); },
                     [&](const Each& each) {
                       later(step, {&each.block, &each.part_a, &each.part_b});
                     },
                     [&](const Reveal& reveal) {
                       if (reveal.asks) line(*reveal.asks);
                       if (reveal.shows) line(*reveal.shows);
                       emit(Op::kLater, &step);
                     },
                     [&](const auto&) { emit(Op::kLater, &step); }},
               step.what);
  }

  void later(const Step& step, const std::vector<const Block*>& inside) {
    emit(Op::kLater, &step);
    for (const Block* each : inside) lines_of(*each);
  }

  // The instruction that goes where `target` says; a place of its own, so that anything can lead to
  // it.
  int target(const Target& target, const Step* step = nullptr) {
    if (target.end) {
      const int at = emit(Op::kEnd, step);
      code(at).outcome = *target.end;
      return at;
    }
    const int at = emit(Op::kJump, step);
    to_scenes_.emplace_back(at, target.scene);
    return at;
  }

  void branches(const Step& step, const If& tree) {
    std::vector<int> to_end;
    for (const If::Arm& arm : tree.arms) {
      const int test = emit(Op::kBranch, &step);
      code(test).condition = &arm.condition;
      block(arm.block);
      to_end.push_back(emit(Op::kJump));
      code(test).to = here();
    }
    if (tree.otherwise) {
      block(*tree.otherwise);
      to_end.push_back(emit(Op::kJump));  // so that nothing behind leans on what only it says
    }
    for (int at : to_end) code(at).to = here();
  }

  // What follows it is where it goes on when it is given back; `to`, when nobody comes.
  void hand_off(const Step& step, const HandOff& hand_off) {
    const int at = emit(Op::kHandOff, &step);
    rest(at, "");
    const int on = hand_off.resumed ? target(*hand_off.resumed) : emit(Op::kJump);
    if (hand_off.timeout) {
      const int nobody = target(hand_off.timeout->target);
      code(at).to = nobody;
    }
    if (!hand_off.resumed) code(on).to = here();
  }

  // --- questions ---------------------------------------------------------------------------------

  // A question under construction. Its index is fixed at once, because questions nest and the
  // vector moves; the code of it is stored when it is whole.
  struct Draft {
    int index = 0;
    QuestionCode made;
    std::vector<int> to_next;
  };

  Draft open(const Step& step, const Question& question, QuestionCode::Kind kind,
             const std::string& own_line) {
    Draft draft;
    draft.index = static_cast<int>(out_->questions.size());
    out_->questions.emplace_back();
    draft.made.kind = kind;
    draft.made.step = &step;
    draft.made.question = &question;
    draft.made.at = emit(Op::kQuestion, &step);
    code(draft.made.at).index = draft.index;
    draft.made.anchor = rest(draft.made.at, own_line);
    for (const Nudge& nudge : question.nudges) note(nudge.line);
    return draft;
  }

  void close(Draft draft) {
    draft.made.next = here();
    for (int at : draft.to_next) code(at).to = here();
    code(draft.made.at).to = here();
    out_->questions[static_cast<std::size_t>(draft.index)] = std::move(draft.made);
  }

  // The id of the last prompt: what a person sees last before they answer.
  std::string prompts(const Question& question) {
    std::string last;
    for (const Prompt& prompt : question.prompts) {
      std::visit(Cases{[&](const Say& say) { last = line(say.line); },
                       [&](const Vary& vary) {
                         for (const VaryLine& each : vary.lines) last = line(each.line);
                       }},
                 prompt);
    }
    return last;
  }

  void ask(const Step& step, const Ask& ask) {
    const std::string last = prompts(ask.question);
    Draft draft = open(step, ask.question, QuestionCode::Kind::kAsk, last);
    answers(draft);
    close(std::move(draft));
  }

  void rate(const Step& step, const Rate& rate) {
    prompts(rate.question);
    if (!in_shared_ && !rate.id.empty()) last_line_ = rate.id;
    Draft draft = open(step, rate.question, QuestionCode::Kind::kRate, rate.id);
    answers(draft);
    close(std::move(draft));
  }

  void wait(const Step& step) {
    static const Question nothing_asked;
    Draft draft = open(step, nothing_asked, QuestionCode::Kind::kWait, "");
    draft.made.skip = here();
    close(std::move(draft));
  }

  void consent(const Step& step, const Consent& consent) {
    const std::string last = prompts(consent.question);
    Draft draft = open(step, consent.question, QuestionCode::Kind::kConsent, last);
    answers(draft);
    if (consent.declined) draft.made.declined = target(*consent.declined);
    close(std::move(draft));
  }

  void choose(const Step& step, const Choose& choose) {
    std::string own = prompts(choose.question);
    if (own.empty() && !choose.choices.empty()) own = choose.choices.front().label.id;
    Draft draft = open(step, choose.question, QuestionCode::Kind::kChoose, own);
    answers(draft);
    for (const Choice& choice : choose.choices) {
      line(choice.label);
      draft.made.choices.push_back(here());
      if (choice.target) {
        target(*choice.target);
        continue;
      }
      block(choice.block);
      draft.to_next.push_back(emit(Op::kJump));
    }
    close(std::move(draft));
  }

  // What every question can have: remarks used, on answer, when, otherwise, skip.
  void answers(Draft& draft) {
    const Question& question = *draft.made.question;
    if (question.on_answer) {
      draft.made.on_answer = here();
      block(*question.on_answer);
      code(emit(Op::kJump)).index = draft.index;  // to -1: now the branches of this question
    }
    for (const Use& use : question.uses) remarks(draft, use.name);
    for (const When& when : question.whens) this->when(draft, when);
    if (question.otherwise) {
      draft.made.otherwise = here();
      block(question.otherwise->block);
      finish(draft, question.otherwise->again);
    }
    if (question.skip) draft.made.skip = target(*question.skip);
    if (question.timeout) draft.made.timeout = target(question.timeout->target);
  }

  void when(Draft& draft, const When& when) {
    draft.made.branches.push_back({&when, here()});
    block(when.block);
    finish(draft, when.again, static_cast<int>(draft.made.branches.size()) - 1);
  }

  // The end of a branch; `branch` -1 is `otherwise`.
  void finish(Draft& draft, const std::optional<int>& again, int branch = -1) {
    if (!again) {
      draft.to_next.push_back(emit(Op::kJump));
      return;
    }
    const int at = emit(Op::kAgain);
    code(at).index = draft.index;
    code(at).branch = branch;
    code(at).limit = *again;
    draft.to_next.push_back(at);  // where it leads once the answers are used up
  }

  void remarks(Draft& draft, const std::string& name) {
    for (const Remarks& own : script_.remarks) {
      if (own.name != name) continue;
      for (const When& each : own.whens) when(draft, each);
      return;
    }
    const bool before = std::exchange(in_shared_, true);
    for (const auto& other : shared_) {
      if (other == nullptr) continue;
      for (const Remarks& theirs : other->remarks) {
        if (theirs.name != name) continue;
        for (const When& each : theirs.whens) when(draft, each);
      }
    }
    in_shared_ = before;
  }

  // --- lines and anchors -------------------------------------------------------------------------

  void note(const Line& line) {
    if (!in_shared_ && !line.id.empty()) out_->lines.emplace(line.id, &line);
  }

  const std::string& line(const Line& line) {
    note(line);
    if (!in_shared_ && !line.id.empty()) last_line_ = line.id;
    return line.id;
  }

  // Gives the instruction its name. Remarks of another file may be used twice, so a name that is
  // taken, or that is not of this script, gives way to the next "+n".
  std::string rest(int at, const std::string& own_line) {
    std::string name = in_shared_ ? "" : own_line;
    if (name.empty() || out_->anchors.count(name) != 0) {
      const std::string base = last_line_.empty() ? "top" : last_line_;
      int& n = after_[base];
      do {
        name = base + "+" + std::to_string(++n);
      } while (out_->anchors.count(name) != 0);
    }
    out_->anchors.emplace(name, at);
    out_->anchor_of.emplace(at, name);
    return name;
  }

  // Lines in blocks that make no code of their own: remarks nobody uses here, steps of a later
  // issue. The remarks that are used have been noted already; noting twice changes nothing.
  void lines_of(const Block& steps) {
    for (const Step& step : steps) {
      std::visit(Cases{[&](const Say& say) { note(say.line); },
                       [&](const Vary& vary) {
                         for (const VaryLine& each : vary.lines) note(each.line);
                       },
                       [&](const Ask& ask) { lines_of(ask.question); },
                       [&](const Choose& choose) {
                         lines_of(choose.question);
                         for (const Choice& choice : choose.choices) {
                           note(choice.label);
                           lines_of(choice.block);
                         }
                       },
                       [&](const Rate& rate) { lines_of(rate.question); },
                       [&](const Consent& consent) { lines_of(consent.question); },
                       [&](const If& tree) {
                         for (const If::Arm& arm : tree.arms) lines_of(arm.block);
                         if (tree.otherwise) lines_of(*tree.otherwise);
                       },
                       [](const auto&) {}},
                 step.what);
    }
  }

  void lines_of(const Question& question) {
    for (const Prompt& prompt : question.prompts) {
      std::visit(Cases{[&](const Say& say) { note(say.line); },
                       [&](const Vary& vary) {
                         for (const VaryLine& each : vary.lines) note(each.line);
                       }},
                 prompt);
    }
    if (question.on_answer) lines_of(*question.on_answer);
    for (const When& when : question.whens) lines_of(when.block);
    if (question.otherwise) lines_of(question.otherwise->block);
    for (const Nudge& nudge : question.nudges) note(nudge.line);
  }

  const Script& script_;
  const std::vector<std::shared_ptr<const Script>>& shared_;
  Program* out_ = nullptr;
  std::vector<std::pair<int, std::string>> to_scenes_;
  std::map<std::string, int> after_;  // line -> resting places named after it
  std::string last_line_;
  bool in_shared_ = false;  // compiling remarks of another file, whose ids are not ours
};

}  // namespace

std::shared_ptr<const Program> compile(std::shared_ptr<const Script> script,
                                       const std::vector<std::shared_ptr<const Script>>& shared) {
  auto program = std::make_shared<Program>();
  program->script = std::move(script);
  Compiler(*program->script, shared).run(*program);
  return program;
}

}  // namespace attune::dialogs
