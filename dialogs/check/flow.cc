// Drawing goes backwards: a step is drawn when what follows it is known, so every edge is made
// once.
#include "dialogs/check/flow.h"

#include <unordered_map>
#include <utility>

#include "dialogs/check/logic.h"

namespace attune::dialogs {
namespace {

using Node = Flow::Node;
using Edge = Flow::Edge;

constexpr int kMostAnswers = 6;  // to one question; then the conversation goes on

std::string span(Seconds seconds) {
  const auto count = [](Seconds n, const char* unit) { return std::to_string(n) + unit; };
  if (seconds % 86'400 == 0) return count(seconds / 86'400, " days");
  return seconds % 3'600 == 0 ? count(seconds / 3'600, " hours") : count(seconds / 60, " minutes");
}

class Drawing {
 public:
  Drawing(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared)
      : script_(script), shared_(shared) {
    flow_.script = &script;
    ranges_ = [&script](const std::string& name)
        -> std::optional<std::pair<std::int64_t, std::int64_t>> {
      for (const Slot& slot : script.slots) {
        if (slot.name == name && !slot.unclear && slot.type.kind == SlotType::Kind::kNumber)
          return std::pair(slot.type.low, slot.type.high);
      }
      return std::nullopt;
    };
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
    node.place = used_at_ ? *used_at_ : place;
    node.borrowed = used_at_ != nullptr;
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
  void go(int from, const Target& target, std::string words, std::string does = "") {
    const int to = lead(target);
    if (to >= 0) link(from, to, std::move(words)).does = std::move(does);
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
    if (scene != names_.end()) {
      Edge& back = link(node, scene->second, "rewind");
      back.rewinds = true;
      back.keeping = &what.keeping;
    }
    return node;
  }

  int draw_one(const Step& step, const Wait& what, int next) {
    const int over = add(Node::Kind::kAnswer, &step, step.place);
    link(over, next).does = what.until_minute >= 0 ? "~ 24 hours" : "~ " + span(what.duration);
    const int node = add(Node::Kind::kStep, &step, step.place);
    link(node, over);
    return node;
  }

  // A person takes over, and gives back, or nobody comes; or another system answers, or does not.
  int draw_one(const Step& step, const HandOff& what, int next) {
    const int node = add(Node::Kind::kStep, &step, step.place);
    if (what.resumed) go(node, *what.resumed, "resumed", "> give back");
    else link(node, next).does = "> give back";
    if (what.timeout) go(node, what.timeout->target, "nobody came", "~ " + span(what.timeout->after));
    return node;
  }

  int draw_one(const Step& step, const Do& what, int next) {
    const int node = add(Node::Kind::kStep, &step, step.place);
    link(node, next);
    if (what.failed) go(node, *what.failed, "failed");
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
    if (question.skip) go(node, *question.skip, "skip", "You: skip");
    if (question.timeout)
      go(node, question.timeout->target, kNoAnswerInTime, "~ " + span(question.timeout->after));
    return node;
  }

  // What follows a branch: on, or to wait for another answer, or on after all, if with that the
  // question can have had as many answers as it may.
  int after(const Step& step, const std::optional<int>& again, bool many, int answer, int next) {
    if (!again) return next;
    if (!many) return answer;
    const int node = add(Node::Kind::kFork, &step, step.place);
    link(node, answer);
    link(node, next);
    return node;
  }

  struct Branch {
    const When* when;
    const Place* used_at;  // null: this script's own
  };

  std::vector<Branch> branches_of(const Question& question) {
    std::vector<Branch> branches;
    for (const Use& use : question.uses) {
      const Remarks* found = find_remarks(script_, shared_, use.name);
      if (!found) continue;
      const bool own = !script_.remarks.empty() && found >= &script_.remarks.front() &&
                       found <= &script_.remarks.back();
      for (const When& when : found->whens)
        branches.push_back({&when, own ? used_at_ : &use.place});
    }
    for (const When& when : question.whens) branches.push_back({&when, used_at_});
    return branches;
  }

  int draw_one(const Step& step, const Ask& what, int next) {
    const Question& q = what.question;
    const std::vector<Branch> branches = branches_of(q);
    int agains = q.otherwise && q.otherwise->again ? *q.otherwise->again : 0;
    for (const Branch& each : branches) agains += each.when->again.value_or(0);
    const bool many = agains >= kMostAnswers;
    const int answer = answer_node(step, q);
    int other = next;
    if (q.otherwise)
      other = block(q.otherwise->block, after(step, q.otherwise->again, many, answer, next));
    // A worn-out otherwise lets the conversation go on.
    if (q.otherwise && q.otherwise->again) {
      const int spent = add(Node::Kind::kFork, &step, q.otherwise->place);
      link(spent, other, "otherwise");
      link(spent, next);
      other = spent;
    }
    for (auto each = branches.rbegin(); each != branches.rend(); ++each) {
      const When& when = *each->when;
      const Place* before = std::exchange(used_at_, each->used_at);
      const int yes = block(when.block, after(step, when.again, many, answer, next));
      other = fork(&step, when.condition, yes, other, "when", when.again.has_value());
      for (Edge& edge : at(other).out) edge.branch = true;
      used_at_ = before;
    }
    int first = other;
    if (q.on_answer) {
      const int branches_begin = add(Node::Kind::kFork, &step, step.place);
      Edge& begin = link(branches_begin, other);
      begin.branch = true;
      begin.outcome = false;
      first = block(*q.on_answer, branches_begin);
    }
    Edge& given = link(answer, first, "an answer");
    given.fills = what.slot;
    given.does = "You: (an answer)";
    return ask_node(step, q, answer);
  }

  // Whether guards can leave fewer than two choices. Then the conversation goes on, unasked.
  bool can_be_few(const Choose& what) const {
    std::vector<const Condition*> guards;
    for (const Choice& choice : what.choices)
      guards.push_back(choice.only_if ? &*choice.only_if : nullptr);
    return fewest(guards, ranges_) < 2;
  }

  int draw_one(const Step& step, const Choose& what, int next) {
    const int answer = answer_node(step, what.question);
    for (const Choice& choice : what.choices) {
      const int to = choice.target ? lead(*choice.target) : block(choice.block, next);
      if (to < 0) continue;
      const std::string label = choice.label.text.source();
      Edge& edge = link(answer, to, "\"" + label + "\"");
      edge.does = "You: [" + label + "]";
      edge.fills = what.slot;
      edge.choice = &choice;
      if (choice.only_if) edge.condition = &*choice.only_if;
    }
    const int asked = ask_node(step, what.question, answer);
    if (!can_be_few(what)) return asked;
    at(answer).choose = &what;  // asked once more after an interrupt, it may have too few
    link(answer, next, "no choice is open").fit = Edge::Fit::kTooFew;
    const int fork = add(Node::Kind::kFork, &step, step.place);
    at(fork).choose = &what;
    link(fork, asked).fit = Edge::Fit::kEnough;
    link(fork, next, "no choice is open").fit = Edge::Fit::kTooFew;
    return fork;
  }

  int draw_one(const Step& step, const Rate& what, int next) {
    const int answer = answer_node(step, what.question);
    Edge& given = link(answer, next, "a number");
    given.fills = what.slot;
    given.does = "You: (a number)";
    return ask_node(step, what.question, answer);
  }

  int draw_one(const Step& step, const Consent& what, int next) {
    const int answer = answer_node(step, what.question);
    const bool heavy = what.what == "heavy";
    Edge& yes = link(answer, next, "yes");
    yes.does = "You: yes";
    if (heavy) yes.consented = Edge::Consented::kYes;
    // A no is never gone past: without a target it ends the script.
    const int declined =
        what.declined ? lead(*what.declined) : end(Outcome::kPaused, &step, step.place);
    if (declined >= 0) {
      Edge& no = link(answer, declined, "no");
      no.does = "You: no";
      if (heavy) no.consented = Edge::Consented::kNo;
    }
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
  const Place* used_at_ = nullptr;  // drawing what another file holds, at this line of ours
  std::unordered_map<std::string, int> names_;
  RangeOf ranges_;
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

bool may_rest(const Step& step) {
  return std::holds_alternative<Call>(step.what) || std::holds_alternative<HandOff>(step.what) ||
         std::holds_alternative<Do>(step.what) || std::holds_alternative<Each>(step.what);
}

}  // namespace attune::dialogs
