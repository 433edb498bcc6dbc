// One phrase as a tree, and the tree as RE2.
//
// A phrase is a chain of words, groups and gaps. What lies between two gaps is a segment: a piece
// without anything unbounded in it. All segments of a phrase must occur in a message for the phrase
// to occur, so they can gate it (gate.h). Pure values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/diagnostic.h"
#include "intents/intent_file.h"
#include "intents/word_trie.h"

namespace attune::intents {

struct Node;
using Chain = std::vector<Node>;

struct Node {
  enum class Kind {
    kWord,      // `word`, in normal form
    kAnyWord,   // *
    kGap,       // ...
    kQuestion,  // ?, the end of a question; always last
    kGroup,     // (a|b), or [a|b], which is optional
  };
  Kind kind = Kind::kWord;
  std::string word;
  std::vector<Chain> ways;
  bool optional = false;
};

struct PhraseTree {
  bool is_re2 = false;
  std::string re2;          // between the slashes
  bool from_start = false;  // <
  bool to_end = false;      // >
  Chain chain;
};

// Mistakes are added to `report`, under `path`; then the tree is not to be used.
PhraseTree parse_phrase(const Phrase& phrase, const std::string& path,
                        dialogs::Diagnostics* report);

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

// True if it ends in `?`. The text as it was written has no such mark to rely on.
bool asks(const PhraseTree& tree);

// True if some way through the phrase has no word in it.
bool may_be_empty(const PhraseTree& tree);

// Every word written in the phrase, each once.
std::vector<std::string> words_of(const PhraseTree& tree);

}  // namespace attune::intents
