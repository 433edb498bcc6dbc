// Where a run goes on that changes to another edition of its script, as it is about to ask something.
//
// A question is known by the ids of the lines that ask it, never by its position. Nothing is said with
// a blank: a place is taken only if no slot that is unset is written in a text on any way from there
// (short of being asked for or set on that way). Pure.
#pragma once

#include <string>

#include "dialogs/engine/state.h"
#include "dialogs/language/program.h"

namespace attune::dialogs {

struct Landing {
  enum class How {
    kSame,     // the question with these lines
    kMoved,    // where `moved:` leads
    kScene,    // the beginning of the scene of that name
    kNowhere,  // it can only begin again, or stop
  };
  How how = How::kNowhere;
  int at = -1;        // an instruction of `to`: kQuestion, or kEnter for kScene
  std::string scene;  // the scene of `to` that it is in
};

// A question of the other edition, asked in `scene`, with the slots as `to` has them (suited()).
Landing landing(const QuestionCode& question, const std::string& scene, const Program& to,
                const Slots& slots);

// What a run of another edition brings along: slots that `script` has too, of the same kind and in
// range. What it has besides keeps its `starts at`.
Slots suited(const Slots& slots, const Script& script);

}  // namespace attune::dialogs
