// From where phrases occur to what was heard: caps, scopes and exceptions, one rule for the fast
// way, the slow way and the explanation. Pure.
#pragma once

#include <vector>

#include "intents/intent_file.h"
#include "intents/normal_form.h"
#include "intents/pattern_set.h"

namespace attune::intents {

enum class Loss { kNone, kExcept, kTooManyWords, kTwoSentences, kNotOpening, kNotWhole };

struct Verdict {
  Hit hit;  // of a phrase, never of an exception
  Loss loss = Loss::kNone;
  int exception = -1;  // which, if it lost to one
};

// `words` is the number of words of the whole message, quotations included. One verdict for each
// hit that is not an exception, by intent, then place.
std::vector<Verdict> verdicts(const std::vector<Intent>& intents, const NormalForm& form, int words,
                              std::vector<Hit> hits);

}  // namespace attune::intents
