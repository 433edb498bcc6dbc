// A script as a model, so that it can be edited as a counselor edits it and still be one: scenes of
// things that are said and asked, each with its id. The same seed gives the same script and edits.
#pragma once

#include <string>
#include <vector>

#include "support/random_scripts.h"

namespace attune::dialogs::workshop {

using tiny::Dice;

struct Item {
  enum class Kind { kSay, kAsk, kYesNo, kChoose, kRate, kCall };
  Kind kind = Kind::kSay;
  std::string id;     // of the line that says or asks
  std::string slot;   // what a question fills; its own for each question
  std::string words;  // as said
  bool skip = false;  // the question may be left out
  bool again = false; // a branch that waits for another answer
  struct Choice {
    std::string id, label;
    std::string to;  // a scene, or "": go on
  };
  std::vector<Choice> choices;
};

struct Scene {
  std::string name;
  std::vector<Item> items;
  std::string to;  // the next scene, or "": the end
};

struct Draft {
  std::vector<Scene> scenes;
  std::vector<std::string> moved;  // "old01 -> new02"
  std::string header;              // further lines of it
  int next = 1;                    // for ids, slots and scenes
};

Draft random_draft(Dice& dice);

// One change out of those that people make; `what` names it.
Draft edited(const Draft& draft, Dice& dice, std::string& what);

// As "it/it.talk". A text may name what an earlier question of the script filled; whether that is so
// on every way is the check's to say.
std::string written(const Draft& draft);

}  // namespace attune::dialogs::workshop
