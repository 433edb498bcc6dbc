// What a phrase finds in a text: as RE2, and as the word runs that need no RE2.
//
// What lies between two gaps of a phrase is a segment: a piece without anything unbounded in it.
// All segments of a phrase must occur in a message for the phrase to occur, so they can gate it
// (gate.h). Pure values.
#pragma once

#include <string>
#include <vector>

#include "intents/phrase.h"
#include "intents/word_trie.h"

namespace attune::intents {

// Which text a pattern is for.
enum class Dialect {
  kSentence,   // normal form; a gap stays in its sentence
  kMessage,    // normal form; a gap may cross the end of a sentence
  kWhole,      // normal form without marks, and nothing else in the message: commands
  kAsWritten,  // as_written()
};

struct Segment {
  std::string re2;
  std::vector<WordRun> runs;  // wherever `re2` fits, one of these stands; none: only RE2 can tell

  std::size_t letters() const;  // of its shortest run: the more, the rarer it is, most likely
};

struct Pattern {
  std::string re2;
  std::vector<Segment> segments;  // all must occur; none if nothing can gate it

  // Every way the whole pattern can be, in the order in which RE2 would prefer them; empty if there
  // are gaps in it, or too many ways, or it is not made of words alone. Then nobody needs RE2.
  std::vector<WordRun> runs;
  bool from_start = false;  // only as the first words of the text
  bool to_end = false;      // only as the last ones; a mark may follow, if the text has marks
  bool raw = false;         // written as /re2/: it may repeat anything
};

Pattern pattern_of(const PhraseTree& tree, Dialect dialect);

}  // namespace attune::intents
