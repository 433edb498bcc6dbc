// Words of the safety phrases as tired hands write them: one letter left out, doubled, or swapped
// with its neighbour ("sucide", "suicidde", "suiicde"); in long words also one wrong or one stray
// letter.
//
// It mends the message, not the patterns: each word that is one slip away from a safety word is
// replaced by it, and the safety set looks at the mended text too. What people really misspell
// keeps its first letter; of words of four letters only "kil" and "wnat" are mended, because there
// one other slip is another word ("hurt", "hut"). Immutable after construction; any thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "intents/normal_form.h"

namespace attune::intents {

class Spelling {
 public:
  explicit Spelling(const std::vector<std::string>& words);

  // The text with its slips mended; nothing if there are none.
  std::optional<NormalForm> mend(const NormalForm& form) const;

  // The safety word that `word` was meant to be, or "".
  std::string meant(const std::string& word) const;

 private:
  std::unordered_set<std::string> words_;
  std::unordered_map<std::string, std::string> slips_;  // as written -> as meant
};

}  // namespace attune::intents
