#include "intents/verdicts.h"

#include <algorithm>
#include <tuple>

namespace attune::intents {
namespace {

using Range = std::pair<std::uint32_t, std::uint32_t>;

// The sentence a hit begins in. Neighbours share a space; a hit on it begins the second.
Range sentence_at(const NormalForm& form, std::uint32_t begin) {
  const auto next =
      std::upper_bound(form.sentences.begin(), form.sentences.end(), begin,
                       [](std::uint32_t at, const Range& sentence) { return at < sentence.first; });
  if (next == form.sentences.begin()) return {0, static_cast<std::uint32_t>(form.text.size())};
  return *(next - 1);
}

bool is_first_word(const NormalForm& form, std::uint32_t begin) {
  for (std::uint32_t i = 0; i < begin; ++i) {
    const auto c = static_cast<unsigned char>(form.text[i]);
    if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return false;
  }
  return true;
}

bool same_place(const Intent& intent, const NormalForm& form, const Hit& hit,
                const Hit& exception) {
  if (intent.scope == Scope::kMessage) return true;
  return sentence_at(form, hit.begin) == sentence_at(form, exception.begin);
}

Verdict judge(const Intent& intent, const NormalForm& form, int words, const Hit& hit,
              const std::vector<Hit>& exceptions) {
  Verdict verdict{hit, Loss::kNone, -1};
  const bool in_one_sentence = hit.end <= sentence_at(form, hit.begin).second;
  if (intent.at_most_words > 0 && words > intent.at_most_words) {
    verdict.loss = Loss::kTooManyWords;
  } else if (intent.scope != Scope::kMessage && !in_one_sentence) {
    verdict.loss = Loss::kTwoSentences;
  } else if (intent.scope == Scope::kOpening && !is_first_word(form, hit.begin)) {
    verdict.loss = Loss::kNotOpening;
  } else {
    for (const Hit& exception : exceptions) {
      if (exception.origin.intent != hit.origin.intent) continue;
      if (!same_place(intent, form, hit, exception)) continue;
      verdict.loss = Loss::kExcept;
      verdict.exception = exception.origin.phrase;
      break;
    }
  }
  return verdict;
}

}  // namespace

std::vector<Verdict> verdicts(const std::vector<Intent>& intents, const NormalForm& form, int words,
                              std::vector<Hit> hits) {
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return std::tie(a.origin.intent, a.begin, a.end, a.origin.phrase) <
           std::tie(b.origin.intent, b.begin, b.end, b.origin.phrase);
  });
  const auto middle = std::stable_partition(hits.begin(), hits.end(),
                                            [](const Hit& hit) { return !hit.origin.except; });
  const std::vector<Hit> exceptions(middle, hits.end());
  hits.erase(middle, hits.end());
  std::vector<Verdict> all;
  all.reserve(hits.size());
  for (const Hit& hit : hits) {
    const Intent& intent = intents[static_cast<std::size_t>(hit.origin.intent)];
    all.push_back(judge(intent, form, words, hit, exceptions));
  }
  return all;
}

}  // namespace attune::intents
