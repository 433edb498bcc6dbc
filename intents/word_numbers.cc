#include "intents/word_numbers.h"

#include <functional>

namespace attune::intents {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

std::uint64_t hash_of(std::string_view word) { return std::hash<std::string_view>{}(word); }

}  // namespace

// The word's place, or the empty one where it would stand.
const WordNumbers::Place* WordNumbers::find(std::uint64_t hash) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash & mask;
  while (places_[at].number != 0 && places_[at].hash != hash) at = (at + 1) & mask;
  return &places_[at];
}

std::uint32_t WordNumbers::of(std::string_view word) const {
  return places_.empty() ? 0 : find(hash_of(word))->number;
}

std::uint32_t WordNumbers::add(std::string_view word) {
  if (2 * (std::size_t{size_} + 1) > places_.size()) grow();
  const std::uint64_t hash = hash_of(word);
  Place& place = places_[static_cast<std::size_t>(find(hash) - places_.data())];
  if (place.number == 0) place = {hash, ++size_};
  return place.number;
}

void WordNumbers::grow() {
  std::vector<Place> old(places_.empty() ? 64 : places_.size() * 2);
  old.swap(places_);
  for (const Place& place : old) {
    if (place.number != 0) {
      places_[static_cast<std::size_t>(find(place.hash) - places_.data())] = place;
    }
  }
}

std::vector<TextWord> words_in(std::string_view text, WordsAre words, const WordNumbers& numbers) {
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
    all.push_back({numbers.of(text.substr(begin, end - begin)), static_cast<std::uint32_t>(begin),
                   static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return all;
}

}  // namespace attune::intents
