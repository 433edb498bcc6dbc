// Drawing goes backwards: a step is drawn when what follows it is known, so every edge is made
// once.
#include "dialogs/check/flow.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace attune::dialogs {
namespace {

using Node = Flow::Node;
using Edge = Flow::Edge;

class Drawing {
 public:
  Drawing(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared)
      : script_(script), shared_(shared) {
    flow_.script = &script;
  }

  Flow draw() {
    for (std::size_t i = 0; i < script_.scenes.size(); ++i) {
      scene_ = static_cast<int>(i);
      flow_.scenes.push_back(add(Node::Kind::kScene, nullptr, script_.scenes[i].place));
      names_.emplace(script_.scenes[i].name, flow_.scenes.back());
    }
    for (std::size_t i = 0; i < script_.scenes.size(); ++i) {
      scene_ = static_cast<int>(i);
      const Scene& scene = script_.scenes[i];
      const int off = add(Node::Kind::kOff, nullptr,
                          scene.steps.empty() ? scene.place : scene.steps.back().place);
      link(flow_.scenes[i], block(scene.steps, off));
    }
    if (!flow_.scenes.empty()) flow_.entry = flow_.scenes.front();
    return std::move(flow_);
  }

 private:
  Node& at(int node) { return flow_.nodes[static_cast<std::size_t>(node)]; }

  int add(Node::Kind kind, const Step* step, Place place) {
    Node node;
    node.kind = kind;
    node.scene = scene_;
    node.step = step;
    node.place = place;
    flow_.nodes.push_back(std::move(node));
    return static_cast<int>(flow_.nodes.size()) - 1;
  }

  Edge& link(int from, int to, std::string words = "") {
    Edge edge;
    edge.to = to;
    edge.words = std::move(words);
    at(from).out.push_back(std::move(edge));
    return at(from).out.back();
  }

  int end(Outcome outcome, const Step* step, Place place) {
    const int node = add(Node::Kind::kEnd, step, place);
    at(node).outcome = outcome;
    return node;
  }

  // Where a target leads, or -1 where its scene does not exist.
  int lead(const Target& target) {
    if (target.end) return end(*target.end, nullptr, target.place);
    const auto scene = names_.find(target.scene);
    return scene == names_.end() ? -1 : scene->second;
  }

  // An edge to a target, if it exists.
  void go(int from, const Target& target, std::string words) {
    const int to = lead(target);
    if (to >= 0) link(from, to, std::move(words));
  }

  int block(const Block& steps, int next) {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) next = draw_step(*step, next);
    return next;
  }

  int draw_step(const Step& step, int next) {
    return std::visit([&](const auto& what) { return draw_one(step, what, next); }, step.what);
  }

  template <typename Plain>
  int draw_one(const Step& step, const Plain&, int next) {
    const int node = add(Node::Kind::kStep, &step, step.place);
    link(node, next);
    return node;
  }

  int draw_one(const Step& step, const Go& what, int) {
    if (what.target.end) return end(*what.target.end, &step, step.place);
    const int node = add(Node::Kind::kStep, &step, step.place);
    go(node, what.target, "");
    return node;
  }

  int draw_one(const Step& step, const SwitchTo&, int) {
    return add(Node::Kind::kStep, &step, step.place);
  }

  int draw_one(const Step& step, const Rewind& what, int) {
    const int node = add(Node::Kind::kStep, &step, step.place);
    const auto scene = names_.find(what.scene);
    if (scene != names_.end()) link(node, scene->second, "rewind");
    return node;
  }

  int draw_one(const Step& step, const If& what, int next) {
    int other = what.otherwise ? block(*what.otherwise, next) : next;
    for (std::size_t i = what.arms.size(); i-- > 0;) {
      const auto& arm = what.arms[i];
      other = fork(&step, arm.condition, block(arm.block, next), other, "if", false);
      if (i + 1 == what.arms.size() && what.otherwise) at(other).out.back().words = "otherwise";
    }
    return other;
  }

  // `worn`: the branch may have used up its "again at most", so not taking it proves nothing.
  int fork(const Step* step, const Condition& condition, int yes, int no, const char* word,
           bool worn) {
    const int node = add(Node::Kind::kFork, step, condition.place);
    at(node).condition = &condition;
    Edge& taken = link(node, yes, word);
    taken.condition = &condition;
    Edge& passed = link(node, no);
    passed.outcome = false;
    if (!worn) passed.condition = &condition;
    return node;
  }

  int ask_node(const Step& step, const Question& question, int answer) {
    const int node = add(Node::Kind::kQuestion, &step, step.place);
    at(node).question = &question;
    link(node, answer);
    return node;
  }

  int answer_node(const Step& step, const Question& question) {
    const int node = add(Node::Kind::kAnswer, &step, step.place);
    at(node).question = &question;
    if (question.skip) go(node, *question.skip, "skip");
    if (question.timeout) go(node, question.timeout->target, "no answer in time");
    return node;
  }

