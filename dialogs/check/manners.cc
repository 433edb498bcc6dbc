#include "dialogs/check/manners.h"

#include <algorithm>

#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using Node = Flow::Node;
using Edge = Flow::Edge;

const Call* call_of(const Node& node) {
  return node.kind == Node::Kind::kStep && node.step ? std::get_if<Call>(&node.step->what)
                                                     : nullptr;
}

bool is_calm(const Script& script, const Node& node) {
  return node.scene >= 0 && script.scenes[static_cast<std::size_t>(node.scene)].calm;
}

// Can a node that ends the script be reached with the fact so?
bool ends_with(const Flow& flow, const Ways& ways, bool fact) {
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const Node::Kind kind = flow.nodes[i].kind;
    if ((kind == Node::Kind::kEnd || kind == Node::Kind::kOff) &&
        ways.reach(static_cast<int>(i), fact))
      return true;
  }
  return false;
}

// Either of two scripts may answer the call.
void join(Manner& one, const Manner& other) {
  one.quiet |= other.quiet;
  one.asks |= other.asks;
  one.asks_unagreed |= other.asks_unagreed;
  one.returns_unagreed |= other.returns_unagreed;
  one.takes_back |= other.takes_back;
  one.unsettles |= other.unsettles;
  one.settles &= other.settles;
  one.hushes |= other.hushes;
  one.speaks &= other.speaks;
  one.opens |= other.opens;
  one.opens_and_resumes |= other.opens_and_resumes;
  if (one.unrefusable.empty()) one.unrefusable = other.unrefusable;
}

}  // namespace

const Manner& Manners::of(const std::string& script) const {
  const auto known = known_.find(script);
  if (known != known_.end()) return known->second;
  known_.emplace(script, Manner{});  // a circle of calls is told elsewhere
  const Study* study = find_(script);
  if (!study || study->flow.entry < 0) return known_.at(script);
  Manner manner = own(*study);
  for (const Header::Needs& needs : study->script->header.needs) join(manner, of(needs.script));
  return known_.at(script) = std::move(manner);
}

bool Manners::is_safety(const std::string& script) const {
  const Study* study = find_(script);
  return study && study->script->header.topic == "safety";
}

Manner Manners::own(const Study& study) const {
  const Flow& flow = study.flow;
  const Script& script = *study.script;
  const Ways quiet(study.positions, stays_quiet(*this));
  const Ways agreed(study.positions, heavy_agreed(*this, false));
  const Ways opened(study.positions, safety_opened(script, *this));
  Manner manner;
  manner.quiet = ends_with(flow, quiet, true);
  manner.returns_unagreed = ends_with(flow, agreed, false);
  manner.takes_back = ends_with(flow, Ways(study.positions, heavy_agreed(*this, true)), false);
  manner.unsettles =
      ends_with(flow, Ways(study.positions, settled(script, *this, true)), false);
  manner.settles =
      !ends_with(flow, Ways(study.positions, settled(script, *this, false)), false);
  manner.hushes = ends_with(flow, Ways(study.positions, said_something(*this, true)), false);
  manner.speaks = !ends_with(flow, Ways(study.positions, said_something(*this, false)), false);
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const Node& node = flow.nodes[i];
    const int index = static_cast<int>(i);
    const Call* call = call_of(node);
    const bool asks = node.kind == Node::Kind::kQuestion;
    const bool stirs = waits_for_answer(node) && !is_consent(node);
    if (stirs || (call && of(call->script).asks)) manner.asks |= agreed.reach(index);
    if (stirs || (call && of(call->script).asks_unagreed))
      manner.asks_unagreed |= agreed.reach(index, false);
    if (node.kind == Node::Kind::kEnd && opened.reach(index, true)) {
      manner.opens = true;
      manner.opens_and_resumes |= node.outcome != Outcome::kStopped;
    }
    // Safety asks what it must.
    const bool safety = script.header.topic == "safety";
    if (safety || !manner.unrefusable.empty() || !quiet.reach(index)) continue;
    if (asks && !refusable(*node.step)) manner.unrefusable = script.name;
    if (call) manner.unrefusable = of(call->script).unrefusable;
  }
  return manner;
}

Fact stays_quiet(const Manners& manners) {
  Fact fact;
  fact.at_start = true;
  fact.after_node = [&manners](const Node& node, bool held) {
    if (node.kind == Node::Kind::kAnswer) return false;
    const Call* call = call_of(node);
    return held && (!call || manners.of(call->script).quiet);
  };
  return fact;
}

Fact heavy_agreed(const Manners& manners, bool at_start) {
  Fact fact;
  fact.at_start = at_start;
  fact.after_node = [&manners](const Node& node, bool held) {
    const Call* call = call_of(node);
    if (!call) return held;
    const Manner& manner = manners.of(call->script);
    return held ? !manner.takes_back : !manner.returns_unagreed;
  };
  fact.after_edge = [](const Edge& edge, bool held) -> std::optional<bool> {
    if (edge.consented == Edge::Consented::kNothing) return held;
    return edge.consented == Edge::Consented::kYes;
  };
  return fact;
}

// A question stirs up again, but for one in a calm scene; what a called script asks is its own.
Fact settled(const Script& script, const Manners& manners, bool at_start) {
  Fact fact;
  fact.at_start = at_start;
  fact.after_node = [&script, &manners](const Node& node, bool held) {
    if (node.kind == Node::Kind::kScene) return held || is_calm(script, node);
    if (node.kind == Node::Kind::kQuestion) return is_calm(script, node);
    const Call* call = call_of(node);
    if (!call) return held;
    const Manner& manner = manners.of(call->script);
    return held ? !manner.unsettles : manner.settles;
  };
  return fact;
}

Fact said_something(const Manners& manners, bool at_start) {
  Fact fact;
  fact.at_start = at_start;
  fact.after_node = [&manners](const Node& node, bool held) {
    if (node.kind == Node::Kind::kAnswer) return false;
    if (const Call* call = call_of(node)) {
      const Manner& manner = manners.of(call->script);
      return held ? !manner.hushes : manner.speaks;
    }
    return held || surely_speaks(node);
  };
  return fact;
}

Fact safety_opened(const Script& script, const Manners& manners) {
  Fact fact;
  fact.at_start = script.header.safety == Header::Safety::kOpens;
  fact.after_node = [&manners](const Node& node, bool held) {
    const Call* call = call_of(node);
    return held || (call && manners.of(call->script).opens);
  };
  return fact;
}

bool waits_for_answer(const Node& node) {
  return node.kind == Node::Kind::kQuestion || (node.kind == Node::Kind::kAnswer && node.question);
}

bool is_consent(const Node& node) {
  return node.step && std::holds_alternative<Consent>(node.step->what);
}

bool refusable(const Step& step) {
  const Question& question = *question_of(step);
  if (question.skip) return true;
  if (const auto* consent = std::get_if<Consent>(&step.what)) return consent->declined.has_value();
  const auto* choose = std::get_if<Choose>(&step.what);
  if (!choose) return false;
  for (const Choice& choice : choose->choices) {
    if (choice.not_now && !choice.only_if) return true;
  }
  return false;
}

bool surely_speaks(const Node& node) {
  if (node.kind == Node::Kind::kQuestion) return true;
  if (node.kind != Node::Kind::kStep || !node.step) return false;
  if (const auto* vary = std::get_if<Vary>(&node.step->what)) {
    return std::any_of(vary->lines.begin(), vary->lines.end(),
                       [](const VaryLine& line) { return !line.only_if; });
  }
  return std::holds_alternative<Say>(node.step->what);
}

}  // namespace attune::dialogs
