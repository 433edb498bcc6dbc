// Gates: `needs`, what a heavy script promises, and what a script about forgiving must leave open.
#include <algorithm>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

Place header_place(const Script& script, const char* key) {
  const auto field = script.header.fields.find(key);
  return field == script.header.fields.end() ? Place{1, 1, 0} : field->second.second;
}

bool is_consent(const Node& node) {
  return node.step && std::holds_alternative<Consent>(node.step->what);
}

void consent_first(const Scope& scope) {
  Fact agreed;
  agreed.after_edge = [](const Flow::Edge& edge, bool held) -> std::optional<bool> {
    return held || edge.agrees;
  };
  const Ways ways(scope.flow, agreed);
  std::set<int> early;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind == Node::Kind::kQuestion && !is_consent(node) && ways.reach(index, false) &&
        scope.whole_way(ways, index, false, Broken::Loss::kStep))
      early.insert(index);
  }
  for (const int index : early) {
    // Consent before the first of them is consent before all that follow.
    const std::vector<int> passed = ways.nodes_to(index, false);
    const bool after_another = std::any_of(passed.begin() + 1, passed.end(),
                                           [&](int before) { return early.count(before) > 0; });
    if (after_another) continue;
    const Node& node = scope.flow.nodes[static_cast<std::size_t>(index)];
    scope.findings.add(kHeavyWithoutConsent, node.place, {}, ways.tell(index, false));
  }
}

void calm_last(const Scope& scope) {
  const auto calm = [&](const Node& node) {
    return node.scene >= 0 && scope.script.scenes[static_cast<std::size_t>(node.scene)].calm;
  };
  Fact settled;
  settled.after_node = [&](const Node& node, bool held) {
    if (node.kind == Node::Kind::kScene) return held || calm(node);
    return node.kind == Node::Kind::kQuestion ? calm(node) : held;  // a question stirs up again
  };
  const Ways ways(scope.flow, settled);
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind != Node::Kind::kEnd || node.outcome != Outcome::kCompleted) continue;
    if (ways.reach(index, false) && scope.whole_way(ways, index, false, Broken::Loss::kStep))
      scope.findings.add(kHeavyWithoutCalm, node.place, {}, ways.tell(index, false));
  }
}

// Refused for certain while safety is open, whatever else is so.
bool rests_while_open(const Header& header) {
  for (const Header::Needs& needs : header.needs) {
    if (while_safety(needs.refuse, true) == Truth(true)) return true;
  }
  return false;
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

void forgiveness(const Scope& scope) {
  if (!rests_while_open(scope.script.header)) {
    scope.findings.add(kForgivingWithoutGate, header_place(scope.script, "topic"));
  }
  Visit visit;
  visit.question = [&](const Question&, const Step& step, const Spot&) {
    if (!refusable(step)) scope.findings.add(kForgivingWithoutNotNow, step.place);
  };
  walk(scope.script, visit);
}

}  // namespace

void check_gates(const Scope& scope) {
  const Header& header = scope.script.header;
  if (header.heavy && scope.flow.entry >= 0) {
    consent_first(scope);
    calm_last(scope);
  }
  if (header.topic == "forgiveness") forgiveness(scope);
  for (const Header::Needs& needs : header.needs) {
    if (needs.script == scope.script.name) {
      scope.findings.add(kGateLeadsBack, needs.script_place, {needs.script});
    }
  }
}

}  // namespace attune::dialogs
