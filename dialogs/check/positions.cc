#include "dialogs/check/positions.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace attune::dialogs {
namespace {

using Node = Flow::Node;

// Positions and ways: what a script of forty scenes needs, and no script costs more than some
// milliseconds.
constexpr std::size_t kMostPositions = 4'000;
constexpr std::size_t kWaysEach = 4;

struct Key {
  int node;
  Values values;
};

// Which position a key has; open addressing, since making it is most of the work.
class Index {
 public:
  Index() : slots_(1024, -1) {}

  int& slot(const std::vector<Key>& keys, const Key& key) {
    if ((keys.size() + 1) * 2 > slots_.size()) grow(keys);
    return find(keys, key);
  }

 private:
  int& find(const std::vector<Key>& keys, const Key& key) {
    std::uint64_t mixed = (key.values + static_cast<std::uint64_t>(key.node) * 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93ULL;
    mixed ^= mixed >> 32;
    for (std::size_t at = mixed & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] < 0) return slots_[at];
      const Key& other = keys[static_cast<std::size_t>(slots_[at])];
      if (other.node == key.node && other.values == key.values) return slots_[at];
    }
  }

  void grow(const std::vector<Key>& keys) {
    slots_.assign(slots_.size() * 4, -1);
    for (std::size_t i = 0; i < keys.size(); ++i) find(keys, keys[i]) = static_cast<int>(i);
  }

  std::vector<int> slots_;
};

}  // namespace

// Draws the product from the start on, breadth first.
class Unrolling {
 public:
  Unrolling(const Known& known, Positions& into) : known_(known), into_(into) {}

  // False: it would grow too large.
  bool run(bool bounded) {
    const Flow& flow = into_.flow_;
    const std::size_t most = bounded ? 2 * flow.nodes.size() + kMostPositions : SIZE_MAX;
    for (const Values values : known_.at_start()) into_.starts_.push_back(at(flow.entry, values));
    std::sort(into_.starts_.begin(), into_.starts_.end());
    into_.starts_.erase(std::unique(into_.starts_.begin(), into_.starts_.end()),
                        into_.starts_.end());
    for (std::size_t here = 0; here < keys_.size(); ++here) {
      if (keys_.size() > most || into_.ways_.size() / kWaysEach > most) return false;
      into_.first_.push_back(static_cast<int>(into_.ways_.size()));
      expand(static_cast<int>(here));
    }
    finish();
    return true;
  }

 private:
  int at(int node, Values values) {
    const Key key{node, values & known_.live(node)};
    int& slot = index_.slot(keys_, key);
    if (slot < 0) {
      slot = static_cast<int>(keys_.size());
      keys_.push_back(key);
    }
    return slot;
  }

  // Ways out of the position that is being expanded stand in a row; one that is found later (a
  // checkpoint entered with other slots, which somebody has rewound to) is put in at the end.
  void link(int from, int to, const Flow::Edge* edge) {
    if (static_cast<std::size_t>(from) + 1 == into_.first_.size()) {
      into_.ways_.push_back({to, edge});
    } else {
      late_.push_back({from, {to, edge}});
    }
  }

  void expand(int here) {
    const Key key = keys_[static_cast<std::size_t>(here)];
    const Node& node = into_.flow_.nodes[static_cast<std::size_t>(key.node)];
    if (is_checkpoint(node)) enter(key);
    const auto* rewind = node.step ? std::get_if<Rewind>(&node.step->what) : nullptr;
    for (const Values after : known_.after(key.node, key.values)) {
      for (const Flow::Edge& edge : node.out) {
        if (!known_.allows(node, edge, after)) continue;
        if (rewind && node.kind == Node::Kind::kStep) {
          rewound(here, after, edge);
          continue;
        }
        for (const Values values : known_.along(edge, after))
          link(here, at(edge.to, values), &edge);
      }
    }
  }

  // A checkpoint is entered: whoever rewinds to it brings back these slots.
  void enter(const Key& key) {
    Checkpoint& checkpoint = checkpoints_[key.node];
    const Values own = key.values & known_.own();
    if (!checkpoint.entered.insert(own).second) return;
    const std::vector<Rewinder> rewinders = checkpoint.rewinders;
    for (const auto& [from, values, edge] : rewinders) bring_back(from, values, own, *edge);
  }

  void bring_back(int from, Values now, Values then, const Flow::Edge& edge) {
    for (const Values values : known_.restored(edge, now, then)) link(from, at(edge.to, values), &edge);
  }

  bool is_checkpoint(const Node& node) const {
    return node.kind == Node::Kind::kScene &&
           into_.flow_.script->scenes[static_cast<std::size_t>(node.scene)].checkpoint;
  }

  void rewound(int from, Values values, const Flow::Edge& edge) {
    Checkpoint& checkpoint = checkpoints_[edge.to];
    checkpoint.rewinders.push_back({from, values, &edge});
    const std::set<Values> entered = checkpoint.entered;
    for (const Values own : entered) bring_back(from, values, own, edge);
    // One that was never entered, or is no checkpoint, brings nothing back.
    const Node& scene = into_.flow_.nodes[static_cast<std::size_t>(edge.to)];
    if (edge.to != into_.flow_.entry || !is_checkpoint(scene))
      link(from, at(edge.to, values), &edge);
  }

