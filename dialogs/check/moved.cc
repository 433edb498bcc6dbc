// `moved:` names lines that have gone, and leads to questions that are here.
#include <algorithm>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

}  // namespace

void check_moved(const Scope& scope) {
  const auto& moved = scope.script.header.moved;
  if (moved.empty() || !scope.whole()) return;
  std::set<std::string> lines;
  std::set<std::string> asked;
  std::string first;  // in the order of the file
  const auto ask = [&](const std::string& id) {
    if (first.empty()) first = id;
    asked.insert(id);
  };
  Visit visit;
  visit.line = [&](const Line& line, const Spot& spot) {
    lines.insert(line.id);
    if (spot.prompt) ask(line.id);
  };
  visit.step = [&](const Step& step, const Spot&) {
    if (const auto* rate = std::get_if<Rate>(&step.what)) {
      lines.insert(rate->id);
      ask(rate->id);
    }
    const auto* choose = std::get_if<Choose>(&step.what);
    if (choose && choose->question.prompts.empty() && !choose->choices.empty())
      ask(choose->choices.front().label.id);
  };
  walk(scope.script, visit);
  for (const Header::Moved& each : moved) {
    if (lines.count(each.from) > 0) scope.findings.add(kMovedStillHere, each.place, {each.from});
    if (asked.count(each.to) == 0) scope.findings.add(kMovedNowhere, each.place, {each.to, first});
  }
}

}  // namespace attune::dialogs
