// What a play would have to expect so that it passes: the other half of `attune test --learn`.
//
// Never changes what the person does, only what is expected of the answers:
// - where a turn says something else than expected, the expected lines that do not come are replaced
//   by those that do come in their place;
// - the turns at the end of a play of which nothing is expected get all that is said in them, so that
//   a play may be begun with `> start` and what the person writes;
// - a `= CONDITION` that does not hold, and an ending that does not come, becomes a comment: what was
//   meant by it only its author knows.
//
// Pure. The learnt play passes, if there is no trouble.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialogs/play/play.h"

namespace attune::dialogs {

struct Learnt {
  struct New {
    std::string text;   // a line of the play, without indentation
    std::string words;  // what is said there, for whoever reads the change; "" where it has none
  };
  struct Change {
    bool goes = false;       // the line itself
    std::vector<New> comes;  // after it, or in its place
  };
  std::map<int, Change> changes;  // by line of the file
  std::string trouble;            // why the play cannot be gone through: "" if it can
  Place place;                    // of the trouble
};

Learnt learn(const Play& play, const Library& library, const Ear& ear);

// `text` with the changes made. New lines stand as far in as the line above them.
std::string changed(const std::string& text, const std::map<int, Learnt::Change>& changes);

}  // namespace attune::dialogs
