// A slot is filled before it is read, on every way.
//
// For each slot that is read, one walk over the graph with the fact "it has a value". Where a place
// that reads it can be reached with the fact false, that is the finding, and the walk's way is
// told.
#include <algorithm>
#include <map>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/values.h"

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
  return hole != "partner" && hole.rfind("card.", 0) != 0;
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

void read_step(const Step& step, std::vector<Read>& reads) {
  if (const auto* say = std::get_if<Say>(&step.what)) read_text(say->line.text, {}, reads);
  if (const auto* vary = std::get_if<Vary>(&step.what)) read_vary(*vary, reads);
  if (const auto* set = std::get_if<Set>(&step.what)) read_value(*set, reads);
  if (const auto* add = std::get_if<Add>(&step.what))
    reads.push_back({add->slot, add->slot_place, {}});
  if (const auto* call = std::get_if<Call>(&step.what)) {
    for (const Set& with : call->with) read_value(with, reads);
  }
}

// What is read as the node is passed; of a question that waits, what is said when it is put again.
std::vector<Read> reads_of(const Node& node) {
  std::vector<Read> reads;
  if (node.kind == Node::Kind::kFork && node.condition) read_condition(*node.condition, {}, reads);
  if (node.question) read_question(node, reads);
  if (node.kind == Node::Kind::kAnswer && node.question) {
    for (const Nudge& nudge : node.question->nudges) read_text(nudge.line.text, {}, reads);
  }
  if (node.kind == Node::Kind::kStep && node.step) read_step(*node.step, reads);
  if (node.borrowed) {
    for (Read& read : reads) read.place = node.place;
  }
  return reads;
}

// A question without a prompt leans on the line before it, which is said again with it.
std::map<int, int> leaned_on(const Flow& flow) {
  std::map<int, int> lines;  // the node that waits -> the node of that line
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const Node& line = flow.nodes[i];
    const bool says = line.kind == Node::Kind::kStep && line.step && line.out.size() == 1 &&
                      (std::holds_alternative<Say>(line.step->what) ||
                       std::holds_alternative<Vary>(line.step->what));
    if (!says) continue;
    const Node* next = &flow.nodes[static_cast<std::size_t>(line.out.front().to)];
    if (next->kind == Node::Kind::kFork && next->choose && !next->out.empty())
      next = &flow.nodes[static_cast<std::size_t>(next->out.front().to)];
    const bool asks = next->kind == Node::Kind::kQuestion && next->question->prompts.empty();
    if (asks && next->step == line.step + 1)  // of one block
      lines.emplace(next->out.front().to, static_cast<int>(i));
  }
  return lines;
}

// Where a slot that is forgotten later may already be gone: `back` leads here from there, and what
// is forgotten is forgotten at every place that one can go back to.
class Fading {
 public:
  explicit Fading(const Flow& flow) : flow_(flow), before_(flow.nodes.size()) {
    for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
      for (const Flow::Edge& edge : flow.nodes[i].out)
        before_[static_cast<std::size_t>(edge.to)].push_back(static_cast<int>(i));
    }
  }

  // The answers from which one can come to a `forget` of this slot, and to a later answer.
  std::set<const Node*> answers(const std::string& slot) const {
    std::vector<bool> waits(flow_.nodes.size(), false);
    mark(waits, [](const Node& node) {  // also in what is called: `back` leads out of it
      return node.kind == Node::Kind::kAnswer || (node.step && may_rest(*node.step));
    });
    std::vector<bool> fades(flow_.nodes.size(), false);
    mark(fades, [&](const Node& node) {
      const auto* forget = node.step ? std::get_if<Forget>(&node.step->what) : nullptr;
      const auto index = static_cast<std::size_t>(&node - flow_.nodes.data());
      return forget && waits[index] &&
             std::any_of(forget->slots.begin(), forget->slots.end(),
                         [&](const auto& one) { return one.first == slot; });
    });
    std::set<const Node*> found;
    for (std::size_t i = 0; i < flow_.nodes.size(); ++i) {
      if (fades[i] && flow_.nodes[i].kind == Node::Kind::kAnswer) found.insert(&flow_.nodes[i]);
    }
    return found;
  }

 private:
  // All nodes from which one can come to one like this.
  template <typename Like>
  void mark(std::vector<bool>& marked, const Like& like) const {
    std::vector<int> open;
    for (std::size_t i = 0; i < flow_.nodes.size(); ++i) {
      if (!like(flow_.nodes[i])) continue;
      marked[i] = true;
      open.push_back(static_cast<int>(i));
    }
    while (!open.empty()) {
      const auto here = static_cast<std::size_t>(open.back());
      open.pop_back();
      for (const int from : before_[here]) {
        if (marked[static_cast<std::size_t>(from)]) continue;
        marked[static_cast<std::size_t>(from)] = true;
        open.push_back(from);
      }
    }
  }

  const Flow& flow_;
  std::vector<std::vector<int>> before_;
};

bool forgets(const Step& step, const std::string& slot) {
  const auto* forget = std::get_if<Forget>(&step.what);
  return forget && std::any_of(forget->slots.begin(), forget->slots.end(),
                               [&](const auto& one) { return one.first == slot; });
}

bool keeps(const Flow::Edge& rewind, const std::string& slot) {
  return rewind.keeping && std::any_of(rewind.keeping->begin(), rewind.keeping->end(),
                                       [&](const auto& one) { return one.first == slot; });
}

