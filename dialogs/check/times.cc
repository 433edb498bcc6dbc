// What waits for a time: a nudge that can be said, silence that comes to an end, and a weekly reminder
// that says how to be rid of it.
#include <algorithm>
#include <string>
#include <vector>

#include "dialogs/check/families.h"
#include "dialogs/check/manners.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

void never_nudged(const Scope& scope, const Question& question) {
  if (!question.timeout) return;
  for (const Nudge& nudge : question.nudges) {
    if (nudge.after >= question.timeout->after) scope.findings.add(kNudgeNeverSaid, nudge.line.place);
  }
}

bool by_silence(const Flow::Edge& edge) { return edge.words == kNoAnswerInTime; }

// Somebody else's question stands there, and waits by its own rules.
bool asks_elsewhere(const Scope& scope, const Node& node) {
  const auto* call = node.step ? std::get_if<Call>(&node.step->what) : nullptr;
  return call && scope.manners().of(call->script).asks;
}

// Does a person who never writes come back to this question, again and again?
bool circles(const Scope& scope, int answer) {
  const auto& nodes = scope.flow.nodes;
  std::vector<bool> seen(nodes.size());
  std::vector<int> left = {answer};
  while (!left.empty()) {
    const Node& node = nodes[static_cast<std::size_t>(left.back())];
    left.pop_back();
    if (asks_elsewhere(scope, node)) continue;
    for (const Flow::Edge& edge : node.out) {
      if (node.kind == Node::Kind::kAnswer && node.question && !by_silence(edge)) continue;
      if (edge.to == answer) return true;
      if (edge.to < 0 || seen[static_cast<std::size_t>(edge.to)]) continue;
      seen[static_cast<std::size_t>(edge.to)] = true;
      left.push_back(edge.to);
    }
  }
  return false;
}

void silence_ends(const Scope& scope) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    if (node.kind != Node::Kind::kAnswer || !node.question || !node.question->timeout) continue;
    if (circles(scope, static_cast<int>(i)))
      scope.findings.add(kSilenceWithoutEnd, node.question->timeout->target.place);
  }
}

bool says_how_to_stop(const Script& script) {
  bool says = false;
  Visit visit;
  visit.line = [&](const Line& line, const Spot&) {
    std::string text = line.text.source();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    says = says || text.find("no reminders") != std::string::npos;
  };
  visit.step = [&](const Step& step, const Spot&) {
    says = says || std::holds_alternative<ForgetReminder>(step.what);
  };
  walk(script, visit);
  return says;
}

}  // namespace

void check_times(const Scope& scope) {
  Visit visit;
  visit.question = [&](const Question& question, const Step&, const Spot&) {
    never_nudged(scope, question);
  };
  const Step* weekly = nullptr;
  visit.step = [&](const Step& step, const Spot&) {
    const auto* remind = std::get_if<Remind>(&step.what);
    if (remind && remind->recurring && !weekly) weekly = &step;
  };
  walk(scope.script, visit);
  if (weekly && !says_how_to_stop(scope.script)) scope.findings.add(kReminderWithoutWayOut, weekly->place);
  if (scope.flow.entry >= 0) silence_ends(scope);
}

}  // namespace attune::dialogs
