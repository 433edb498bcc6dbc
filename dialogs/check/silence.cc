// Nobody is left in a pause, or before a question, without a word.
//
// The frame is exempt: scripts of repair, help and safety end paused right after they have spoken
// through others, and the engine answers the next message itself.
#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

// Nothing that was said on the way is missing.
bool whole(const Scope& scope, const Ways& ways, int node) {
  return scope.whole_way(ways, node, false, Broken::Loss::kStep);
}

// A question that waits where nothing was said since the last answer.
void unasked(const Scope& scope, const Ways& ways) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind == Node::Kind::kQuestion && node.question->prompts.empty() &&
        ways.reach(index, false) && whole(scope, ways, index))
      scope.findings.add(kNothingAsked, node.place);
  }
}

}  // namespace

void check_silence(const Scope& scope) {
  const bool frame = scope.under("repair/") || scope.under("safety/") || scope.under("help/") ||
                     scope.script.header.topic == "safety";
  if (frame || scope.flow.entry < 0) return;
  const Ways ways(scope.positions, said_something(scope.manners(), false));
  unasked(scope, ways);
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind != Node::Kind::kEnd || node.outcome != Outcome::kPaused) continue;
    if (ways.reach(index, false) && whole(scope, ways, index)) {
      scope.findings.add(kSilentPause, node.place, {}, ways.tell(index, false));
    }
  }
}

}  // namespace attune::dialogs
