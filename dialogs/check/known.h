// The few things that a script's conditions test, each with the few values that make a difference:
// between two constants that a number is compared with, all numbers are one.
//
// All of them at one moment are one number (Values), so that a position of a conversation is cheap
// to keep. What a step may do to them is told as every value that may come of it: what other
// scripts, other conversations of the person, or the time may change in between, changes wherever a
// turn can end. Tests whose things are not tracked may come out either way.
//
// Points into its script and the memory slots, which must outlive it. Immutable once made.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dialogs/check/flow.h"
#include "dialogs/check/logic.h"

namespace attune::dialogs {

using Values = std::uint64_t;
using MemorySlots = std::map<std::string, const Slot*>;  // "my.region" -> slot

class Known {
 public:
  // `handed`: own slots that a `call ... with` of another script may have filled.
  Known(const Flow& flow, const MemorySlots& memory, const std::set<std::string>& handed);

  // Tracks one thing less, the one with the most values. False if none was left.
  bool give_up_one();

  // A mask of what is still looked at after coming to this node, so that two positions which differ
  // in nothing that matters any more are one.
  Values live(int node) const { return live_[static_cast<std::size_t>(node)]; }

  std::vector<Values> at_start() const;
  // After a node, before a way out of it is taken. A rewind brings back own(), by whoever drives.
  std::vector<Values> after(int node, Values values) const;
  // Whether this way can be taken with these values, and what they then are.
  bool allows(const Flow::Node& from, const Flow::Edge& edge, Values values) const;
  std::vector<Values> along(const Flow::Edge& edge, Values values) const;

  // What `rewind` brings back of the values at a checkpoint: the script's own slots, but for those it
  // keeps and what was forgotten since.
  std::vector<Values> restored(const Flow::Edge& rewind, Values now, Values then) const;
  Values own() const;  // a mask: those slots

 private:
  struct Value {  // a slot's; the first of a slot is always "none"
    enum class Kind { kNone, kSet, kNumbers, kWord, kOtherWord };
    Kind kind = Kind::kNone;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::string word;
  };
  struct Thing {
    enum class Kind { kSlot, kVisits, kDone, kSafety };
    Kind kind = Kind::kSlot;
    std::string name;
    const Slot* slot = nullptr;
    bool remembered = false;
    bool handed = false;
    bool fades = false;  // its script forgets it, or its text does not live as long as the run
    std::vector<Value> values;  // kSlot
    int count = 2;              // how many values
    int sites = 0;
    int shift = 0;
    int bits = 1;
  };
  using All = std::vector<Values>;

  void collect(const Condition& condition);
  void note(const Condition& atom);
  void settle(const MemorySlots& memory, const std::set<std::string>& handed);
  void cut_values(Thing& thing);
  void pack();
  void look_ahead();
  Values mask(const Thing& thing) const;
  Values named(const Condition& condition) const;
  Values seen(const Flow::Node& from, const Flow::Edge& edge) const;
  Values overwritten(const Flow::Node& node) const;
  Values overwritten(const Flow::Edge& edge) const;
  static bool changes_outside(const Thing& thing);
  template <typename Like>
  void drop_widest(const Like& like);
  int find(Thing::Kind kind, const std::string& name) const;

  int get(const Thing& thing, Values values) const;
  Values put(const Thing& thing, Values values, int value) const;
  void each_of(const Thing& thing, All& all, bool keep, int from) const;
  void fill(const Thing& thing, All& all, const Literal* constant, bool keep) const;
  void add(const Thing& thing, All& all, std::int64_t amount) const;
  void rest(All& all, bool surely, Values live) const;
  std::vector<int> fitting(const Thing& thing, const Literal& literal) const;
  Truth holds(const Condition& atom, Values values) const;
  Truth compare(const Condition& atom, const Thing& thing, Values values) const;

  const Flow& flow_;
  const Script* script_;
  std::vector<Thing> things_;
  std::map<std::string, std::vector<const Condition*>> compared_;
  std::set<std::string> forgotten_;
  std::vector<Values> live_;        // of each node, as it is come to
  std::vector<Values> live_after_;  // as it is left
};

}  // namespace attune::dialogs
