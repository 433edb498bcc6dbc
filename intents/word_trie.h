// Runs of words, found in a text: which of many word sequences stand in it, and where, by walking a
// trie from each of its words.
//
// Cost: one look into a short table for a word that begins no sequence, which is most of them, and
// one look-up for each word that goes on with one, whatever the number of sequences. Nothing is
// built while reading (an RE2::Set over the same sequences makes tables of states as it meets new
// texts, and their size is what it costs to read them).
//
// Filled by one thread with add(); find() from any number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "intents/word_numbers.h"

namespace attune::intents {

using WordRun = std::vector<std::string>;

class WordTrie {
 public:
  // `run` is not empty; its words get numbers. The same `number` may be added with many runs;
  // `rank` tells them apart.
  void add(const WordRun& run, int number, int rank, WordNumbers& numbers);

  // Calls `found(number, rank, first, behind)` for each run that stands in the text: it is the
  // words from `first` up to `behind`, which is not one of them. By `first`, the shorter before the
  // longer. `words` have the numbers that add() gave.
  template <typename Found>
  void find(const std::vector<TextWord>& words, Found found) const {
    for (std::size_t first = 0; first < words.size(); ++first) {
      const std::uint32_t begins = words[first].number;
      std::uint32_t node = begins < roots_.size() ? roots_[begins] : 0;
      for (std::size_t i = first + 1; node != 0; ++i) {
        for (const End& end : ends_[node]) found(end.number, end.rank, first, i);
        if (i == words.size() || words[i].number == 0) break;
        node = next(node, words[i].number);
      }
    }
  }

 private:
  struct Step {                                // from one node, by one word, to another
    std::uint32_t from = 0, word = 0, to = 0;  // 0: an empty place
  };
  struct End {
    int number = 0, rank = 0;
  };
  std::size_t bit_of(std::size_t hash) const { return hash >> 20 & (bits_.size() * 64 - 1); }
  static std::size_t hash_of(std::uint32_t from, std::uint32_t word);
  std::uint32_t next(std::uint32_t node, std::uint32_t word) const;
  Step& place_of(std::uint32_t from, std::uint32_t word);
  std::uint32_t& way(std::uint32_t from, std::uint32_t word);
  void mark(const Step& step);
  void grow();

  std::vector<std::uint32_t> roots_;  // word -> the node it leads to from the start; 0: nowhere
  std::vector<Step> steps_;           // open addressing; a power of two, at most half full
  // 8 bits for each place in steps_, one set for each step: small enough to stay near, it answers
  // for most words, which lead nowhere.
  std::vector<std::uint64_t> bits_;
  std::size_t used_ = 0;
  std::vector<std::vector<End>> ends_{1};  // by node
};

}  // namespace attune::intents
