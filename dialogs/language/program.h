// A script made ready to run: its tree flattened into instructions, so that a place in it is one
// number while it runs and one name (the anchor) when it is stored.
//
// Invariants: code[0] enters the first scene; every scene begins with kEnter; every jump target is a
// valid index; a question's branches end in kJump to `next`, kAgain, or a step that leaves. Immutable
// after compile; shared by all threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Instruction {
  enum class Op {
    kEnter,   // a scene begins: `index` into script.scenes
    kSay, kVary, kSet, kAdd, kForget,
    kQuestion,  // `index` into Program::questions
    kAgain,     // end of a branch under `again at most N`: `index` = question, `limit` = N, `branch`
                // (-1: `otherwise`), `to` = what follows once the question's answers are used up
    kBranch,    // run on if `condition` holds, else jump to `to`
    kJump,      // to `to`; -1 ends an on-answer block: now the branches of question `index`
    kCall, kSwitch, kRewind, kEnd, kChart,
    kRemind, kForgetReminder,
    kHandOff,   // rests until it is given back; then what follows. `to`: where silence leads
    kLater,     // a step of a later issue; the checker refuses it, the engine never meets it
  };
  Op op = Op::kJump;
  int to = -1;
  int index = -1;
  int branch = -1;
  int limit = 0;
  const Step* step = nullptr;            // the step it came from; null for kEnter, kJump, kAgain
  const Condition* condition = nullptr;  // kBranch
  Outcome outcome = Outcome::kCompleted; // kEnd
};

struct QuestionCode {
  // kWait is no question to a person: a place to rest at, which time leads on from.
  enum class Kind { kAsk, kChoose, kRate, kConsent, kWait };
  struct Branch {  // remarks used come first, then the script's own, in order
    const When* when = nullptr;
    int at = -1;
  };
  Kind kind = Kind::kAsk;
  std::string anchor;
  const Step* step = nullptr;
  const Question* question = nullptr;
  int at = -1;         // the kQuestion instruction
  int on_answer = -1;  // -1: none. The on-answer block ends in kJump to -1 meaning "now the branches"
  std::vector<Branch> branches;
  int otherwise = -1;
  std::vector<int> choices;  // kChoose: where each choice leads (its block or target)
  int declined = -1;         // kConsent
  int skip = -1;             // where `skip` leads
  int timeout = -1;          // where silence leads
  int next = -1;             // what follows when no branch fits
};

struct Program {
  std::shared_ptr<const Script> script;
  std::vector<Instruction> code;
  std::vector<QuestionCode> questions;
  std::map<std::string, int> scenes;   // name -> index of its kEnter
  // Anchors of every instruction at which a conversation can rest (questions, calls, hand offs): the id of the
  // nearest readable line at or before it, and "+n" for the n-th resting place after that line where
  // it has no line of its own. Exact within one edition, which is where it is used.
  std::map<std::string, int> anchors;
  std::map<int, std::string> anchor_of;
  std::map<std::string, const Line*> lines;  // by id, every readable line
};

// `script` must have parsed without errors. Remarks that it `use`s are looked up by name in its own
// and then in `shared`, which must outlive the program.
std::shared_ptr<const Program> compile(std::shared_ptr<const Script> script,
                                       const std::vector<std::shared_ptr<const Script>>& shared);

}  // namespace attune::dialogs
