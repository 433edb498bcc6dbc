// Runs of words, found in a text: which of many word sequences stand in it, and where, by walking a
// trie from each of its words. Words are compared by a 64-bit hash, so it is sound and all but
// exact: two words with one hash would be taken for each other, never one word for none.
//
// Cost: a look-up or two a word, whatever the number of sequences, and nothing is built while
// reading (an RE2::Set over the same sequences makes tables of states as it meets new texts, and
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

struct TextWord {
  std::uint64_t hash = 0;
  std::uint32_t begin = 0, end = 0;  // bytes of the text
};
std::vector<TextWord> words_in(std::string_view text, WordsAre words);

using WordRun = std::vector<std::string>;

class WordTrie {
 public:
  // `run` is not empty. The same number may be added with many runs; `rank` tells them apart.
  void add(const WordRun& run, int number, int rank = 0);

  // Calls `found(number, rank, first, behind)` for each run that stands in the text: it is the
  // words from `first` up to `behind`, which is not one of them. By `first`, the shorter before the
  // longer.
  template <typename Found>
  void find(const std::vector<TextWord>& words, Found found) const {
    if (steps_.empty()) return;
    for (std::size_t first = 0; first < words.size(); ++first) {
      std::uint32_t node = 0;
      for (std::size_t i = first; i < words.size() && (node = next(node, words[i].hash)) != 0;) {
        ++i;
        for (const End& end : ends_[node]) found(end.number, end.rank, first, i);
      }
    }
  }

 private:
  struct Step {  // from one node, by one word, to another; 0 is nowhere
    std::uint64_t key = 0;
    std::uint32_t to = 0;
  };
  struct End {
    int number = 0, rank = 0;
  };
  static std::uint64_t key_of(std::uint32_t node, std::uint64_t word);
  std::uint32_t next(std::uint32_t node, std::uint64_t word) const;
  Step& place_of(std::uint64_t key);
  std::size_t bit_of(std::uint64_t key) const { return key >> 20 & (bits_.size() * 64 - 1); }
  void put(const Step& step);
  void grow();

  std::vector<Step> steps_;  // open addressing; a power of two, at most half full
  // 8 bits for each place in steps_, one set for each step: small enough to stay near, it answers
  // for most words, which lead nowhere.
  std::vector<std::uint64_t> bits_;
  std::size_t used_ = 0;
  std::vector<std::vector<End>> ends_{1};  // by node
};

}  // namespace attune::intents
