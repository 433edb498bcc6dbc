// Where a message only quotes somebody: text in double quotation marks, and lines that begin with
// ">". "He said "you never listen"" is not the person saying it.
#pragma once

#include <string_view>
#include <vector>

#include "dialogs/engine/hearing.h"

namespace attune::intents {

// Spans of `raw`, marks included, in order, not overlapping. A mark without a partner on its line
// quotes nothing, so a stray inch sign cannot swallow a message.
std::vector<dialogs::Span> quotations(std::string_view raw);

}  // namespace attune::intents
