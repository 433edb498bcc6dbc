#include "intents/spelling.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace attune::intents {
namespace {

constexpr std::size_t kDoubled = 4;   // letters: a double one written once, or two swapped
constexpr std::size_t kShortest = 5;  // letters: left out, doubled, swapped
constexpr std::size_t kLong = 6;      // letters: also wrong and stray ones
constexpr std::size_t kLongIng = 9;   // letters: the same
constexpr std::size_t kLongest = 24;  // nobody's word
constexpr char kAnyLetter = '\x01';   // stands for one letter in a slip

bool is_plain(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// A sum over letters and places, so that one letter can be exchanged without adding up again.
constexpr std::size_t kBits = std::size_t{1} << 18;
constexpr std::array<std::uint64_t, kLongest + 2> kWeights = [] {
  std::array<std::uint64_t, kLongest + 2> weights{};
  std::uint64_t weight = 0x9E3779B97F4A7C15;
  for (auto& each : weights) each = weight *= 0xD1342543DE82EF95;
  return weights;
}();

std::uint64_t weighed(char letter, std::size_t place) {
  return (static_cast<std::uint64_t>(static_cast<unsigned char>(letter)) + 1) * kWeights[place];
}

std::uint64_t sum_of(std::string_view word) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < word.size(); ++i) sum += weighed(word[i], i);
  return sum;
}

std::size_t bit_of(std::uint64_t sum) { return (sum * 0x9E3779B97F4A7C15) >> 46; }
static_assert(kBits == std::size_t{1} << (64 - 46));

bool is_long(std::string_view word) {
  // "-ing" words have too many neighbours: hurting, hunting; beating, boating.
  const bool ing = word.substr(word.size() - 3) == "ing";
  return word.size() >= (ing ? kLongIng : kLong);
}

}  // namespace

void Spelling::note(std::string written, const std::string& word) {
  if (words_.contains(written)) return;
  const std::size_t bit = bit_of(sum_of(written));
  bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
  slips_.emplace(std::move(written), word);
}

Spelling::Spelling(const std::vector<std::string>& words,
                   const std::vector<std::string>& left_alone)
    : words_(words.begin(), words.end()), bits_(kBits / 64) {
  words_.insert(left_alone.begin(), left_alone.end());
  for (const std::string& word : words) {
    if (word.size() < kDoubled || word.size() > kLongest || !is_plain(word)) continue;
    const auto slip = [&](std::string written) { note(std::move(written), word); };
    if (word.size() < kShortest) {
      if (word[2] == word[3]) slip(word.substr(0, 3));
      slip({word[0], word[2], word[1], word[3]});
      slip({word[0], word[1], word[3], word[2]});
      continue;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      std::string left_out = word;
      left_out.erase(i, 1);
      // "hits" for "hitts" is a word; a lost ending is another form of the same one, not a slip.
      if (i + 1 < word.size()) slip(std::move(left_out));
      std::string doubled = word;
      doubled.insert(i, 1, word[i]);
      slip(std::move(doubled));
      if (i + 1 < word.size() && word[i] != word[i + 1]) {
        std::string swapped = word;
        std::swap(swapped[i], swapped[i + 1]);
        slip(std::move(swapped));
      }
      if (!is_long(word)) continue;
      std::string wrong = word;
      wrong[i] = kAnyLetter;
      if (i + 1 < word.size()) slip(std::move(wrong));
      std::string stray = word;
      stray.insert(i, 1, kAnyLetter);
      slip(std::move(stray));
    }
  }
}

bool Spelling::may_be_slip(std::uint64_t sum) const {
  const std::size_t bit = bit_of(sum);
  return (bits_[bit / 64] >> bit % 64 & 1) != 0;
}

const std::string* Spelling::slip(std::string_view written) const {
  const auto found = slips_.find(written);
  return found == slips_.end() ? nullptr : &found->second;
}

std::string_view Spelling::meant(std::string_view word) const {
  if (word.size() + 1 < kDoubled || word.size() > kLongest + 1) return "";
  const std::uint64_t sum = sum_of(word);
  const std::string* right = may_be_slip(sum) ? slip(word) : nullptr;
  if (right == nullptr && word.size() >= kLong) {
    for (std::size_t i = 1; i < word.size() && right == nullptr; ++i) {
      if (!may_be_slip(sum - weighed(word[i], i) + weighed(kAnyLetter, i))) continue;
      std::string pattern(word);
      pattern[i] = kAnyLetter;
      right = slip(pattern);
    }
  }
  return right == nullptr || words_.contains(word) ? std::string_view() : *right;
}

std::optional<NormalForm> Spelling::mend(const NormalForm& form) const {
  if (slips_.empty()) return std::nullopt;
  std::optional<NormalForm> mended;
  const std::string& text = form.text;
  std::size_t sentence = 0;
  NormalForm out;
  for (std::size_t begin = 1; begin < text.size();) {
    const std::size_t end = text.find(' ', begin);
    const std::string_view as_written = std::string_view(text).substr(begin, end - begin);
    const std::string_view right = meant(as_written);
    if (!right.empty() && !mended) {
      mended.emplace();
      out.text.assign(text, 0, begin);
      out.from.assign(form.from.begin(), form.from.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    if (mended) {
      const std::string_view word = right.empty() ? as_written : right;
      for (std::size_t i = 0; i < word.size(); ++i) {
        out.from.push_back(right.empty() ? form.from[begin + i] : form.from[begin]);
      }
      out.text += word;
      out.text += ' ';
      out.from.push_back(form.from[end]);
    }
    begin = end + 1;
    // Sentences end after a space; keep them in step with the growing text.
    if (sentence < form.sentences.size() && begin >= form.sentences[sentence].second) {
      const std::size_t so_far = mended ? out.text.size() : begin;
      const std::uint32_t start = out.sentences.empty() ? 0 : out.sentences.back().second - 1;
      out.sentences.emplace_back(start, static_cast<std::uint32_t>(so_far));
      ++sentence;
    }
  }
  if (!mended) return std::nullopt;
  out.from.push_back(form.from.back());
  return out;
}

}  // namespace attune::intents
