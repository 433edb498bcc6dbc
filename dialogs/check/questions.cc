// Choices that can be told apart, branches that can run, {heard} where something was heard.
#include <algorithm>
#include <map>

#include "dialogs/check/families.h"
#include "dialogs/check/reading_ease.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

constexpr std::size_t kMostBranches = 100;  // of one question, that are held against each other

const Condition* guard_of(const Choice& choice) {
  return choice.only_if ? &*choice.only_if : nullptr;
}

// A label and every `also` that could be taken for another choice's.
void alike(const Choose& choose, const RangeOf& ranges, Findings& findings) {
  std::map<std::string, std::vector<const Choice*>> said;
  const auto hold = [&](const Choice& choice, const std::string& words, Place place) {
    const std::string key = plain(words);
    if (key.empty()) return;
    for (const Choice* other : said[key]) {
      if (other == &choice || !can_meet(guard_of(*other), guard_of(choice), ranges)) continue;
      findings.add(kChoicesAlike, place, {words, std::to_string(other->label.place.line)});
      return;
    }
    said[key].push_back(&choice);
  };
  for (const Choice& choice : choose.choices) {
    hold(choice, choice.label.text.source(), choice.label.place);
    for (const auto& [words, place] : choice.also) hold(choice, words, place);
  }
}

void too_few(const Scope& scope, const Step& step, const Choose& choose) {
  std::vector<const Condition*> guards;
  bool guarded = false;
  for (const Choice& choice : choose.choices) {
    guards.push_back(guard_of(choice));
    guarded = guarded || choice.only_if;
  }
  if (choose.choices.size() < 2) return;  // the parser's to say
  if (guarded && fewest(guards, scope.ranges()) < 2)
    scope.findings.add(kGuardsLeaveFew, step.place);
}

std::vector<const When*> branches_of(const Scope& scope, const Question& question) {
  std::vector<const When*> whens;
  for (const Use& use : question.uses) {
    if (const Remarks* remarks = find_remarks(scope.script, scope.around.shared, use.name)) {
      for (const When& when : remarks->whens) whens.push_back(&when);
    }
  }
  for (const When& when : question.whens) whens.push_back(&when);
  return whens;
}

// What stands before a branch and always takes what it would: a branch without `again at most`, for
// one with it lets go in the end.
class Order {
 public:
  explicit Order(const Scope& scope) : scope_(scope) {}

  void branch(const Condition& condition, bool lets_go, bool report) {
    if (earlier_.size() > kMostBranches) return;
    if (report && never_holds(&condition, {}, scope_.ranges())) {
      scope_.findings.add(kNeverHolds, condition.place);
    } else if (report && never_holds(&condition, earlier_, scope_.ranges())) {
      scope_.findings.add(kHiddenBranch, condition.place, {hiding(condition)});
    }
    if (!lets_go) earlier_.push_back(&condition);
  }

  void otherwise(Place place) {
    if (earlier_.empty() || earlier_.size() > kMostBranches) return;
    if (never_holds(nullptr, earlier_, scope_.ranges())) {
      scope_.findings.add(kHiddenBranch, place, {std::to_string(earlier_.back()->place.line)});
    }
  }

 private:
  // The line of the first branch that is enough by itself, else of the last before.
  std::string hiding(const Condition& condition) const {
    for (const Condition* one : earlier_) {
      if (never_holds(&condition, {one}, scope_.ranges())) return std::to_string(one->place.line);
    }
    return std::to_string(earlier_.back()->place.line);
  }

  const Scope& scope_;
  std::vector<const Condition*> earlier_;
};

void question_order(const Scope& scope, const Question& question) {
  Order order(scope);
  const std::vector<const When*> all = branches_of(scope, question);
  const std::size_t used = all.size() - question.whens.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    order.branch(all[i]->condition, all[i]->again.has_value(), i >= used);
  }
  if (question.otherwise && used == 0) order.otherwise(question.otherwise->place);
}

void if_order(const Scope& scope, const If& tree) {
  Order order(scope);
  for (const If::Arm& arm : tree.arms) order.branch(arm.condition, false, true);
  if (tree.otherwise && !tree.otherwise->empty()) order.otherwise(tree.otherwise->front().place);
}

bool same_words(const Condition& a, const Condition& b) {
  const bool plain = a.kind == Condition::Kind::kHeard || a.kind == Condition::Kind::kFlag ||
                     a.kind == Condition::Kind::kIsSet || a.kind == Condition::Kind::kVisited ||
                     a.kind == Condition::Kind::kDone;
  return plain && a.kind == b.kind && a.name == b.name && a.who == b.who && a.times == b.times &&
         a.within == b.within;
}

// `label or label`
void said_twice(const Scope& scope, const Condition& part) {
  for (const Condition& one : part.parts) said_twice(scope, one);
  if (part.kind != Condition::Kind::kAnd && part.kind != Condition::Kind::kOr) return;
  for (auto one = part.parts.begin(); one != part.parts.end(); ++one) {
    const auto same = [&](const Condition& before) { return same_words(before, *one); };
    if (std::any_of(part.parts.begin(), one, same))
      scope.findings.add(kSaidTwice, one->place, {one->name});
  }
}

}  // namespace

void check_alike(const Script& script, const MemorySlots& memory, Findings& findings) {
  const MemorySlots slots = slots_of(script, memory);
  const RangeOf ranges = ranges_of(slots);
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    if (const auto* choose = std::get_if<Choose>(&step.what)) alike(*choose, ranges, findings);
  };
  walk(script, visit);
}

void check_questions(const Scope& scope) {
  for (const Remarks& remarks : scope.script.remarks) {
    Order order(scope);
    for (const When& when : remarks.whens)
      order.branch(when.condition, when.again.has_value(), true);
  }
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    if (const auto* choose = std::get_if<Choose>(&step.what)) {
      alike(*choose, scope.ranges(), scope.findings);
      too_few(scope, step, *choose);
    }
    if (const auto* tree = std::get_if<If>(&step.what)) if_order(scope, *tree);
  };
  visit.question = [&](const Question& question, const Step&, const Spot&) {
    question_order(scope, question);
  };
  visit.condition = [&](const Condition& whole, const Spot&) { said_twice(scope, whole); };
  visit.text = [&](const Text& text, const Spot& spot) {
    for (const Text::Part& part : text.parts) {
      if (part.hole && part.text == "heard" && !spot.heard &&
          scope.whole_scene(part.place.line))
        scope.findings.add(kNothingHeard, part.place);
    }
  };
  walk(scope.script, visit);
}

}  // namespace attune::dialogs
