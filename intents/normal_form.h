// The normal form that all matching is done on, with a map back to the person's own words.
//
// NFC, lower case, straight quotes, contractions folded ("don't" and "dont" are one word), zero-width
// characters dropped, one space between words, sentence ends kept as marks. Pure; any bytes may come
// in (what is not UTF-8 is replaced), and cost is linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/engine/hearing.h"

namespace attune::intents {

struct NormalForm {
  std::string text;                  // what the patterns see
  std::vector<std::uint32_t> from;   // byte of `text` -> byte of the raw message; text.size() + 1 entries
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sentences;  // [begin, end) in `text`

  // The raw bytes behind [begin, end) of `text`, whole characters.
  dialogs::Span raw(std::uint32_t begin, std::uint32_t end) const;
};

NormalForm normalise(std::string_view raw);

// Normal form without sentence marks: what choices are compared by. Also dialogs::Fold.
std::string fold(std::string_view raw);

}  // namespace attune::intents
