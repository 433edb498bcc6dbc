// What decided a turn, in plain words: for `/why`, `attune why` and a play that fails.
//
// Pure. `said` is the message that the reason belongs to; "" where its words are no longer kept, and
// then what was heard is named without them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/engine/step.h"

namespace attune::dialogs {

// "branch: when blame or defend fits: heard blame in "You always" (listen/say-back kitchen #back07)"
std::string in_words(const Reason& reason, const std::string& said);

// The branches that were looked at before the one that was taken, each with why not:
// "when late and hurt: heard late, not hurt". Nothing for other reasons, or if the question is gone.
std::vector<std::string> passed_over(const Reason& reason, const Library& library, const Hearing& hearing);

}  // namespace attune::dialogs
