// A script as a graph of what can follow what.
//
// Drawn from the tree, not from the compiled code, because findings must speak of scenes, choices
// and branches. The graph has every way that the engine can take and some that it cannot (a
// condition is taken to go either way; positions.h leaves out what the values of slots forbid), so
// what holds on all its ways holds when the script runs: the checks may warn of a way that cannot
// happen, they never miss one that can.
//
// What is not drawn, because it leads to where one has been before: `back`, `repeat`, repairs and
// interrupts all end at the question that was open, or at an earlier one with the slots it had
// then. What they change outside the script (memory, safety, what was done) changes at kAnswer.
//
// A Flow points into its script and the shared scripts, which must outlive it. Immutable once
// drawn.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// The words of a way that is gone because nobody answered.
inline constexpr const char* kNoAnswerInTime = "no answer in time";

struct Flow {
  struct Edge {
    int to = -1;
    std::string words;                     // for a way told in words: "\"Not today\"", "otherwise"
    std::string does;                      // and in a play: "You: [Not today]", "~ 7 days"
    const Condition* condition = nullptr;  // what was judged to go here, and how it came out
    bool outcome = true;
    std::string fills;               // the slot that an answer fills on this way
    const Choice* choice = nullptr;  // with this one of its choices
    bool branch = false;  // into a branch of a question (its words are now {heard}), or past it
    bool rewinds = false;
    const std::vector<std::pair<std::string, Place>>* keeping = nullptr;  // but for these slots
    // Heavy consent was given, or refused.
    enum class Consented { kNothing, kYes, kNo };
    Consented consented = Consented::kNothing;
    // Gone only where fewer than two choices fit (kTooFew), or only where two do (kEnough).
    enum class Fit { kAny, kTooFew, kEnough };
    Fit fit = Fit::kAny;
  };
  struct Node {
    enum class Kind {
      kScene,     // a scene is entered
      kStep,      // say, vary, set, add, forget, call, switch, go, end, steps of later issues
      kQuestion,  // its prompts are said
      kAnswer,    // it waits, for an answer or for a time; a turn ends here
      kFork,      // a condition is judged
      kEnd,       // an outcome
      kOff,       // the scene has run out
    };
    Kind kind = Kind::kStep;
    int scene = -1;
    const Step* step = nullptr;
    const Question* question = nullptr;  // kQuestion, kAnswer
    const Choose* choose = nullptr;      // kFork before a guarded one, kAnswer: what `fit` is about
    const Condition* condition = nullptr;
    Outcome outcome = Outcome::kCompleted;
    // Of what is used from another file (`borrowed`), where this script uses it.
    Place place;
    bool borrowed = false;
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

// The step can take longer than this turn, so that what others do may come in between.
bool may_rest(const Step& step);

}  // namespace attune::dialogs
