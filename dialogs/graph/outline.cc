#include "dialogs/graph/outline.h"

#include <algorithm>
#include <map>

#include "dialogs/check/flow.h"
#include "dialogs/engine/conditions.h"

namespace attune::dialogs {
namespace {

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted: return "completed";
    case Outcome::kPaused: return "paused";
    case Outcome::kStopped: return "stopped";
  }
  return "completed";
}

class Drawer {
 public:
  Drawer(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared)
      : script_(script), shared_(shared) {}

  Outline draw() {
    out_.script = script_.name;
    out_.title = script_.header.title;
    for (const Scene& scene : script_.scenes) numbers_.emplace(scene.name, static_cast<int>(numbers_.size()));
    for (const Scene& scene : script_.scenes) {
      Outline::Scene drawn;
      drawn.name = scene.name;
      drawn.calm = scene.calm;
      drawn.checkpoint = scene.checkpoint;
      out_.scenes.push_back(std::move(drawn));
    }
    for (at_ = 0; at_ < static_cast<int>(script_.scenes.size()); ++at_) {
      block(script_.scenes[static_cast<std::size_t>(at_)].steps, "");
    }
    for (const auto& needs : script_.header.needs) way(Outline::Way::Kind::kTurnedAway, needs.script);
    return std::move(out_);
  }

 private:
  Outline::Scene& here() { return out_.scenes[static_cast<std::size_t>(at_)]; }

  void step(const std::string& words) {
    auto& steps = here().steps;
    if (std::find(steps.begin(), steps.end(), words) == steps.end()) steps.push_back(words);
  }

  void line(const Line& one) {
    if (one.text.parts.empty()) return;
    if (here().first.empty() && !one.speaker.empty()) here().first = one.text.source();
    here().lines.push_back(one.id);
  }

  void arrow(const std::string& scene, const std::string& label) {
    const auto found = numbers_.find(scene);
    if (found == numbers_.end()) return;
    auto one = std::find_if(out_.arrows.begin(), out_.arrows.end(), [&](const Outline::Arrow& a) { return a.from == at_ && a.to == found->second; });
    if (one == out_.arrows.end()) one = out_.arrows.insert(one, {at_, found->second, {}});
    if (!label.empty() && std::find(one->labels.begin(), one->labels.end(), label) == one->labels.end()) one->labels.push_back(label);
  }

  void way(Outline::Way::Kind kind, const std::string& script) {
    const bool known = std::any_of(out_.ways.begin(), out_.ways.end(), [&](const Outline::Way& w) { return w.kind == kind && w.script == script; });
    if (!known) out_.ways.push_back({kind, script});
  }

  void target(const Target& one, const std::string& label) {
    if (one.end) return step(std::string("ends ") + name_of(*one.end));
    arrow(one.scene, label);
  }
  void target(const std::optional<Target>& one, const std::string& label) {
    if (one) target(*one, label);
  }

  void whens(const std::vector<When>& all) {
    for (const When& when : all) block(when.block, "when " + words(when.condition));
  }

  void question(const Question& one, const std::string& label) {
    for (const Prompt& prompt : one.prompts) {
      if (const auto* say = std::get_if<Say>(&prompt)) line(say->line);
      else for (const VaryLine& each : std::get<Vary>(prompt).lines) line(each.line);
    }
    for (const Use& use : one.uses) {
      const Remarks* remarks = find_remarks(script_, shared_, use.name);
      if (remarks == nullptr) continue;
      // Their lines are counted once, with the remarks, not with every scene that uses them.
      const auto lines = here().lines;
      const auto first = here().first;
      whens(remarks->whens);
      here().lines = lines;
      here().first = first;
    }
    if (one.on_answer) block(*one.on_answer, label);
    whens(one.whens);
    if (one.otherwise) block(one.otherwise->block, "otherwise");
    for (const Nudge& nudge : one.nudges) line(nudge.line);
    if (one.timeout) target(one.timeout->target, "no answer");
    target(one.skip, "skip");
  }

  void choose(const Choose& one, const std::string& label) {
    step("choice of " + std::to_string(one.choices.size()));
    question(one.question, label);
    for (const Choice& choice : one.choices) {
      line(choice.label);
      const std::string words = "\"" + choice.label.text.source() + "\"";
      target(choice.target, words);
      block(choice.block, words);
    }
  }

  void branches(const If& one) {
    for (const If::Arm& arm : one.arms) block(arm.block, "if " + words(arm.condition));
    if (one.otherwise) block(*one.otherwise, "otherwise");
  }

  void other(const char* verb, Outline::Way::Kind kind, const std::string& script) {
    step(verb + script);
    way(kind, script);
  }

  // `label`: what had to be so for this block to run.
  void block(const Block& steps, const std::string& label) {
    for (const Step& one : steps) take(one, label);
  }

  void take(const Step& one, const std::string& label) {
    using Kind = Outline::Way::Kind;
    if (const auto* say = std::get_if<Say>(&one.what)) line(say->line);
    else if (const auto* vary = std::get_if<Vary>(&one.what)) for (const VaryLine& each : vary->lines) line(each.line);
    else if (const auto* ask = std::get_if<Ask>(&one.what)) step("asks " + ask->slot), question(ask->question, label);
    else if (const auto* chosen = std::get_if<Choose>(&one.what)) choose(*chosen, label);
    else if (const auto* rate = std::get_if<Rate>(&one.what)) rated(*rate, label);
    else if (const auto* consent = std::get_if<Consent>(&one.what)) consented(*consent, label);
    else if (const auto* fork = std::get_if<If>(&one.what)) branches(*fork);
    else if (const auto* go = std::get_if<Go>(&one.what)) target(go->target, label);
    else if (const auto* rewind = std::get_if<Rewind>(&one.what)) arrow(rewind->scene, label.empty() ? "back to" : label + ", back to");
    else if (const auto* call = std::get_if<Call>(&one.what)) other("calls ", Kind::kCall, call->script);
    else if (const auto* leave = std::get_if<SwitchTo>(&one.what)) other("switches to ", Kind::kSwitch, leave->script);
    else later(one, label);
  }

  void rated(const Rate& one, const std::string& label) {
    step("rates " + one.slot);
    here().lines.push_back(one.id);
    question(one.question, label);
  }

  void consented(const Consent& one, const std::string& label) {
    step("consent " + one.what);
    question(one.question, label);
    target(one.declined, "declined");
  }

  void later(const Step& one, const std::string& label) {
    if (const auto* remind = std::get_if<Remind>(&one.what)) other("reminds, then ", Outline::Way::Kind::kCall, remind->script);
    else if (const auto* hand = std::get_if<HandOff>(&one.what)) {
      step("hands off"), target(hand->resumed, "resumed");
      if (hand->timeout) target(hand->timeout->target, "nobody came");
    }
    else if (const auto* action = std::get_if<Do>(&one.what)) step("does " + action->action), target(action->failed, "failed");
    else if (const auto* reveal = std::get_if<Reveal>(&one.what)) step("reveals " + reveal->slot), target(reveal->declined, "declined");
    else if (const auto* each = std::get_if<Each>(&one.what)) {
      for (const Block* part : {&each->block, &each->part_a, &each->part_b}) block(*part, label);
      target(each->otherwise, "no answer");
    }
  }

  const Script& script_;
  const std::vector<std::shared_ptr<const Script>>& shared_;
  std::map<std::string, int> numbers_;
  int at_ = 0;
  Outline out_;
};

}  // namespace

Outline outline(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared) {
  return Drawer(script, shared).draw();
}

}  // namespace attune::dialogs
