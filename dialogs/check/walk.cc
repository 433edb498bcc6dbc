#include "dialogs/check/walk.h"

#include <set>

#include "dialogs/check/logic.h"
#include "dialogs/check/reading_ease.h"

namespace attune::dialogs {
namespace {

class Walker {
 public:
  explicit Walker(const Visit& visit) : visit_(visit) {}

  void walk(const Script& script) {
    for (const Header::Needs& needs : script.header.needs) condition(needs.refuse, {});
    for (const Remarks& remarks : script.remarks) walk(remarks);
    for (const Scene& scene : script.scenes) {
      Spot spot;
      spot.scene = &scene;
      block(scene.steps, spot);
    }
  }

  void walk(const Remarks& remarks) { whens(remarks.whens, {}); }

 private:
  void line(const Line& line, const Spot& spot) {
    if (visit_.line) visit_.line(line, spot);
    text(line.text, spot);
  }
  void text(const Text& text, const Spot& spot) {
    if (visit_.text) visit_.text(text, spot);
  }
  void condition(const Condition& condition, const Spot& spot) {
    if (visit_.condition) visit_.condition(condition, spot);
  }
  void target(const std::optional<Target>& target, const Spot& spot) {
    if (visit_.target && target) visit_.target(*target, spot);
  }

  void block(const Block& steps, const Spot& spot) {
    if (visit_.block) visit_.block(steps, spot);
    for (const Step& step : steps) {
      if (visit_.step) visit_.step(step, spot);
      std::visit([&](const auto& what) { inside(what, spot, step); }, step.what);
    }
  }

  void whens(const std::vector<When>& whens, const Spot& spot) {
    for (const When& when : whens) {
      condition(when.condition, spot);
      Spot inner = spot;
      inner.heard = spot.heard || needs_hearing(when.condition);
      block(when.block, inner);
    }
  }

  void question(const Question& q, const Step& step, const Spot& spot) {
    if (visit_.question) visit_.question(q, step, spot);
    Spot asking = spot;
    asking.prompt = true;
    for (const Prompt& prompt : q.prompts) {
      std::visit([&](const auto& what) { inside(what, asking, step); }, prompt);
    }
    if (q.on_answer) block(*q.on_answer, spot);
    whens(q.whens, spot);
    if (q.otherwise) block(q.otherwise->block, spot);
    for (const Nudge& nudge : q.nudges) line(nudge.line, spot);
    if (q.timeout) target(q.timeout->target, spot);
    target(q.skip, spot);
  }

  template <typename Plain>
  void inside(const Plain&, const Spot&, const Step&) {}

  void inside(const Say& what, const Spot& spot, const Step&) { line(what.line, spot); }
  void inside(const Vary& what, const Spot& spot, const Step&) {
    for (const VaryLine& one : what.lines) {
      if (one.only_if) condition(*one.only_if, spot);
      line(one.line, spot);
    }
  }
  void inside(const Ask& what, const Spot& spot, const Step& step) {
    question(what.question, step, spot);
  }
  void inside(const Choose& what, const Spot& spot, const Step& step) {
    question(what.question, step, spot);
    for (const Choice& choice : what.choices) {
      if (choice.only_if) condition(*choice.only_if, spot);
      line(choice.label, spot);
      target(choice.target, spot);
      Spot chosen = spot;  // another answer, so what was heard before is gone
      chosen.heard = false;
      block(choice.block, chosen);
    }
  }
  void inside(const Rate& what, const Spot& spot, const Step& step) {
    text(what.low, spot);
    text(what.high, spot);
    question(what.question, step, spot);
  }
  void inside(const Consent& what, const Spot& spot, const Step& step) {
    question(what.question, step, spot);
    target(what.declined, spot);
  }
  void inside(const If& what, const Spot& spot, const Step&) {
    for (const If::Arm& arm : what.arms) {
      condition(arm.condition, spot);
      Spot inner = spot;
      inner.heard = spot.heard || needs_hearing(arm.condition);
      block(arm.block, inner);
    }
    if (what.otherwise) block(*what.otherwise, spot);
  }
  void inside(const Go& what, const Spot& spot, const Step&) { target(what.target, spot); }
  void inside(const Each& what, const Spot& spot, const Step&) {
    target(what.otherwise, spot);
    block(what.block, spot);
    block(what.part_a, spot);
    block(what.part_b, spot);
  }
  void inside(const Reveal& what, const Spot& spot, const Step&) {
    if (what.asks) line(*what.asks, spot);
    if (what.shows) line(*what.shows, spot);
    target(what.declined, spot);
  }
  void inside(const HandOff& what, const Spot& spot, const Step&) {
    target(what.resumed, spot);
    if (what.timeout) target(what.timeout->target, spot);
  }
  void inside(const Do& what, const Spot& spot, const Step&) { target(what.failed, spot); }

  const Visit& visit_;
};

}  // namespace

Place place_in(const Line& line, const std::string& words) {
  const Stretch found = stretch_of(line.text.source(), words);
  Place place = line.place;
  // A text that goes on in a second line is no longer one stretch of the file.
  if (found.length == 0 || static_cast<int>(found.at + found.length) > place.length) return place;
  place.column += static_cast<int>(found.at);
  place.length = static_cast<int>(found.length);
  return place;
}

void walk(const Script& script, const Visit& visit) { Walker(visit).walk(script); }

void walk(const Remarks& remarks, const Visit& visit) { Walker(visit).walk(remarks); }

void each_shared(const Script& script, const Shared& shared,
                 const std::function<void(const Use&, const Remarks&)>& visit) {
  std::set<std::string> seen;
  for (const Remarks& own : script.remarks) seen.insert(own.name);
  Visit questions;
  questions.question = [&](const Question& question, const Step&, const Spot&) {
    for (const Use& use : question.uses) {
      if (!seen.insert(use.name).second) continue;
      for (const auto& file : shared) {
        for (const Remarks& remarks : file->remarks) {
          if (remarks.name == use.name) visit(use, remarks);
        }
      }
    }
  };
  walk(script, questions);
}

void each_part(const Condition& condition, const std::function<void(const Condition&)>& visit) {
  using Kind = Condition::Kind;
  if (condition.kind != Kind::kAnd && condition.kind != Kind::kOr && condition.kind != Kind::kNot) {
    return visit(condition);
  }
  for (const Condition& part : condition.parts) each_part(part, visit);
}

const Question* question_of(const Step& step) {
  if (const auto* ask = std::get_if<Ask>(&step.what)) return &ask->question;
  if (const auto* choose = std::get_if<Choose>(&step.what)) return &choose->question;
  if (const auto* rate = std::get_if<Rate>(&step.what)) return &rate->question;
  if (const auto* consent = std::get_if<Consent>(&step.what)) return &consent->question;
  return nullptr;
}

std::string slot_of(const Step& step) {
  if (const auto* ask = std::get_if<Ask>(&step.what)) return ask->slot;
  if (const auto* choose = std::get_if<Choose>(&step.what)) return choose->slot;
  if (const auto* rate = std::get_if<Rate>(&step.what)) return rate->slot;
  return "";
}

}  // namespace attune::dialogs
