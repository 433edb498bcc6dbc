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

// Every node that can be come to from here without a yes to heavy consent; without a no either, unless
// `past_no`.
std::set<int> unagreed_from(const Scope& scope, int start, bool past_no) {
  std::set<int> seen = {start};
  std::vector<int> left = {start};
  while (!left.empty()) {
    const Node& node = scope.flow.nodes[static_cast<std::size_t>(left.back())];
    left.pop_back();
    for (const Flow::Edge& edge : node.out) {
      if (edge.to < 0 || edge.consented == Flow::Edge::Consented::kYes) continue;
      if (edge.consented == Flow::Edge::Consented::kNo && !past_no) continue;
      if (seen.insert(edge.to).second) left.push_back(edge.to);
    }
  }
  return seen;
}

// What is asked after a no: told where the no leads on. True for a question that is asked in no other
// way too early.
bool told_at_declined(const Scope& scope, int early) {
  if (unagreed_from(scope, scope.flow.entry, false).count(early) > 0) return false;
  bool told = false;
  for (const Node& node : scope.flow.nodes) {
    const auto* consent = node.step ? std::get_if<Consent>(&node.step->what) : nullptr;
    if (node.kind != Node::Kind::kAnswer || !consent || !consent->declined) continue;
    for (const Flow::Edge& edge : node.out) {
      if (edge.consented != Flow::Edge::Consented::kNo || edge.to < 0) continue;
      if (unagreed_from(scope, edge.to, true).count(early) == 0) continue;
      scope.findings.add(kDeclinedAsksOn, consent->declined->place,
                         {std::to_string(scope.flow.nodes[static_cast<std::size_t>(early)].place.line)});
      told = true;
    }
  }
  return told;
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
    if (after_another || told_at_declined(scope, index)) continue;
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

// "Not now" is an answer, and what comes after it is no other question.
void not_now_ends(const Scope& scope) {
  for (const Node& node : scope.flow.nodes) {
    for (const Flow::Edge& edge : node.out) {
      if (!edge.choice || !edge.choice->not_now || edge.to < 0) continue;
      for (const int next : unagreed_from(scope, edge.to, true)) {
        const Node& there = scope.flow.nodes[static_cast<std::size_t>(next)];
        if (!waits_for_answer(there)) continue;
        scope.findings.add(kNotNowAsksOn, edge.choice->label.place, {std::to_string(there.place.line)});
        break;
      }
    }
  }
}

// `consent heavy` in a script that does not say so at its top: none of what heavy scripts promise is
// looked for.
void heavy_unsaid(const Scope& scope) {
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    const auto* consent = std::get_if<Consent>(&step.what);
    if (consent && consent->what == "heavy") scope.findings.add(kHeavyUnsaid, step.place);
  };
  walk(scope.script, visit);
}

void forgiveness(const Scope& scope) {
  not_now_ends(scope);
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
  if (!header.heavy) heavy_unsaid(scope);
  if (header.topic == "forgiveness") forgiveness(scope);
  for (const Header::Needs& needs : header.needs) {
    if (needs.script == scope.script.name) {
      scope.findings.add(kGateLeadsBack, needs.script_place, {needs.script});
    }
  }
}

}  // namespace attune::dialogs
