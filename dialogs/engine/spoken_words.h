// The few words that the engine itself puts into a text: a date, a length of time, the last "and" of
// a list. Everything else that is said stands in a script. Constant data.
#pragma once

#include <array>
#include <string_view>

namespace attune::dialogs {

struct SpokenWords {
  std::string_view language;
  std::array<std::string_view, 12> months;
  std::string_view of;  // between day, month and year: " " or " de "
  struct Unit { std::string_view one, more; };
  Unit day, hour, minute, second;
  std::string_view no_time;
  std::string_view and_;  // before the last of a list
  std::string_view partner;  // whom nobody has named
};

// English, where there is none for this language: LANGUAGE.md says which there are.
const SpokenWords& spoken_words(std::string_view language);

}  // namespace attune::dialogs
