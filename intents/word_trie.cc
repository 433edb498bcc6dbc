#include "intents/word_trie.h"

namespace attune::intents {

std::size_t WordTrie::hash_of(std::uint32_t from, std::uint32_t word) {
  const std::uint64_t key = (std::uint64_t{from} << 32 | word) * 0x9E3779B97F4A7C15;
  return static_cast<std::size_t>(key ^ key >> 32);
}

std::uint32_t WordTrie::next(std::uint32_t node, std::uint32_t word) const {
  if (steps_.empty()) return 0;
  const std::size_t hash = hash_of(node, word);
  const std::size_t bit = bit_of(hash);
  if ((bits_[bit / 64] >> bit % 64 & 1) == 0) return 0;
  const std::size_t mask = steps_.size() - 1;
  for (std::size_t at = hash & mask; steps_[at].to != 0; at = (at + 1) & mask) {
    if (steps_[at].from == node && steps_[at].word == word) return steps_[at].to;
  }
  return 0;
}

WordTrie::Step& WordTrie::place_of(std::uint32_t from, std::uint32_t word) {
  const std::size_t mask = steps_.size() - 1;
  std::size_t at = hash_of(from, word) & mask;
  while (steps_[at].to != 0 && (steps_[at].from != from || steps_[at].word != word)) {
    at = (at + 1) & mask;
  }
  return steps_[at];
}

void WordTrie::mark(const Step& step) {
  const std::size_t bit = bit_of(hash_of(step.from, step.word));
  bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
}

void WordTrie::grow() {
  std::vector<Step> old(steps_.empty() ? 64 : steps_.size() * 2);
  old.swap(steps_);
  bits_.assign(steps_.size() / 8, 0);
  for (const Step& step : old) {
    if (step.to == 0) continue;
    place_of(step.from, step.word) = step;
    mark(step);
  }
}

// Where the number of the next node stands, or is to be written.
std::uint32_t& WordTrie::way(std::uint32_t from, std::uint32_t word) {
  if (from == 0) {
    if (word >= roots_.size()) roots_.resize(word + 1);
    return roots_[word];
  }
  if (2 * (used_ + 1) > steps_.size()) grow();
  Step& step = place_of(from, word);
  if (step.to == 0) {
    ++used_;
    step.from = from;
    step.word = word;
    mark(step);
  }
  return step.to;
}

void WordTrie::add(const WordRun& run, int number, int rank, WordNumbers& numbers) {
  std::uint32_t node = 0;
  for (const std::string& word : run) {
    std::uint32_t& to = way(node, numbers.add(word));
    if (to == 0) {
      to = static_cast<std::uint32_t>(ends_.size());
      ends_.emplace_back();
    }
    node = to;
  }
  // The same run once more: of two ways to say one thing the first counts.
  if (ends_[node].empty() || ends_[node].back().number != number) {
    ends_[node].push_back({number, rank});
  }
}

}  // namespace attune::intents
