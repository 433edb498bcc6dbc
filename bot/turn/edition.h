// An edition: everything that is said and meant, built together, immutable, named by the hash of its
// sources. Shared by all threads; kept alive by whoever still needs it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "dialogs/language/library.h"
#include "intents/matcher.h"

namespace attune::bot {

// Path -> text, "dialogs/listen/say-back.talk", "dialogs/po/es.po" and "intents/en/moves.intents" alike.
using Sources = std::map<std::string, std::string>;

struct Edition {
  std::string hash;
  // Of what all its scripts and intents are, apart from how they are worded; and of the wording. Which
  // script changed in which way, Library::structure says.
  std::string structure, wording;
  Sources sources;
  std::shared_ptr<const dialogs::Library> library;
  std::shared_ptr<const intents::Matcher> matcher;
  // Of library->translated, by language: what is written in it, without what it has in common with
  // all others. A language without an ear is not served.
  std::map<std::string, std::shared_ptr<const intents::Matcher>> ears;

  // Safety and commands are heard in the library's own language too, whatever the person's.
  dialogs::Hearing hear(std::string_view words, const std::string& language) const;
};

struct BuiltEdition {
  std::shared_ptr<const Edition> edition;  // null if anything is wrong
  dialogs::Diagnostics diagnostics;        // paths as in Sources
};

// Parses, checks, compiles and matches everything. Pure; never throws on what authors write.
BuiltEdition build_edition(Sources sources);

// The files under two folders. Throws std::runtime_error, with what to do, if a folder is missing or
// a file cannot be read.
Sources read_sources(const std::string& dialogs_folder, const std::string& intents_folder);

// Every .play beside the scripts, path -> text.
Sources read_plays(const std::string& dialogs_folder);

// All diagnostics with their source lines and carets, and a last line that counts them.
std::string render_all(const dialogs::Diagnostics& diagnostics, const Sources& sources);

}  // namespace attune::bot
