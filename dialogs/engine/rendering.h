// Text with its holes filled.
#pragma once

#include <string>

#include "dialogs/engine/conditions.h"

namespace attune::dialogs {

// What a hole shows where there is nothing to show.
inline constexpr const char* kNothing = "…";

// `heard` is what the branch under way has heard; null: nothing.
std::string render(const Text& text, const Scope& scope, const Heard* heard);

// The person's own words behind `heard`; several places are joined by " … ".
std::string heard_words(const Heard& heard, const std::string& raw);

// What {heard} shows: the sentence, or sentences, that `heard` stands in; where they are longer than
// kQuoted bytes, only the words themselves. A stump ("You always") would read as a misquotation.
inline constexpr std::size_t kQuoted = 100;
std::string heard_sentence(const Heard& heard, const std::string& raw);

// The labels of yes and no, from always.talk.
std::string yes_label(const Library& library);
std::string no_label(const Library& library);

}  // namespace attune::dialogs
