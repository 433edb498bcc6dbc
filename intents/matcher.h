// Which intents, which words: one pass over a message.
//
// Every phrase is a chain of gap-free segments. A gate says which segments occur; only a phrase all
// of whose segments were seen runs its own RE2. The safety set is compiled apart, from the same
// classes, and also runs on the raw text.
//
// Immutable after build(); hear() may be called from any number of threads at once. Cost is flat in
// the number of phrases up to thousands; see MATCHING.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  std::string phrase;   // as written
  dialogs::Span words;  // in the raw message
  bool won = false;
  // "except `sounds like you want to`", "only as a whole message", "over 6 words"; "" if it won
  std::string lost_because;
};

class Matcher {
 public:
  struct Built;
  // Compiles all intents, then runs every `yes` and `no` line. Never throws on an author's input;
  // `matcher` is null if there are errors. A pattern that RE2 refuses, that matches the empty text,
  // or that is too dear is a diagnostic at its line. `language` is the one that numbers, days and
  // lengths of time are written in (readings_in.h).
  static Built build(std::vector<Intent> intents, std::string language = "en");

  ~Matcher();

  // Never throws. If the safety set fails (out of memory), or anything else does, what was heard
  // until then is there and Hearing::safety_ran is false. `today` is the person's own day, in days
  // since 1970-01-01; without it "yesterday" is no date.
  dialogs::Hearing hear(std::string_view raw, std::optional<std::int64_t> today = {}) const;

  // hear(), with everything that fired and everything that lost, slow and complete.
  std::vector<Finding> explain(std::string_view raw) const;

  // One RE2 after another, no gate: the oracle for tests, and nothing else.
  dialogs::Hearing hear_slowly(std::string_view raw) const;

  // Makes the safety set of every matcher fail, as if memory had run out. Only for tests.
  static void TESTING_ONLY_fail_safety(bool fail);

  dialogs::Vocabulary vocabulary() const;  // without the scripts' own lists
  const std::vector<Intent>& intents() const;

  struct Cost {
    std::size_t phrases = 0;   // patterns, exceptions and the safety set's second form included
    std::size_t segments = 0;  // in the gates
    std::size_t ungated = 0;   // patterns that run on every message
  };
  Cost cost() const;

 private:
  struct Inside;
  class Builder;
  explicit Matcher(std::unique_ptr<Inside> inside);
  void rest();  // the examples have compiled nearly everything; real messages need little of it
  std::unique_ptr<Inside> inside_;
};

struct Matcher::Built {
  std::shared_ptr<const Matcher> matcher;
  dialogs::Diagnostics diagnostics;
};

}  // namespace attune::intents
