// How well do the intents hear text that somebody has labelled? Precision, recall and F1 for each
// intent, with every miss. Pure; the command line is written on top of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/vocabulary.h"
#include "intents/matcher.h"

namespace attune::intents {

// What hears a line: one matcher, or an edition with the ears of a language.
using Hear = std::function<dialogs::Hearing(std::string_view)>;

struct ScoreOptions {
  std::map<std::string, std::string> label_to_intent;  // where their names differ
  // Count hits of every intent of the library. Otherwise only those that are a label in the file
  // count: a message may well mean something that the file has no label for.
  bool all_intents = false;
};

struct Miss {
  int line = 0;  // of the file, from 1
  std::string text;
  std::string wanted;  // an intent; "" if nothing should have been heard
  std::string heard;   // an intent that should not have been; "" if `wanted` was not
};

struct IntentScore {
  int lines = 0;  // that have this label
  int right = 0;  // of them, heard
  int wrong = 0;  // heard on lines of another label
  double precision() const;
  double recall() const;
  double f1() const;  // 0 where it cannot be said
};

struct Score {
  std::map<std::string, IntentScore> intents;
  std::map<std::string, IntentScore>
      others;                         // labels without an intent: `wrong` of `lines` were hit
  std::vector<Miss> misses;           // in file order
  std::vector<std::string> mistakes;  // "line 7: no tab", "no intent `cancle`, ..."

  double recall() const;    // over all lines that have an intent
  double macro_f1() const;  // mean over intents
};

// `tsv` has `text<TAB>label` a line; empty lines and lines that begin with # are left out. A label
// that is no intent's name (after the map) means that nothing should be heard. `pause|pause-wish`:
// either is right, and the line counts for the first. Intents after it, each with a plus
// (`generalise +blame +you-open`), may be heard too: that counts for nobody.
Score score(const Hear& hear, const dialogs::Vocabulary& vocabulary, std::string_view tsv,
            const ScoreOptions& options = {});
Score score(const Matcher& matcher, std::string_view tsv, const ScoreOptions& options = {});

// How much of each label's lines safety acts on, whichever of its intents it is: recall where a
// line is danger, false alarms where it is none. Labels are any words here.
struct TierScore {
  int lines = 0;
  int hard = 0;            // heard by an intent of the hard tier
  int either = 0;          // by the hard or the soft tier
  std::vector<Miss> hits;  // `wanted` is the label, `heard` the intent that was heard, or ""
};
struct SafetyScore {
  std::map<std::string, TierScore> labels;
  std::vector<std::string> mistakes;  // lines that could not be read; in words
};
SafetyScore score_safety(const Hear& hear, const dialogs::Vocabulary& vocabulary, std::string_view tsv);

// A table, then the misses: text for a terminal, 100 columns.
std::string render(const Score& score, bool with_misses);
// With every line and what safety heard in it, if wanted.
std::string render(const SafetyScore& score, bool with_lines);

}  // namespace attune::intents
