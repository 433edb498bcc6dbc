// Why was this heard, and why was that not? Slow on purpose: it asks every pattern, and compiles
// the commands once more to show those that would fit if they were the whole message.
#include <algorithm>
#include <tuple>

#include "intents/inside.h"

namespace attune::intents {
namespace {

std::string why(const Intent& intent, const Verdict& verdict) {
  switch (verdict.loss) {
    case Loss::kNone:
      return "";
    case Loss::kExcept:
      return "except `" + intent.except[static_cast<std::size_t>(verdict.exception)].text + "`";
    case Loss::kTooManyWords:
      return "over " + std::to_string(intent.at_most_words) +
             (intent.at_most_words == 1 ? " word" : " words");
    case Loss::kTwoSentences:
      return "runs over the end of a sentence";
    case Loss::kNotOpening:
      return "not at the start of the message";
    case Loss::kNotWhole:
      return "only as a whole message";
  }
  return "";
}

}  // namespace

std::vector<Finding> Matcher::explain(std::string_view raw) const {
  const Inside& inside = *inside_;
  std::vector<Finding> findings;
  const auto sink = [&](const NormalForm& form, const Verdict& verdict) {
    const Intent& intent = inside.intents[static_cast<std::size_t>(verdict.hit.origin.intent)];
    findings.push_back({intent.name,
                        intent.phrases[static_cast<std::size_t>(verdict.hit.origin.phrase)].text,
                        form.raw(verdict.hit.begin, verdict.hit.end), verdict.loss == Loss::kNone,
                        why(intent, verdict)});
  };
  const Forms forms(raw);
  inside.run_all(forms, false, sink);

  WordNumbers numbers;
  PatternSet loose(numbers, WordsAre::kBetweenSpaces);
  std::string reason;
  for (std::size_t i = 0; i < inside.intents.size(); ++i) {
    if (inside.intents[i].kind != dialogs::IntentKind::kCommand) continue;
    for (std::size_t p = 0; p < inside.trees[i].size(); ++p) {
      loose.add({static_cast<int>(i), static_cast<int>(p), false},
                pattern_of(inside.trees[i][p], Dialect::kSentence), false, &reason);
    }
  }
  std::vector<Hit> hits;
  loose.find(loose.read(forms.full), false, &hits);
  for (const Hit& hit : hits) sink(forms.full, {hit, Loss::kNotWhole, -1});

  const auto key = [](const Finding& f) {
    return std::make_tuple(!f.won, std::cref(f.intent), f.words.begin, f.words.end,
                           std::cref(f.phrase));
  };
  // A phrase that won need not be shown once more as lost, nor once for each form of the message.
  const auto same = [](const Finding& a, const Finding& b) {
    return a.intent == b.intent && a.phrase == b.phrase && a.words.begin == b.words.begin &&
           a.words.end == b.words.end;
  };
  std::sort(findings.begin(), findings.end(),
            [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  std::vector<Finding> unique;
  for (Finding& finding : findings) {
    const bool known = std::any_of(unique.begin(), unique.end(),
                                   [&](const Finding& earlier) { return same(earlier, finding); });
    if (!known) unique.push_back(std::move(finding));
  }
  return unique;
}

}  // namespace attune::intents
