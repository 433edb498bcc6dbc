// Scenes, ends, loops, rewind: what the graph alone shows.
#include <algorithm>
#include <set>

#include "dialogs/check/families.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

void unreached(const Scope& scope, const Ways& ways) {
  std::set<const Step*> run;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    if (node.step && ways.reach(static_cast<int>(i))) run.insert(node.step);
  }
  for (std::size_t i = 0; i < scope.flow.scenes.size(); ++i) {
    const Scene& scene = scope.script.scenes[i];
    if (!ways.reach(scope.flow.scenes[i]))
      scope.findings.add(kUnreachedScene, scene.place, {scene.name});
  }
  Visit visit;
  visit.block = [&](const Block& block, const Spot&) {
    for (std::size_t i = 1; i < block.size(); ++i) {
      if (run.count(&block[i - 1]) > 0 && run.count(&block[i]) == 0) {
        scope.findings.add(kUnreachedStep, block[i].place);
        return;
      }
    }
  };
  walk(scope.script, visit);
}

void falling(const Scope& scope, const Ways& ways) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind != Node::Kind::kOff || !ways.reach(index)) continue;
    if (!scope.whole_scene(node.place.line)) continue;
    const Scene& scene = scope.script.scenes[static_cast<std::size_t>(node.scene)];
    scope.findings.add(kSceneRunsOut, node.place, {scene.name}, ways.tell(index));
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
  if (scope.whole()) unreached(scope, ways);
  falling(scope, ways);
  if (scope.whole()) Circles(scope, ways).report();
  rewinds(scope);
}

}  // namespace attune::dialogs
