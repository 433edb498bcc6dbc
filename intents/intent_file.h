// An .intents file as a list: what its author wrote, with places. See REFERENCE.md, "Intents".
//
// A file may begin with `safety: hard` or `safety: soft`: then every intent in it belongs to the
// safety set, which stands apart, also looks at the raw text, and fails closed.
#pragma once

#include <string>
#include <vector>

#include "dialogs/language/diagnostic.h"
#include "dialogs/language/vocabulary.h"

namespace attune::intents {

struct Phrase {
  std::string text;  // as written: words, (a|b), [word], *, ..., <, >, or /re2/
  dialogs::Place place;
};

struct Example {
  bool yes = true;
  std::string text;
  dialogs::Place place;
};

enum class Scope { kSentence, kMessage, kOpening };

struct Intent {
  std::string name;
  std::string about;
  std::string path;  // of its file; for a script's own list, the script's
  dialogs::IntentKind kind = dialogs::IntentKind::kPlain;
  Scope scope = Scope::kSentence;
  int at_most_words = 0;  // of the whole message; 0 = any number
  std::vector<Phrase> phrases;
  std::vector<Phrase> except;
  std::vector<Example> examples;
  dialogs::Place place;
};

struct ParsedIntents {
  std::vector<Intent> intents;
  dialogs::Diagnostics diagnostics;
};

ParsedIntents parse_intents(const dialogs::SourceFile& file);

}  // namespace attune::intents
