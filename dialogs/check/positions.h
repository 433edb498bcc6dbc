// Where a conversation can be in a script, and what is then known: the product of a flow and of the
// values of what its conditions test (known.h). On it run all checks that look for a way.
//
// Sound: every way that the engine can take is there. So a place that is not reached here is reached
// by nobody; a way that is here may still be one that nobody can go. Where the product would grow
// too large it tracks fewer things, down to the bare graph, and only gains ways by that.
//
// Points into the flow, which must outlive it. Immutable once made.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dialogs/check/flow.h"
#include "dialogs/check/known.h"

namespace attune::dialogs {

class Positions {
 public:
  struct Way {
    int to = -1;
    const Flow::Edge* edge = nullptr;
  };

  Positions(const Flow& flow, const MemorySlots& memory, const std::set<std::string>& handed);

  const Flow& flow() const { return flow_; }
  int count() const { return static_cast<int>(nodes_.size()); }
  int node(int position) const { return nodes_[static_cast<std::size_t>(position)]; }
  const std::vector<int>& starts() const { return starts_; }
  // The ways out of a position: ways()[first(p)] up to, not with, ways()[first(p + 1)].
  int first(int position) const { return first_[static_cast<std::size_t>(position)]; }
  const std::vector<Way>& ways() const { return ways_; }

 private:
  friend class Unrolling;
  const Flow& flow_;
  std::vector<int> nodes_;
  std::vector<int> starts_;
  std::vector<int> first_;
  std::vector<Way> ways_;
};

// Something that is true or false at each moment of a way.
struct Fact {
  bool at_start = false;
  // What it is after a node, and after an edge; nullopt: this way cannot be taken. Null: unchanged.
  std::function<bool(const Flow::Node&, bool)> after_node;
  std::function<std::optional<bool>(const Flow::Edge&, bool)> after_edge;
};

// Every node that can be reached with the fact true and with the fact false, and the shortest way.
class Ways {
 public:
  explicit Ways(const Positions& positions, const Fact& fact = {});

  // `fact` is what holds as the node is reached, before the node itself counts.
  bool reach(int node, bool fact) const { return best(node, fact) >= 0; }
  bool reach(int node) const { return reach(node, false) || reach(node, true); }

  // Requires reach(node, fact).
  struct Told {
    std::string words;  // "start > \"Yes\" > talk"
    std::string play;   // the same as the lines of a play, after `> start SCRIPT`
  };
  Told tell(int node, bool fact) const;
  Told tell(int node) const { return tell(node, reach(node, true)); }

  // Every node on that way, this one first.
  std::vector<int> nodes_to(int node, bool fact) const;
  // Of these, those since the fact came to be as it is.
  std::vector<int> nodes_since(int node, bool fact) const;

 private:
  struct Step {
    int from = -2;  // a state, -1 the start, -2 not reached
    const Flow::Edge* edge = nullptr;
  };
  int best(int node, bool fact) const { return best_[static_cast<std::size_t>(node * 2 + fact)]; }

  const Positions& positions_;
  std::vector<Step> steps_;  // of state: position * 2 + fact
  std::vector<int> best_;    // of node * 2 + fact: the state nearest to the start, or -1
};

}  // namespace attune::dialogs
