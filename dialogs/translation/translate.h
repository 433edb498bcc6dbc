// A library in another language: the same scripts with other words.
//
// A translation whose source line has changed since (or that is marked fuzzy) is still shown, with a
// warning, until somebody has looked at it; but a help number is not: where a card has changed, the
// new one is shown in the language it is written in. A text without a translation is shown as it is.
//
// Pure. The scripts given are not changed; nothing is shared with them but what is immutable.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/language/library.h"
#include "dialogs/translation/po_file.h"

namespace attune::dialogs {

using Scripts = std::vector<std::shared_ptr<const Script>>;

struct Progress {
  int texts = 0;
  int translated = 0;
  int changed = 0;  // of those, fuzzy ones and those whose source line is another by now
};

struct Translation {
  std::string language;  // "es"
  Scripts scripts;
  Scripts shared;
  Cards cards;
  Library::Shown shown;
  std::map<std::string, Progress> progress;  // by script; "" is what all share
  Diagnostics diagnostics;
};

// "po/es.po" -> "es"; nothing if the path is none of a translation.
std::optional<std::string> language_of_po(const std::string& path);

Translation translate(const Scripts& scripts, const Scripts& shared, const Cards& cards,
                      const SourceFile& po);

// The file brought up to date with the scripts: what is new is there without a translation, what has
// changed is fuzzy and remembers what it was, what is gone is kept as obsolete. Merging twice is
// merging once. `language` is used where the file is new.
PoFile merged(const Scripts& scripts, const Scripts& shared, const Cards& cards, PoFile file,
              const std::string& language);

}  // namespace attune::dialogs
