// What a Matcher holds: the pattern sets by kind, and the ways a message goes through them. Only
// for the matcher's own sources.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "intents/matcher.h"
#include "intents/pattern_set.h"
#include "intents/spelling.h"
#include "intents/verdicts.h"

namespace attune::intents {

// A message in every form that some set looks at, made once.
struct Forms {
  explicit Forms(std::string_view raw);

  NormalForm full;                // quotations kept: safety
  std::optional<NormalForm> own;  // quotations dropped: all other intents; none if there are none
  NormalForm whole;               // without marks: commands
  NormalForm written;             // as_written(): safety again
  int words = 0;
};

struct Matcher::Inside {
  std::string language;
  std::vector<Intent> intents;
  std::vector<std::vector<PhraseTree>> trees;  // of phrases, by intent
  WordNumbers numbers;
  PatternSet plain{numbers, WordsAre::kBetweenSpaces};
  PatternSet commands{numbers, WordsAre::kBetweenSpaces};
  PatternSet safety{numbers, WordsAre::kBetweenSpaces};
  PatternSet safety_as_written{numbers, WordsAre::kRunsOfLetters};
  std::unique_ptr<Spelling> spelling;
  int longest_command = 0;  // words; a longer message cannot be one

  // Each verdict, with the form it was found in.
  using Sink = std::function<void(const NormalForm&, const Verdict&)>;
  void run(const PatternSet& set, const PatternSet::Text& text, int words, bool gated,
           const Sink& sink) const;
  void run_all(const Forms& forms, bool gated, const Sink& sink) const;
  void run_safety(const Forms& forms, const PatternSet::Text& full, bool gated,
                  const Sink& sink) const;
  void run_others(const Forms& forms, const PatternSet::Text& full, bool gated,
                  const Sink& sink) const;

  dialogs::Hearing hear(std::string_view raw, std::optional<std::int64_t> today, bool gated) const;
};

}  // namespace attune::intents
