// A slot is filled before it is read, on every way.
//
// For each slot that is read, one walk over the graph with the fact "it has a value". Where a place
// that reads it can be reached with the fact false, that is the finding, and the walk's way is
// told.
#include <algorithm>
#include <map>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;
using Kind = Condition::Kind;

constexpr std::size_t kWork = 20'000'000;  // nodes times slots: about a second

struct Guard {
  const Condition* condition;
  bool outcome;
};
struct Read {
  std::string slot;
  Place place;
  std::vector<Guard> guards;  // what has come out, and how, before this is read
};

bool is_slot(const std::string& hole) {
  return hole != "heard" && hole != "partner" && hole.rfind("card.", 0) != 0;
}

void read_text(const Text& text, const std::vector<Guard>& guards, std::vector<Read>& reads) {
  for (const Text::Part& part : text.parts) {
    if (part.hole && is_slot(part.text)) reads.push_back({part.text, part.place, guards});
  }
}

// A comparison of what is remembered may come before it is known: it then does not hold.
bool remembered(const std::string& name) { return name.find('.') != std::string::npos; }

// In `a and b`, b is judged only if a held; in `a or b`, only if it did not.
void read_condition(const Condition& c, std::vector<Guard> guards, std::vector<Read>& reads) {
  if ((c.kind == Kind::kCompare || c.kind == Kind::kDaysSince) && !remembered(c.name))
    reads.push_back({c.name, c.place, guards});
  for (const Condition& part : c.parts) {
    read_condition(part, guards, reads);
    if (c.kind != Kind::kNot) guards.push_back({&part, c.kind == Kind::kAnd});
  }
}

void read_vary(const Vary& vary, std::vector<Read>& reads) {
  for (const VaryLine& line : vary.lines) {
    std::vector<Guard> guards;
    if (line.only_if) {
      read_condition(*line.only_if, {}, reads);
      guards.push_back({&*line.only_if, true});
    }
    read_text(line.line.text, guards, reads);
  }
}

void read_question(const Node& node, std::vector<Read>& reads) {
  for (const Prompt& prompt : node.question->prompts) {
    if (const auto* say = std::get_if<Say>(&prompt)) read_text(say->line.text, {}, reads);
    if (const auto* vary = std::get_if<Vary>(&prompt)) read_vary(*vary, reads);
  }
  if (const auto* rate = std::get_if<Rate>(&node.step->what)) {
    read_text(rate->low, {}, reads);
    read_text(rate->high, {}, reads);
  }
  const auto* choose = std::get_if<Choose>(&node.step->what);
  if (!choose) return;
  for (const Choice& choice : choose->choices) {
    std::vector<Guard> guards;
    if (choice.only_if) {
      read_condition(*choice.only_if, {}, reads);
      guards.push_back({&*choice.only_if, true});
    }
    read_text(choice.label.text, guards, reads);
  }
}

// What is remembered may not be known: nothing is handed over then.
void read_value(const Set& set, std::vector<Read>& reads) {
  if (!set.from.empty() && !remembered(set.from)) reads.push_back({set.from, set.from_place, {}});
}

// What is read as the node is passed.
std::vector<Read> reads_of(const Node& node) {
  std::vector<Read> reads;
  if (node.kind == Node::Kind::kFork && node.condition) read_condition(*node.condition, {}, reads);
  if (node.kind == Node::Kind::kQuestion) read_question(node, reads);
  if (node.kind != Node::Kind::kStep || !node.step) return reads;
  if (const auto* say = std::get_if<Say>(&node.step->what)) read_text(say->line.text, {}, reads);
  if (const auto* vary = std::get_if<Vary>(&node.step->what)) read_vary(*vary, reads);
  if (const auto* set = std::get_if<Set>(&node.step->what)) read_value(*set, reads);
  if (const auto* call = std::get_if<Call>(&node.step->what)) {
    for (const Set& with : call->with) read_value(with, reads);
  }
  if (const auto* add = std::get_if<Add>(&node.step->what))
    reads.push_back({add->slot, add->slot_place, {}});
  return reads;
}

bool after_step(const Step& step, const std::string& slot, bool held) {
  if (const auto* set = std::get_if<Set>(&step.what)) return held || set->slot == slot;
  if (const auto* forget = std::get_if<Forget>(&step.what)) {
    for (const auto& [name, place] : forget->slots) {
      if (name == slot) return false;
    }
  }
  return held;
}

Fact filled(const std::string& name, const Slot& slot) {
  const bool words =
      slot.type.kind == SlotType::Kind::kText || slot.type.kind == SlotType::Kind::kList;
  const bool brief = words && slot.keep.kind == Keep::Kind::kNone;
  Fact fact;
  fact.at_start = slot.starts_at.has_value();
  fact.after_node = [name, brief](const Node& node, bool held) {
    // Words kept for `none` are gone when the turn ends, and every answer is a new turn.
    if (node.kind == Node::Kind::kAnswer) return held && !brief;
    return node.kind == Node::Kind::kStep && node.step ? after_step(*node.step, name, held) : held;
  };
  fact.after_edge = [name](const Flow::Edge& edge, bool held) -> std::optional<bool> {
    return held || edge.fills == name ||
           (edge.condition && proves_set(*edge.condition, edge.outcome, name));
  };
  return fact;
}

bool ever_filled(const Flow& flow, const std::string& name) {
  return std::any_of(flow.nodes.begin(), flow.nodes.end(), [&](const Node& node) {
    const auto* set = node.step ? std::get_if<Set>(&node.step->what) : nullptr;
    return (set && set->slot == name) ||
           std::any_of(node.out.begin(), node.out.end(),
                       [&](const Flow::Edge& edge) { return edge.fills == name; });
  });
}

bool guarded(const Read& read) {
  for (const Guard& guard : read.guards) {
    if (proves_set(*guard.condition, guard.outcome, read.slot)) return true;
  }
  return false;
}

}  // namespace

void check_reads(const Scope& scope) {
  std::map<std::string, std::vector<std::pair<int, Read>>> by_slot;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    for (Read& read : reads_of(scope.flow.nodes[i])) {
      if (!guarded(read)) by_slot[read.slot].emplace_back(static_cast<int>(i), std::move(read));
    }
  }
  if (by_slot.size() * scope.flow.nodes.size() > kWork) {
    scope.findings.add(kTooLargeToCheck, {1, 1, 0},
                       {std::to_string(scope.flow.nodes.size()), std::to_string(by_slot.size())});
    return;
  }
  for (const auto& [name, reads] : by_slot) {
    const Slot* slot = scope.slot(name);
    if (!slot) continue;
    const Ways ways(scope.flow, filled(name, *slot));
    const std::string never = ever_filled(scope.flow, name) ? "" : "never";
    std::set<std::pair<int, int>> told;  // remarks used twice are read at one place
    for (const auto& [node, read] : reads) {
      if (!ways.reach(node, false) || !scope.whole_way(ways, node, false)) continue;
      if (!told.emplace(read.place.line, read.place.column).second) continue;
      scope.findings.add(kReadBeforeSet, read.place, {name, never}, ways.tell(node, false));
    }
  }
}

}  // namespace attune::dialogs
