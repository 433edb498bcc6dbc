// How well do the intents hear text that somebody has labelled? Precision, recall and F1 for each
// intent, with every miss. Pure; the command line is written on top of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "intents/matcher.h"

namespace attune::intents {

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
// that is no intent's name (after the map) means that nothing should be heard.
Score score(const Matcher& matcher, std::string_view tsv, const ScoreOptions& options = {});

// A table, then the misses: text for a terminal, 100 columns.
std::string render(const Score& score, bool with_misses);

}  // namespace attune::intents
