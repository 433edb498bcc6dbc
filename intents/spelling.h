// Words of the safety phrases as tired hands write them: one letter left out, doubled, or swapped
// with its neighbour ("sucide", "suicidde", "suiicde"); in long words also one wrong or one stray
// letter.
//
// It mends the message, not the patterns: each word that is one slip away from a safety word is
// replaced by it, and the safety set looks at the mended text too. What people really misspell
// keeps its first letter; of words of four letters only "kil" and "wnat" are mended, because there
// one other slip is another word ("hurt", "hut"). The words of exceptions are words that people do
// write beside danger, and are left as they are ("showed", "casada"). Immutable after construction;
// any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "intents/normal_form.h"

namespace attune::intents {

class Spelling {
 public:
  // `left_alone` are words that are meant as they stand, though a safety word is near: "showed" is
  // no "shoved".
  explicit Spelling(const std::vector<std::string>& words,
                    const std::vector<std::string>& left_alone = {});

  // The text with its slips mended; nothing if there are none.
  std::optional<NormalForm> mend(const NormalForm& form) const;

  // The safety word that `word` was meant to be, or "".
  std::string_view meant(std::string_view word) const;

 private:
  struct Hash {  // finds a view without making a string of it
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  void note(std::string written, const std::string& word);
  bool may_be_slip(std::uint64_t sum) const;
  const std::string* slip(std::string_view written) const;

  std::unordered_set<std::string, Hash, std::equal_to<>> words_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> slips_;  // written -> meant
  // A bit for each slip: nearly every word is none, and this says so without a search.
  std::vector<std::uint64_t> bits_;
};

}  // namespace attune::intents
