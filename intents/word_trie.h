// Runs of words, found in a text: which of many word sequences stand in it, by walking a trie from
// each of its words. Words are compared by a 64-bit hash, so it is sound and not exact: two words
// with one hash would be taken for each other, never one word for none.
//
// Cost: a look-up or two a word, whatever the number of sequences, and nothing is built while
// reading (an RE2::Set over the same segments makes tables of states as it meets new texts, and
// their size is what it costs to read them).
//
// Filled by one thread with add(); find() from any number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attune::intents {

// What a word is in the texts of one trie.
enum class WordsAre {
  kBetweenSpaces,  // normal form
  kRunsOfLetters,  // the text as it was written: small letters, digits, every byte above ASCII
};

using WordRun = std::vector<std::string>;

class WordTrie {
 public:
  explicit WordTrie(WordsAre words) : words_(words) {}

  // `run` is not empty. The same number may be added with many runs.
  void add(const WordRun& run, int number);

  // Calls `found(number)` for each run that stands in the text, as often as it does.
  template <typename Found>
  void find(std::string_view text, Found found) const {
    if (steps_.empty()) return;
    std::vector<std::uint64_t> words;
    words.reserve(text.size() / 4 + 1);
    split(text, &words);
    for (std::size_t first = 0; first < words.size(); ++first) {
      std::uint32_t node = 0;
      for (std::size_t i = first; i < words.size() && (node = next(node, words[i])) != 0; ++i) {
        for (const int number : ends_[node]) found(number);
      }
    }
  }

 private:
  struct Step {  // from one node, by one word, to another; 0 is nowhere
    std::uint64_t key = 0;
    std::uint32_t to = 0;
  };
  static std::uint64_t key_of(std::uint32_t node, std::uint64_t word);
  std::uint32_t next(std::uint32_t node, std::uint64_t word) const;
  Step& place_of(std::uint64_t key);
  void grow();
  void split(std::string_view text, std::vector<std::uint64_t>* words) const;

  const WordsAre words_;
  std::vector<Step> steps_;  // open addressing; a power of two, at most half full
  std::size_t used_ = 0;
  std::vector<std::vector<int>> ends_{1};  // by node
};

}  // namespace attune::intents
