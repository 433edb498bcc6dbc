#include "intents/word_trie.h"

#include <functional>

namespace attune::intents {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

std::uint64_t hash_of(std::string_view word) { return std::hash<std::string_view>{}(word); }

}  // namespace

// Never 0, which marks an empty place.
std::uint64_t WordTrie::key_of(std::uint32_t node, std::uint64_t word) {
  std::uint64_t key = word ^ (node * 0x9E3779B97F4A7C15);
  key = (key ^ key >> 32) * 0xD6E8FEB86659FD93;
  return (key ^ key >> 32) | 1;
}

std::uint32_t WordTrie::next(std::uint32_t node, std::uint64_t word) const {
  const std::uint64_t key = key_of(node, word);
  const std::size_t bit = bit_of(key);
  if ((bits_[bit / 64] >> bit % 64 & 1) == 0) return 0;
  const std::size_t mask = steps_.size() - 1;
  for (std::size_t at = key >> 1 & mask; steps_[at].key != 0; at = (at + 1) & mask) {
    if (steps_[at].key == key) return steps_[at].to;
  }
  return 0;
}

WordTrie::Step& WordTrie::place_of(std::uint64_t key) {
  const std::size_t mask = steps_.size() - 1;
  std::size_t at = key >> 1 & mask;
  while (steps_[at].key != 0 && steps_[at].key != key) at = (at + 1) & mask;
  return steps_[at];
}

void WordTrie::grow() {
  std::vector<Step> old(steps_.empty() ? 64 : steps_.size() * 2);
  old.swap(steps_);
  bits_.assign(steps_.size() / 8, 0);
  for (const Step& step : old) {
    if (step.key != 0) put(step);
  }
}

void WordTrie::put(const Step& step) {
  place_of(step.key) = step;
  const std::size_t bit = bit_of(step.key);
  bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
}

void WordTrie::add(const WordRun& run, int number, int rank) {
  std::uint32_t node = 0;
  for (const std::string& word : run) {
    if (2 * (used_ + 1) > steps_.size()) grow();
    const std::uint64_t key = key_of(node, hash_of(word));
    if (place_of(key).key == 0) {
      put({key, static_cast<std::uint32_t>(ends_.size())});
      ++used_;
      ends_.emplace_back();
    }
    node = place_of(key).to;
  }
  // The same run once more: of two ways to say one thing the first counts.
  if (ends_[node].empty() || ends_[node].back().number != number) {
    ends_[node].push_back({number, rank});
  }
}

std::vector<TextWord> words_in(std::string_view text, WordsAre words) {
  const auto inside = [words](char c) {
    return words == WordsAre::kBetweenSpaces ? c != ' ' : is_letter(c);
  };
  std::vector<TextWord> all;
  all.reserve(text.size() / 4 + 1);
  for (std::size_t begin = 0; begin < text.size();) {
    if (!inside(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin + 1;
    while (end < text.size() && inside(text[end])) ++end;
    all.push_back({hash_of(text.substr(begin, end - begin)), static_cast<std::uint32_t>(begin),
                   static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return all;
}

}  // namespace attune::intents