  int draw_one(const Step& step, const Ask& what, int next) {
    const Question& q = what.question;
    const int answer = answer_node(step, q);
    const auto after = [&](const std::optional<int>& again) { return again ? answer : next; };
    int other = q.otherwise ? block(q.otherwise->block, after(q.otherwise->again)) : next;
    // A worn-out otherwise lets the conversation go on.
    if (q.otherwise && q.otherwise->again) {
      const int spent = add(Node::Kind::kFork, &step, q.otherwise->place);
      link(spent, other, "otherwise");
      link(spent, next);
      other = spent;
    }
    std::vector<const When*> whens;
    for (const Use& use : q.uses) {
      if (const Remarks* found = find_remarks(script_, shared_, use.name)) {
        for (const When& when : found->whens) whens.push_back(&when);
      }
    }
    for (const When& when : q.whens) whens.push_back(&when);
    for (auto when = whens.rbegin(); when != whens.rend(); ++when) {
      const int yes = block((*when)->block, after((*when)->again));
      other = fork(&step, (*when)->condition, yes, other, "when", (*when)->again.has_value());
    }
    const int first = q.on_answer ? block(*q.on_answer, other) : other;
    link(answer, first, "an answer").fills = what.slot;
    // Six answers end a question whatever is written.
    link(answer, next, "an answer").fills = what.slot;
    return ask_node(step, q, answer);
  }

  int draw_one(const Step& step, const Choose& what, int next) {
    const int answer = answer_node(step, what.question);
    std::size_t open = 0;
    for (const Choice& choice : what.choices) {
      open += !choice.only_if;
      const int to = choice.target ? lead(*choice.target) : block(choice.block, next);
      if (to < 0) continue;
      Edge& edge = link(answer, to, "\"" + choice.label.text.source() + "\"");
      edge.fills = what.slot;
      if (choice.only_if) edge.condition = &*choice.only_if;
    }
    if (open < 2) link(answer, next, "no choice is open");  // then the conversation goes on
    return ask_node(step, what.question, answer);
  }

  int draw_one(const Step& step, const Rate& what, int next) {
    const int answer = answer_node(step, what.question);
    link(answer, next, "a number").fills = what.slot;
    return ask_node(step, what.question, answer);
  }

  int draw_one(const Step& step, const Consent& what, int next) {
    const int answer = answer_node(step, what.question);
    link(answer, next, "yes").agrees = what.what == "heavy";
    if (what.declined)
      go(answer, *what.declined, "no");
    else
      link(answer, next, "no");
    return ask_node(step, what.question, answer);
  }

  int draw_one(const Step& step, const Each& what, int next) {
    const int node = add(Node::Kind::kStep, &step, step.place);
    for (const Block* part : {&what.block, &what.part_a, &what.part_b}) {
      if (!part->empty()) link(node, block(*part, next));
    }
    if (what.otherwise) go(node, *what.otherwise, "otherwise");
    return node;
  }

  const Script& script_;
  const std::vector<std::shared_ptr<const Script>>& shared_;
  Flow flow_;
  int scene_ = -1;
  std::unordered_map<std::string, int> names_;
};

}  // namespace

Flow draw(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared) {
  return Drawing(script, shared).draw();
}

const Remarks* find_remarks(const Script& script,
                            const std::vector<std::shared_ptr<const Script>>& shared,
                            const std::string& name) {
  for (const Remarks& remarks : script.remarks) {
    if (remarks.name == name) return &remarks;
  }
  for (const auto& other : shared) {
    for (const Remarks& remarks : other->remarks) {
      if (remarks.name == name) return &remarks;
    }
  }
  return nullptr;
}

Ways::Ways(const Flow& flow, const Fact& fact) : flow_(flow), steps_(flow.nodes.size() * 2) {
  if (flow.entry < 0) return;
  std::deque<std::size_t> queue{state(flow.entry, fact.at_start)};
  steps_[queue.front()].from = -1;
  while (!queue.empty()) {
    const std::size_t here = queue.front();
    queue.pop_front();
    const Flow::Node& node = flow.nodes[here / 2];
    bool held = here % 2 != 0;
    if (fact.after_node) held = fact.after_node(node, held);
    for (const Flow::Edge& edge : node.out) {
      const std::optional<bool> then = fact.after_edge ? fact.after_edge(edge, held) : held;
      if (!then) continue;
      const std::size_t there = state(edge.to, *then);
      if (steps_[there].from != -2) continue;
      steps_[there] = {static_cast<int>(here), edge.words};
      queue.push_back(there);
    }
  }
}

bool Ways::reach(int node, bool fact) const { return steps_[state(node, fact)].from != -2; }

std::string Ways::tell(int node, bool fact) const {
  std::vector<std::string> parts;
  int here = static_cast<int>(state(node, fact));
  while (here >= 0) {
    const Step& step = steps_[static_cast<std::size_t>(here)];
    const Flow::Node& at = flow_.nodes[static_cast<std::size_t>(here) / 2];
    if (at.kind == Flow::Node::Kind::kScene) {
      parts.push_back(flow_.script->scenes[static_cast<std::size_t>(at.scene)].name);
    }
    if (!step.words.empty()) parts.push_back(step.words);
    here = step.from;
  }
  std::string told;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    told += (told.empty() ? "" : " > ") + *part;
  }
  return told;
}

std::vector<int> Ways::nodes_to(int node, bool fact) const {
  std::vector<int> nodes;
  for (int here = static_cast<int>(state(node, fact)); here >= 0;
       here = steps_[static_cast<std::size_t>(here)].from) {
    nodes.push_back(here / 2);
  }
  return nodes;
}

}  // namespace attune::dialogs
