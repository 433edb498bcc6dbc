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

// Every node that something leads to, whatever the conditions on the way.
std::vector<bool> led_to(const Flow& flow) {
  std::vector<bool> seen(flow.nodes.size(), false);
  std::vector<int> open = {flow.entry};
  seen[static_cast<std::size_t>(flow.entry)] = true;
  while (!open.empty()) {
    const Node& node = flow.nodes[static_cast<std::size_t>(open.back())];
    open.pop_back();
    for (const Flow::Edge& edge : node.out) {
      const auto to = static_cast<std::size_t>(edge.to);
      if (!seen[to]) open.push_back(edge.to);
      seen[to] = true;
    }
  }
  return seen;
}

// A scene that only an unreached scene leads to follows from that one, and is not told.
std::vector<std::size_t> first_of(const Scope& scope, const std::vector<std::size_t>& lost) {
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

void unreached_steps(const Scope& scope, const std::vector<bool>& led) {
  std::set<const Step*> run;
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    if (node.step && led[i]) run.insert(node.step);
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

// Nothing leads there, or only what never holds.
void unreached_scenes(const Scope& scope, const Ways& ways, const std::vector<bool>& led) {
  std::vector<std::size_t> lost;
  std::vector<std::size_t> barred;
  for (std::size_t i = 0; i < scope.flow.scenes.size(); ++i) {
    const int scene = scope.flow.scenes[i];
    if (!led[static_cast<std::size_t>(scene)]) {
      lost.push_back(i);
    } else if (!ways.reach(scene)) {
      barred.push_back(i);
    }
  }
  for (const std::size_t i : first_of(scope, lost)) {
    const Scene& scene = scope.script.scenes[i];
    scope.findings.add(kUnreachedScene, scene.place, {scene.name});
  }
  if (!scope.whole()) return;  // a value that could not be read may be the one that is missing
  for (const std::size_t i : first_of(scope, barred)) {
    const Scene& scene = scope.script.scenes[i];
    scope.findings.add(kBarredScene, scene.place, {scene.name});
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

// The line of an arrow that ends the block of an `if` which ends the scene; "" if there is none. Two
// spaces too many before it are the likeliest reason for a scene that runs out.
std::string slipped(const Scene& scene) {
  const auto* tree = scene.steps.empty() ? nullptr : std::get_if<If>(&scene.steps.back().what);
  if (!tree || tree->otherwise || tree->arms.empty() || tree->arms.back().block.size() < 2) return "";
  const Step& last = tree->arms.back().block.back();
  return std::holds_alternative<Go>(last.what) ? std::to_string(last.place.line) : "";
}

void falling(const Scope& scope, const Ways& ways, const std::vector<bool>& led) {
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    const int index = static_cast<int>(i);
    if (node.kind != Node::Kind::kOff) continue;
    // A scene that nothing leads to may run out as well, which is a mistake of its own.
    const bool reached = ways.reach(index);
    if (!reached && (led[static_cast<std::size_t>(
                         scope.flow.scenes[static_cast<std::size_t>(node.scene)])] ||
                     !runs_out(scope.flow, index)))
      continue;
    if (!scope.whole_scene(node.place.line, Broken::Loss::kStep)) continue;
    const auto at = static_cast<std::size_t>(node.scene);
    const auto& scenes = scope.script.scenes;
    const bool more = at + 1 < scenes.size();
    const bool waiting = more && !ways.reach(scope.flow.scenes[at + 1]);
    scope.findings.add(kSceneRunsOut, reached ? place_before(scope, ways, index) : node.place,
                       {scenes[at].name, waiting ? scenes[at + 1].name : "", slipped(scenes[at])},
                       reached ? ways.tell(index) : Ways::Told{});
  }
}

// What is left when everything that cannot be on a circle has been taken away: position by position,
// so that a circle that is counted out of is none.
class Circles {
 public:
  explicit Circles(const Scope& scope)
      : scope_(scope),
        positions_(scope.positions),
        left_(static_cast<std::size_t>(scope.positions.count())) {
    for (std::size_t i = 0; i < left_.size(); ++i)
      left_[i] = node(static_cast<int>(i)).kind != Node::Kind::kAnswer;
  }

  void report() {
    strip();
    int told = 0;  // mending a few circles usually mends the rest
    for (std::size_t i = 0; i < left_.size() && told < 20; ++i) {
      if (left_[i]) ++told, follow(static_cast<int>(i));
    }
  }

 private:
  const Node& node(int position) const {
    return scope_.flow.nodes[static_cast<std::size_t>(positions_.node(position))];
  }

  template <typename Do>
  void each_next(int position, const Do& act) const {
    for (int i = positions_.first(position); i < positions_.first(position + 1); ++i)
      act(positions_.ways()[static_cast<std::size_t>(i)].to);
  }

  // Takes away, again and again, what nothing leads to.
  void strip() {
    std::vector<int> degree(left_.size(), 0);
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i])
        each_next(static_cast<int>(i), [&](int to) { ++degree[static_cast<std::size_t>(to)]; });
    }
    std::vector<int> bare;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] && degree[i] == 0) bare.push_back(static_cast<int>(i));
    }
    while (!bare.empty()) {
      const int position = bare.back();
      bare.pop_back();
      left_[static_cast<std::size_t>(position)] = false;
      each_next(position, [&](int next) {
        const auto to = static_cast<std::size_t>(next);
        if (--degree[to] == 0 && left_[to]) bare.push_back(next);
      });
    }
  }

  // What is left may still only hang behind a circle: from there on one comes to an end.
  bool goes_on(int position, std::vector<char>& known) const {
    std::vector<std::pair<int, int>> stack = {{position, positions_.first(position)}};
    known[static_cast<std::size_t>(position)] = 1;
    while (!stack.empty()) {
      auto& [here, next] = stack.back();
      if (next == positions_.first(here + 1)) {
        known[static_cast<std::size_t>(here)] = 2;
        stack.pop_back();
        continue;
      }
      const int to = positions_.ways()[static_cast<std::size_t>(next++)].to;
      const auto at = static_cast<std::size_t>(to);
      if (!left_[at] || known[at] == 2) continue;
      if (known[at] == 1) {
        circle_.clear();
        std::size_t from = 0;
        while (stack[from].first != to) ++from;
        for (; from < stack.size(); ++from) circle_.push_back(stack[from].first);
        return true;
      }
      known[at] = 1;
      stack.emplace_back(to, positions_.first(to));
    }
    return false;
  }

  // Looks for a circle from here on, tells it and takes it away, with all that pass the same nodes.
  void follow(int start) {
    std::vector<char> known(left_.size(), 0);
    if (!goes_on(start, known)) {
      for (std::size_t i = 0; i < left_.size(); ++i) left_[i] = left_[i] && known[i] == 0;
      return;
    }
    std::set<int> nodes;
    for (const int position : circle_) nodes.insert(positions_.node(position));
    tell();
    for (std::size_t i = 0; i < left_.size(); ++i)
      left_[i] = left_[i] && nodes.count(positions_.node(static_cast<int>(i))) == 0;
    strip();
  }

  void tell() {
    std::vector<std::string> scenes;
    Place place;
    for (const int position : circle_) {
      const Node& here = node(position);
      if (here.kind == Node::Kind::kScene) {
        scenes.push_back(scope_.script.scenes[static_cast<std::size_t>(here.scene)].name);
      }
      const bool leads =
          here.step && std::any_of(here.out.begin(), here.out.end(), [&](const auto& edge) {
            return scope_.flow.nodes[static_cast<std::size_t>(edge.to)].kind == Node::Kind::kScene;
          });
      if (leads) place = here.place;  // the step that closes the circle
    }
    if (scenes.empty()) return;
    std::string way;
    for (const std::string& scene : scenes) way += scene + " > ";
    scope_.findings.add(kLoopWithoutQuestion, place, {}, {way + scenes.front(), ""});
  }

  const Scope& scope_;
  const Positions& positions_;
  std::vector<char> left_;
  mutable std::vector<int> circle_;
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
  const Ways ways(scope.positions);
  const bool all_ways = scope.whole(Broken::Loss::kTarget);
  const std::vector<bool> led = led_to(scope.flow);
  if (all_ways) unreached_scenes(scope, ways, led);
  unreached_steps(scope, led);
  falling(scope, ways, led);
  if (all_ways) Circles(scope).report();
  rewinds(scope);
}

}  // namespace attune::dialogs
