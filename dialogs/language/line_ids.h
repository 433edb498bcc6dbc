// Ids for lines that were written without one: the same ones when a script is run as when `attune
// fmt` writes them down.
#pragma once

#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// Everything a person can read, in the order of the file: say lines, labels, scales, nudges, the
// two lines of `reveal`. `end` is the place just behind its text, where an id is written. All of it
// points into the script.
struct Readable {
  std::string* id = nullptr;
  bool* given = nullptr;
  Place end;
  Line* line = nullptr;      // null: a scale
  Rate* rate = nullptr;      // a scale
  Choose* choose = nullptr;  // a label's question,
  Choice* choice = nullptr;  // and its choice
};
std::vector<Readable> readable_lines(Script& script);

// Gives every readable line an id; those that have one keep it. New ones carry on the letters and
// numbers that the file uses most, else letters from its name, from 01 on.
void assign_ids(Script& script);

// The letters that ids of a script of this name begin with: "listen/say-back" -> "sayback".
std::string id_letters(const std::string& script_name);

}  // namespace attune::dialogs