  void finish() {
    into_.first_.push_back(static_cast<int>(into_.ways_.size()));
    into_.nodes_.reserve(keys_.size());
    for (const Key& key : keys_) into_.nodes_.push_back(key.node);
    if (late_.empty()) return;
    std::stable_sort(late_.begin(), late_.end(),
                     [](const Late& a, const Late& b) { return a.from < b.from; });
    std::vector<Positions::Way> ways;
    std::size_t next = 0;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto from = static_cast<std::ptrdiff_t>(into_.first_[i]);
      const auto to = static_cast<std::ptrdiff_t>(into_.first_[i + 1]);
      into_.first_[i] = static_cast<int>(ways.size());
      ways.insert(ways.end(), into_.ways_.begin() + from, into_.ways_.begin() + to);
      for (; next < late_.size() && late_[next].from == static_cast<int>(i); ++next)
        ways.push_back(late_[next].way);
    }
    into_.first_.back() = static_cast<int>(ways.size());
    into_.ways_ = std::move(ways);
  }

  struct Late {
    int from;
    Positions::Way way;
  };
  struct Rewinder {
    int from;
    Values values;
    const Flow::Edge* edge;
  };
  struct Checkpoint {
    std::set<Values> entered;
    std::vector<Rewinder> rewinders;
  };

  const Known& known_;
  Positions& into_;
  std::vector<Key> keys_;
  Index index_;
  std::vector<Late> late_;
  std::unordered_map<int, Checkpoint> checkpoints_;
};

Positions::Positions(const Flow& flow, const MemorySlots& memory,
                     const std::set<std::string>& handed)
    : flow_(flow) {
  if (flow.entry < 0) {
    first_.push_back(0);
    return;
  }
  Known known(flow, memory, handed);
  int less = 1;  // more and more at once, so that there are few tries
  for (bool tracks = true;; less *= 2) {
    starts_.clear();
    first_.clear();
    ways_.clear();
    if (Unrolling(known, *this).run(tracks)) return;
    for (int i = 0; i < less && tracks; ++i) tracks = known.give_up_one();
  }
}

Ways::Ways(const Positions& positions, const Fact& fact)
    : positions_(positions),
      steps_(static_cast<std::size_t>(positions.count()) * 2),
      best_(positions.flow().nodes.size() * 2, -1) {
  std::vector<int> queue;
  const auto reached = [&](int state, int from, const Flow::Edge* edge) {
    Step& step = steps_[static_cast<std::size_t>(state)];
    if (step.from != -2) return;
    step = {from, edge};
    queue.push_back(state);
    int& nearest = best_[static_cast<std::size_t>(positions.node(state / 2) * 2 + state % 2)];
    if (nearest < 0) nearest = state;
  };
  for (const int start : positions.starts()) reached(start * 2 + fact.at_start, -1, nullptr);
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const int here = queue[next];
    const int position = here / 2;
    bool held = here % 2 != 0;
    const Node& node = positions.flow().nodes[static_cast<std::size_t>(positions.node(position))];
    if (fact.after_node) held = fact.after_node(node, held);
    for (int i = positions.first(position); i < positions.first(position + 1); ++i) {
      const Positions::Way& way = positions.ways()[static_cast<std::size_t>(i)];
      const std::optional<bool> then = fact.after_edge ? fact.after_edge(*way.edge, held) : held;
      if (then) reached(way.to * 2 + *then, here, way.edge);
    }
  }
}

Ways::Told Ways::tell(int node, bool fact) const {
  std::vector<std::string> words;
  std::vector<std::string> lines;
  for (int here = best(node, fact); here >= 0;) {
    const Step& step = steps_[static_cast<std::size_t>(here)];
    const Node& at =
        positions_.flow().nodes[static_cast<std::size_t>(positions_.node(here / 2))];
    if (at.kind == Node::Kind::kScene) {
      words.push_back(
          positions_.flow().script->scenes[static_cast<std::size_t>(at.scene)].name);
    }
    if (step.edge && !step.edge->words.empty()) words.push_back(step.edge->words);
    if (step.edge && !step.edge->does.empty()) lines.push_back(step.edge->does);
    here = step.from;
  }
  Told told;
  for (auto word = words.rbegin(); word != words.rend(); ++word)
    told.words += (told.words.empty() ? "" : " > ") + *word;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) told.play += *line + "\n";
  return told;
}

std::vector<int> Ways::nodes_to(int node, bool fact) const {
  std::vector<int> nodes;
  for (int here = best(node, fact); here >= 0; here = steps_[static_cast<std::size_t>(here)].from)
    nodes.push_back(positions_.node(here / 2));
  return nodes;
}

std::vector<int> Ways::nodes_since(int node, bool fact) const {
  std::vector<int> nodes;
  for (int here = best(node, fact); here >= 0 && (here % 2 != 0) == fact;
       here = steps_[static_cast<std::size_t>(here)].from)
    nodes.push_back(positions_.node(here / 2));
  return nodes;
}

}  // namespace attune::dialogs
