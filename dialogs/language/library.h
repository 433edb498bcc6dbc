// All scripts that are served together: parsed, checked, compiled, linked. Immutable, shared by all
// threads; one edition's half (the other is its matcher).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/diagnostic.h"
#include "dialogs/language/program.h"
#include "dialogs/language/vocabulary.h"

namespace attune::dialogs {

// Words folded to the matcher's normal form, sentence marks dropped. Handed in by whoever links the
// rooms, so that choices compare equal to Hearing::folded.
using Fold = std::function<std::string(std::string_view)>;

// A region's help numbers, from library/safety/cards.json: field -> text, shown by {card.field}.
struct Cards {
  std::map<std::string, std::map<std::string, std::string>> regions;  // "" is the international one
};

struct Library {
  // What a slot's value reads like where it is shown: slot ("listen/say-back:mood", "my.partner") ->
  // value -> text. Only what a translation has put there.
  using Shown = std::map<std::string, std::map<std::string, std::string>>;

  std::string hash;  // the edition: SHA-256 over every source, hex; set by the caller
  std::string language = "en";
  std::map<std::string, std::shared_ptr<const Program>> programs;  // by name
  std::vector<std::shared_ptr<const Script>> shared;               // always, memory, remarks
  std::vector<On> always;                                          // in file order
  std::map<std::string, Slot> memory;                              // "my.region" -> slot
  Vocabulary vocabulary;
  Cards cards;
  // "script#lineid" of a choice -> every folded way to say it (label, also, means)
  std::map<std::string, std::vector<std::string>> spoken;
  Shown shown;
  // The same library in other languages, by code: the same scripts and steps, so that a place in one
  // is that place in all; where a text has no translation, it is the source's. Their hash is this one.
  std::map<std::string, std::shared_ptr<Library>> translated;
  // Script -> the hash of its structure (structure.h); set by the caller, like `hash`. Where two
  // editions have the same, a run goes over from one to the other.
  std::map<std::string, std::string> structure;

  // This one, where there is no such language.
  const Library& in(const std::string& code) const;
  const Program* find(const std::string& name) const;
  const On* on(const std::string& intent) const;
};

struct Loaded {
  std::shared_ptr<Library> library;  // null if there are errors
  Diagnostics diagnostics;           // by path, then line
};

// Parses, checks and compiles. `files` are .talk files, safety/cards.json and translations (po/es.po),
// in any order.
Loaded load(const std::vector<SourceFile>& files, const Vocabulary& vocabulary, const Fold& fold);

}  // namespace attune::dialogs
