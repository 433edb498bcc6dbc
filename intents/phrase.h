// One phrase as its author wrote it, as a tree: a chain of words, groups and gaps. What it finds in
// a text is pattern.h. Pure values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/diagnostic.h"
#include "intents/intent_file.h"

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

// True if it ends in `?`. The text as it was written has no such mark to rely on.
bool asks(const PhraseTree& tree);

// True if some way through it has no word in it.
bool may_be_empty(const PhraseTree& tree);
bool may_be_empty(const Chain& chain);

// True if it can be of any length: there is a gap, or a word that may be anything, in it.
bool has_gap(const Node& node);

// Every word written in the phrase, each once.
std::vector<std::string> words_of(const PhraseTree& tree);

}  // namespace attune::intents
