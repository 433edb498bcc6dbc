// Gates: `needs`, what a heavy script promises, and what a script about forgiving must leave open.
#include <algorithm>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/manners.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

Place header_place(const Script& script, const char* key) {
  const auto field = script.header.fields.find(key);
  return field == script.header.fields.end() ? Place{1, 1, 0} : field->second.second;
}

// Asks a person, by itself or in a script that it calls, what consent should come before.
bool asks_early(const Scope& scope, const Node& node) {
  if (waits_for_answer(node)) return !is_consent(node);
  const auto* call = node.step ? std::get_if<Call>(&node.step->what) : nullptr;
  return call && scope.manners().of(call->script).asks_unagreed;
}

void consent_first(const Scope& scope) {
  const Ways ways(scope.positions, heavy_agreed(scope.manners(), false));
  std::set<int> early;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const int index = static_cast<int>(i);
    if (asks_early(scope, scope.flow.nodes[i]) && ways.reach(index, false) &&
        scope.whole_way(ways, index, false, Broken::Loss::kStep))
      early.insert(index);
  }
  for (const int index : early) {
    // Consent before the first of them is consent before all that follow.
    const std::vector<int> passed = ways.nodes_since(index, false);
    const bool after_another = std::any_of(passed.begin() + 1, passed.end(),
                                           [&](int before) { return early.count(before) > 0; });
    if (after_another) continue;
    const Node& node = scope.flow.nodes[static_cast<std::size_t>(index)];
    const auto* call = std::get_if<Call>(&node.step->what);
    scope.findings.add(kHeavyWithoutConsent, node.place, {call ? call->script : ""},
                       ways.tell(index, false));
  }
}

// Something but consent was asked.
Fact stirred(const Scope& scope) {
  Fact fact;
  fact.after_node = [&scope](const Node& node, bool held) {
    const auto* call = node.step ? std::get_if<Call>(&node.step->what) : nullptr;
    return held || (node.kind == Node::Kind::kQuestion && !is_consent(node)) ||
           (call && scope.manners().of(call->script).asks);
  };
  return fact;
}

// `end completed`, or a switch: a way out that says nothing of a pause. Who is led to safety is not
// held up.
bool leaves_for_good(const Scope& scope, const Node& node) {
  if (node.kind == Node::Kind::kEnd) return node.outcome == Outcome::kCompleted;
  const auto* leave = node.kind == Node::Kind::kStep && node.step
                          ? std::get_if<SwitchTo>(&node.step->what)
                          : nullptr;
  return leave && !scope.manners().is_safety(leave->script);
}

void calm_last(const Scope& scope) {
  const Ways ways(scope.positions, settled(scope.script, scope.manners(), false));
  const Ways asked(scope.positions, stirred(scope));
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (!leaves_for_good(scope, node) || !ways.reach(index, false)) continue;
    // Who switches before anything was asked has nothing stirred up.
    if (node.kind == Node::Kind::kStep && !asked.reach(index, true)) continue;
    if (scope.whole_way(ways, index, false, Broken::Loss::kStep))
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

void forgiveness(const Scope& scope) {
  if (!rests_while_open(scope.script.header)) {
    scope.findings.add(kForgivingWithoutGate, header_place(scope.script, "topic"));
  }
  Visit visit;
  visit.question = [&](const Question&, const Step& step, const Spot&) {
    if (!refusable(step)) scope.findings.add(kForgivingWithoutNotNow, step.place);
  };
  walk(scope.script, visit);
  const Ways ways(scope.positions);
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (!node.step || !ways.reach(index)) continue;
    if (node.borrowed && node.kind == Node::Kind::kQuestion && !refusable(*node.step))
      scope.findings.add(kForgivingWithoutNotNow, node.place, {}, ways.tell(index));
    const auto* call = std::get_if<Call>(&node.step->what);
    if (!call) continue;
    const Manner& manner = scope.manners().of(call->script);
    if (!manner.unrefusable.empty())
      scope.findings.add(kForgivingCallsOn, node.place, {call->script, manner.unrefusable},
                         ways.tell(index));
    if (manner.opens)
      scope.findings.add(kForgivingGoesOn, node.place, {call->script}, ways.tell(index));
  }
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
