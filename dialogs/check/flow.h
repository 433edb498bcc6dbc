// A script as a graph of what can follow what, and the ways through it.
//
// Drawn from the tree, not from the compiled code, because findings must speak of scenes, choices
// and branches. The graph has every way that the engine can take and some that it cannot (a
// condition is taken to go either way, except where a fact says otherwise), so what holds on all
// its ways holds when the script runs: the checks may warn of a way that cannot happen, they never
// miss one that can.
//
// A Flow points into its script and the shared scripts, which must outlive it. Immutable once
// drawn.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Flow {
  struct Edge {
    int to = -1;
    std::string words;                     // for a way told in words: "\"Not today\"", "otherwise"
    const Condition* condition = nullptr;  // what was judged to go here, and how it came out
    bool outcome = true;
    std::string fills;    // the slot that an answer fills on this way
    bool agrees = false;  // a heavy consent was given
  };
  struct Node {
    enum class Kind {
      kScene,     // a scene is entered
      kStep,      // say, vary, set, add, forget, call, switch, go, end, steps of later issues
      kQuestion,  // its prompts are said
      kAnswer,    // it waits; a turn ends here
      kFork,      // a condition is judged
      kEnd,       // an outcome
      kOff,       // the scene has run out
    };
    Kind kind = Kind::kStep;
    int scene = -1;
    const Step* step = nullptr;
    const Question* question = nullptr;  // kQuestion, kAnswer
    const Condition* condition = nullptr;
    Outcome outcome = Outcome::kCompleted;
    Place place;
    std::vector<Edge> out;
  };
  const Script* script = nullptr;
  std::vector<Node> nodes;
  std::vector<int> scenes;  // the node of each scene
  int entry = -1;           // -1: no scenes
};

// Remarks that are used are looked up in the script and then in `shared`. Targets and remarks that
// do not exist are left out.
Flow draw(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared);

const Remarks* find_remarks(const Script& script,
                            const std::vector<std::shared_ptr<const Script>>& shared,
                            const std::string& name);

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
  explicit Ways(const Flow& flow, const Fact& fact = {});

  // `fact` is what holds as the node is reached, before the node itself counts.
  bool reach(int node, bool fact) const;
  bool reach(int node) const { return reach(node, false) || reach(node, true); }

  // "start > \"Yes\" > talk". Requires reach(node, fact).
  std::string tell(int node, bool fact) const;
  std::string tell(int node) const { return tell(node, reach(node, true)); }

  // Every node on that way, this one first.
  std::vector<int> nodes_to(int node, bool fact) const;

 private:
  struct Step {
    int from = -2;
    std::string words;
  };  // from: a state, -1 the start, -2 not reached
  static std::size_t state(int node, bool fact) {
    return static_cast<std::size_t>(node) * 2 + fact;
  }

  const Flow& flow_;
  std::vector<Step> steps_;
};

}  // namespace attune::dialogs
