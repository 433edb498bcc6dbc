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

// Where these words stand in `text`, whatever marks are between them: first byte and length; length
// 0 if they do not.
struct Stretch {
  std::size_t at = 0;
  std::size_t length = 0;
};
Stretch stretch_of(std::string_view text, std::string_view words);

// Two texts that a person would take for the same answer are the same here: lower case, no marks.
std::string plain(std::string_view text);

// Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word - 15.59.
double reading_grade(std::string_view text);

}  // namespace attune::dialogs
