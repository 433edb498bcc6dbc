// Scenes, ends, loops, rewind: what the graph alone shows.
#include <algorithm>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

// The scenes that can be come to from this one, itself among them if there is a circle.
std::set<std::size_t> scenes_after(const Flow& flow, std::size_t scene) {
  std::set<std::size_t> found;
  std::vector<bool> seen(flow.nodes.size(), false);
  std::vector<int> open = {flow.scenes[scene]};
  while (!open.empty()) {
    const Node& node = flow.nodes[static_cast<std::size_t>(open.back())];
    open.pop_back();
    for (const Flow::Edge& edge : node.out) {
      const auto to = static_cast<std::size_t>(edge.to);
      if (flow.nodes[to].kind == Node::Kind::kScene)
        found.insert(static_cast<std::size_t>(flow.nodes[to].scene));
      if (!seen[to]) open.push_back(edge.to);
      seen[to] = true;
    }
  }
  return found;
}

// A scene that only an unreached scene leads to follows from that one, and is not told.
std::vector<std::size_t> first_unreached(const Scope& scope, const Ways& ways) {
  std::vector<std::size_t> lost;
  for (std::size_t i = 0; i < scope.flow.scenes.size(); ++i) {
    if (!ways.reach(scope.flow.scenes[i])) lost.push_back(i);
  }
  std::vector<std::size_t> first;
  std::set<std::size_t> explained;
  if (lost.size() > 200) return lost;  // a scene each, not each with all the others
  std::vector<std::set<std::size_t>> after;
  for (const std::size_t i : lost) after.push_back(scenes_after(scope.flow, i));
  for (const bool root : {true, false}) {
    for (std::size_t n = 0; n < lost.size(); ++n) {
      bool led_to = false;
      for (std::size_t m = 0; m < lost.size(); ++m) led_to |= m != n && after[m].count(lost[n]) > 0;
      if (explained.count(lost[n]) > 0 || (root && led_to)) continue;
      first.push_back(lost[n]);
      explained.insert(lost[n]);
      explained.insert(after[n].begin(), after[n].end());
    }
  }
  return first;
}

bool leaves(const Step& step) {
  return std::holds_alternative<Go>(step.what) || std::holds_alternative<SwitchTo>(step.what) ||
         std::holds_alternative<Rewind>(step.what);
}

void unreached_steps(const Scope& scope, const Ways& ways) {
  std::set<const Step*> run;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    if (node.step && ways.reach(static_cast<int>(i))) run.insert(node.step);
  }
  Visit visit;
  visit.block = [&](const Block& block, const Spot&) {
    for (std::size_t i = 1; i < block.size(); ++i) {
      const bool stops = run.count(&block[i - 1]) > 0 && run.count(&block[i]) == 0;
      if ((stops || leaves(block[i - 1])) &&
          scope.whole_scene(block[i].place.line, Broken::Loss::kStep)) {
        scope.findings.add(kUnreachedStep, block[i].place);
        return;
      }
    }
  };
  walk(scope.script, visit);
}

void unreached_scenes(const Scope& scope, const Ways& ways) {
  for (const std::size_t i : first_unreached(scope, ways)) {
    const Scene& scene = scope.script.scenes[i];
    scope.findings.add(kUnreachedScene, scene.place, {scene.name});
  }
}

// Where the way comes from that runs out: a choice that leads nowhere, else the scene's last step.
Place place_before(const Scope& scope, const Ways& ways, int off) {
  const std::vector<int> passed = ways.nodes_to(off, ways.reach(off, true));
  const Place last = scope.flow.nodes[static_cast<std::size_t>(off)].place;
  const Choose* choose = nullptr;
  for (std::size_t i = 1; i < passed.size() && i < 3; ++i) {
    const Node& before = scope.flow.nodes[static_cast<std::size_t>(passed[i])];
    const bool asks = before.kind == Node::Kind::kAnswer || before.kind == Node::Kind::kQuestion;
    if (asks && before.step) choose = std::get_if<Choose>(&before.step->what);
    if (choose || !asks) break;
  }
  if (!choose) return last;
  const bool leads = std::any_of(choose->choices.begin(), choose->choices.end(),
                                 [](const Choice& choice) { return choice.target.has_value(); });
  if (!leads) return last;  // nothing is missing in one of them
  for (const Choice& choice : choose->choices) {
    if (!choice.target && choice.block.empty()) return choice.label.place;
  }
  return last;
}

// From this scene's own beginning one can come to its last line.
bool runs_out(const Flow& flow, int off) {
  const int scene = flow.nodes[static_cast<std::size_t>(off)].scene;
  std::vector<bool> seen(flow.nodes.size(), false);
  std::vector<int> open = {flow.scenes[static_cast<std::size_t>(scene)]};
  while (!open.empty()) {
    const int here = open.back();
    open.pop_back();
    if (here == off) return true;
    for (const Flow::Edge& edge : flow.nodes[static_cast<std::size_t>(here)].out) {
      const auto to = static_cast<std::size_t>(edge.to);
      if (seen[to] || flow.nodes[to].scene != scene) continue;
      seen[to] = true;
      open.push_back(edge.to);
    }
  }
  return false;
}

