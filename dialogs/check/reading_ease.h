// How a text reads: its length as a person sees it, its words, its school grade.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace attune::dialogs {

// Characters, not bytes.
std::size_t letters(std::string_view text);

// Lower case, marks dropped but for the apostrophe, one per word.
std::vector<std::string> words_of(std::string_view text);

// Two texts that a person would take for the same answer are the same here: lower case, no marks.
std::string plain(std::string_view text);

// Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59.
double reading_grade(std::string_view text);

}  // namespace attune::dialogs
