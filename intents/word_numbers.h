// A number for every word that some phrase is made of, and a text as such numbers. Words that no
// phrase knows, most of any message, are 0; whoever reads the text passes over them at once.
//
// Words are told apart by a 64-bit hash, so this is sound and all but exact: two words with one
// hash would be taken for each other, never one word for none.
//
// Filled by one thread with add(); of() and words_in() from any number of threads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace attune::intents {

class WordNumbers {
 public:
  std::uint32_t add(std::string_view word);       // its number, from 1
  std::uint32_t of(std::string_view word) const;  // 0: not known
  std::uint32_t size() const { return size_; }

 private:
  struct Place {
    std::uint64_t hash = 0;
    std::uint32_t number = 0;  // 0: empty
  };
  const Place* find(std::uint64_t hash) const;
  void grow();

  std::vector<Place> places_;  // open addressing; a power of two, at most half full
  std::uint32_t size_ = 0;
};

// What a word is in a kind of text.
enum class WordsAre {
  kBetweenSpaces,  // normal form
  kRunsOfLetters,  // the text as it was written: small letters, digits, every byte above ASCII
};

struct TextWord {
  std::uint32_t number = 0;
  std::uint32_t begin = 0, end = 0;  // bytes of the text
};
std::vector<TextWord> words_in(std::string_view text, WordsAre words, const WordNumbers& numbers);

}  // namespace attune::intents