void falling(const Scope& scope, const Ways& ways) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind != Node::Kind::kOff) continue;
    // A scene that nothing leads to may run out as well, which is a mistake of its own.
    const bool reached = ways.reach(index);
    if (!reached && (ways.reach(scope.flow.scenes[static_cast<std::size_t>(node.scene)]) ||
                     !runs_out(scope.flow, index)))
      continue;
    if (!scope.whole_scene(node.place.line, Broken::Loss::kStep)) continue;
    const auto at = static_cast<std::size_t>(node.scene);
    const auto& scenes = scope.script.scenes;
    const bool more = at + 1 < scenes.size();
    const bool waiting = more && !ways.reach(scope.flow.scenes[at + 1]);
    scope.findings.add(kSceneRunsOut, reached ? place_before(scope, ways, index) : node.place,
                       {scenes[at].name, waiting ? scenes[at + 1].name : ""},
                       reached ? ways.tell(index) : "");
  }
}

// What is left when everything that cannot be on a circle has been taken away.
class Circles {
 public:
  Circles(const Scope& scope, const Ways& ways) : scope_(scope), left_(scope.flow.nodes.size()) {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      left_[i] = scope.flow.nodes[i].kind != Node::Kind::kAnswer && ways.reach(static_cast<int>(i));
    }
  }

  void report() {
    std::vector<std::vector<int>> before(left_.size());
    std::vector<std::vector<int>> after(left_.size());
    for (std::size_t i = 0; i < left_.size(); ++i) {
      for (const Flow::Edge& edge : scope_.flow.nodes[i].out) {
        after[i].push_back(edge.to);
        before[static_cast<std::size_t>(edge.to)].push_back(static_cast<int>(i));
      }
    }
    strip(before, after);
    strip(after, before);
    int told = 0;  // mending a few circles usually mends the rest
    for (std::size_t i = 0; i < left_.size() && told < 20; ++i) {
      if (left_[i]) ++told, follow(static_cast<int>(i), before, after);
    }
  }

 private:
  using Links = std::vector<std::vector<int>>;

  // Takes away, again and again, what nothing leads to.
  void strip(const Links& before, const Links& after) {
    std::vector<int> degree(left_.size(), 0);
    std::vector<int> bare;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (!left_[i]) continue;
      for (const int from : before[i]) degree[i] += left_[static_cast<std::size_t>(from)];
      if (degree[i] == 0) bare.push_back(static_cast<int>(i));
    }
    while (!bare.empty()) {
      const auto node = static_cast<std::size_t>(bare.back());
      bare.pop_back();
      left_[node] = false;
      for (const int next : after[node]) {
        const auto to = static_cast<std::size_t>(next);
        if (left_[to] && --degree[to] == 0) bare.push_back(next);
      }
    }
  }

  // Walks on from here until a node comes again, tells that circle and takes it away.
  void follow(int start, const Links& before, const Links& after) {
    std::vector<int> path;
    int here = start;
    while (std::find(path.begin(), path.end(), here) == path.end()) {
      path.push_back(here);
      const auto& next = after[static_cast<std::size_t>(here)];
      const auto on = std::find_if(next.begin(), next.end(),
                                   [&](int to) { return left_[static_cast<std::size_t>(to)]; });
      if (on == next.end()) return;
      here = *on;
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), here));
    tell(path);
    for (const int node : path) left_[static_cast<std::size_t>(node)] = false;
    strip(before, after);
    strip(after, before);
  }

  void tell(const std::vector<int>& circle) {
    std::vector<std::string> scenes;
    Place place;
    for (const int index : circle) {
      const Node& node = scope_.flow.nodes[static_cast<std::size_t>(index)];
      if (node.kind == Node::Kind::kScene) {
        scenes.push_back(scope_.script.scenes[static_cast<std::size_t>(node.scene)].name);
      }
      const bool leads =
          node.step && std::any_of(node.out.begin(), node.out.end(), [&](const auto& edge) {
            return scope_.flow.nodes[static_cast<std::size_t>(edge.to)].kind == Node::Kind::kScene;
          });
      if (leads) place = node.place;  // the step that closes the circle
    }
    if (scenes.empty()) return;
    std::string way;
    for (const std::string& scene : scenes) way += scene + " > ";
    scope_.findings.add(kLoopWithoutQuestion, place, {}, way + scenes.front());
  }

  const Scope& scope_;
  std::vector<bool> left_;
};

void rewinds(const Scope& scope) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const auto* rewind = node.step ? std::get_if<Rewind>(&node.step->what) : nullptr;
    if (!rewind) continue;
    const Scene* scene = scope.scene(rewind->scene);
    if (scene && !scene->checkpoint)
      scope.findings.add(kNotACheckpoint, rewind->scene_place, {rewind->scene});
  }
}

}  // namespace

void check_ways(const Scope& scope) {
  if (scope.flow.entry < 0) return;
  const Ways ways(scope.flow);
  const bool all_ways = scope.whole(Broken::Loss::kTarget);
  if (all_ways) unreached_scenes(scope, ways);
  unreached_steps(scope, ways);
  falling(scope, ways);
  if (all_ways) Circles(scope, ways).report();
  rewinds(scope);
}

}  // namespace attune::dialogs