// Whether the slot has a value. What the time takes (`keep 7 days`) does not count: a script is
// written for somebody who goes on with it.
Fact filled(const Scope& scope, const std::string& name, const Slot& slot, const Fading& fading) {
  const Keep keep = remembered(name) ? slot.keep : keep_of(slot, scope.script.header);
  const bool brief = holds_words(slot.type) && keep.kind == Keep::Kind::kNone;
  const bool elsewhere = scope.around.forgotten.count(name) > 0;
  const bool fades = std::any_of(
      scope.flow.nodes.begin(), scope.flow.nodes.end(),
      [&](const Node& node) { return node.step && forgets(*node.step, name); });
  const bool own = !remembered(name);
  const std::set<const Node*> faded = own && fades ? fading.answers(name) : std::set<const Node*>{};
  Fact fact;
  fact.at_start = slot.starts_at.has_value();
  fact.after_node = [=](const Node& node, bool held) {
    // Words kept for `none` are gone when the turn ends, and every answer is a new turn.
    if (node.kind == Node::Kind::kAnswer)
      return held && !brief && !elsewhere && faded.count(&node) == 0;
    if (node.kind != Node::Kind::kStep || !node.step) return held;
    if (may_rest(*node.step)) return held && !brief && !elsewhere;
    if (const auto* set = std::get_if<Set>(&node.step->what))
      return held || (set->slot == name && !remembered(set->from));
    if (const auto* add = std::get_if<Add>(&node.step->what)) return held || add->slot == name;
    return held && !forgets(*node.step, name);
  };
  fact.after_edge = [=](const Flow::Edge& edge, bool held) -> std::optional<bool> {
    if (edge.rewinds) return held && (keeps(edge, name) || !(own && (fades || brief)));
    return held || edge.fills == name ||
           (edge.condition && proves_set(*edge.condition, edge.outcome, name));
  };
  return fact;
}

// A rewind brings back what the slot was when its checkpoint was entered: nothing, where that can be
// come to without a value.
Ways ways_of(const Scope& scope, const std::string& name, Fact& fact) {
  std::set<int> empty;  // checkpoints
  const auto before = fact.after_edge;
  if (!remembered(name)) {
    fact.after_edge = [before, &empty, name](const Flow::Edge& edge, bool held) {
      if (edge.rewinds && empty.count(edge.to) > 0 && !keeps(edge, name))
        return std::optional<bool>(false);
      return before(edge, held);
    };
  }
  for (;;) {
    Ways ways(scope.positions, fact);
    const std::size_t known = empty.size();
    for (const Node& node : scope.flow.nodes) {
      for (const Flow::Edge& edge : node.out) {
        if (edge.rewinds && ways.reach(edge.to, false)) empty.insert(edge.to);
      }
    }
    if (remembered(name) || empty.size() == known) {
      fact.after_edge = before;
      return ways;
    }
  }
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

using Places = std::vector<std::pair<int, Read>>;  // node, and what is read there

// {heard}: what this turn's branch matched. An answer begins a new turn, and a question that is put
// again is put in one.
void check_heard(const Scope& scope, const Places& reads) {
  Fact heard;
  heard.after_node = [](const Node& node, bool held) {
    const bool rests = node.kind == Node::Kind::kAnswer || (node.step && may_rest(*node.step));
    return held && !rests;
  };
  heard.after_edge = [](const Flow::Edge& edge, bool held) -> std::optional<bool> {
    const bool quotes = edge.condition && edge.outcome && !edge.choice &&
                        needs_hearing(*edge.condition);
    return quotes || (held && !edge.branch);
  };
  const Ways ways(scope.positions, heard);
  for (const auto& [node, read] : reads) {
    const Node& at = scope.flow.nodes[static_cast<std::size_t>(node)];
    const bool missing = ways.reach(node, false) ||
                         (at.kind == Node::Kind::kAnswer && ways.reach(node));
    if (missing && scope.whole_scene(read.place.line))
      scope.findings.add(diagnostics::kNothingHeard, read.place);
  }
}

}  // namespace

void check_reads(const Scope& scope) {
  std::map<std::string, Places> by_slot;
  const std::map<int, int> leaned = leaned_on(scope.flow);
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const int index = static_cast<int>(i);
    std::vector<Read> reads = reads_of(scope.flow.nodes[i]);
    const auto line = leaned.find(index);
    if (line != leaned.end()) {
      const Node& said = scope.flow.nodes[static_cast<std::size_t>(line->second)];
      for (Read& read : reads_of(said)) reads.push_back(std::move(read));
    }
    for (Read& read : reads) {
      if (!guarded(read)) by_slot[read.slot].emplace_back(index, std::move(read));
    }
  }
  if (by_slot.size() * scope.flow.nodes.size() > kWork) {
    scope.findings.add(kTooLargeToCheck, {1, 1, 0},
                       {std::to_string(scope.flow.nodes.size()), std::to_string(by_slot.size())});
    return;
  }
  if (by_slot.count("heard") > 0) check_heard(scope, by_slot.at("heard"));
  const Fading fading(scope.flow);
  for (const auto& [name, reads] : by_slot) {
    const Slot* slot = scope.slot(name);
    if (!slot) continue;
    Fact fact = filled(scope, name, *slot, fading);
    const Ways ways = ways_of(scope, name, fact);
    const std::string never = ever_filled(scope.flow, name) ? "" : "never";
    std::set<std::pair<int, int>> told;  // remarks used twice are read at one place
    for (const auto& [node, read] : reads) {
      // What a waiting question says again is read with what is left once it waits.
      const Node& at = scope.flow.nodes[static_cast<std::size_t>(node)];
      const bool lost = at.kind == Node::Kind::kAnswer && ways.reach(node, true) &&
                        !fact.after_node(at, true);
      const bool held = !ways.reach(node, false);
      if ((held && !lost) || !scope.whole_way(ways, node, held)) continue;
      if (!told.emplace(read.place.line, read.place.column).second) continue;
      scope.findings.add(kReadBeforeSet, read.place, {name, never}, ways.tell(node, held));
    }
  }
}

}  // namespace attune::dialogs
