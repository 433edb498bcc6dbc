// Goes through everything a script says, asks and judges, once, in the order of the file, so that a
// check is only what it looks for.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// Where in a line these words stand; the whole line if they cannot be told from the rest.
Place place_in(const Line& line, const std::string& words);

struct Spot {                    // where in the script something stands
  const Scene* scene = nullptr;  // null in remarks
  // In a branch that runs only when an intent was heard, so that {heard} has words.
  bool heard = false;
  // A prompt of a question, said as it is asked.
  bool prompt = false;
};

// Any of these may be empty.
struct Visit {
  std::function<void(const Step&, const Spot&)> step;
  std::function<void(const Block&, const Spot&)> block;
  std::function<void(const Question&, const Step&, const Spot&)> question;
  std::function<void(const Line&, const Spot&)> line;  // all that a person reads, labels too
  std::function<void(const Text&, const Spot&)> text;  // each line's text, and a scale's two ends
  std::function<void(const Condition&, const Spot&)>
      condition;  // whole conditions, not their parts
  std::function<void(const Target&, const Spot&)> target;
};

void walk(const Script& script, const Visit& visit);
void walk(const Remarks& remarks, const Visit& visit);

// The sets of remarks.talk that this script's questions use, each once, with the first `use`.
using Shared = std::vector<std::shared_ptr<const Script>>;
void each_shared(const Script& script, const Shared& shared,
                 const std::function<void(const Use&, const Remarks&)>& visit);

// Every comparison, intent, flag in a condition, left to right.
void each_part(const Condition& condition, const std::function<void(const Condition&)>& visit);

// The question of a step, or null.
const Question* question_of(const Step& step);

// The slot that a question's answer fills; "" for none.
std::string slot_of(const Step& step);

}  // namespace attune::dialogs
