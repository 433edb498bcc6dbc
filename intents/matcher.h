// Which intents, which words: one pass over a message.
//
// Every phrase is a chain of gap-free segments. One RE2::Set of segments gates; only a phrase all of
// whose segments were seen runs its own RE2. The safety set is compiled apart, from the same classes,
// and also runs on the raw text.
//
// Immutable after build(); hear() may be called from any number of threads at once. Cost is flat in
// the number of phrases up to thousands; see MATCHING.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/engine/hearing.h"
#include "dialogs/language/diagnostic.h"
#include "intents/intent_file.h"

namespace attune::intents {

// One thing that fired or nearly fired, for people who ask why.
struct Finding {
  std::string intent;
  std::string phrase;        // as written
  dialogs::Span words;       // in the raw message
  bool won = false;
  std::string lost_because;  // "except `sounds like you want to`", "only as a whole message", "over 6 words"; "" if it won
};

class Matcher {
 public:
  struct Built;
  // Compiles all intents, then runs every `yes` and `no` line. Never throws on an author's input;
  // `matcher` is null if there are errors. A pattern that RE2 refuses, that matches the empty text, or
  // that is too dear is a diagnostic at its line.
  static Built build(std::vector<Intent> intents);

  ~Matcher();

  // Never throws. If the safety set fails (out of memory), Hearing::safety_ran is false.
  dialogs::Hearing hear(std::string_view raw) const;

  // hear(), with everything that fired and everything that lost, slow and complete.
  std::vector<Finding> explain(std::string_view raw) const;

  // One RE2 after another, no gate: the oracle for tests, and nothing else.
  dialogs::Hearing hear_slowly(std::string_view raw) const;

  dialogs::Vocabulary vocabulary() const;  // without the scripts' own lists
  const std::vector<Intent>& intents() const;

  struct Cost { std::size_t phrases = 0, segments = 0, bytes = 0; };
  Cost cost() const;

 private:
  struct Inside;
  explicit Matcher(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

struct Matcher::Built {
  std::shared_ptr<const Matcher> matcher;
  dialogs::Diagnostics diagnostics;
};

}  // namespace attune::intents
