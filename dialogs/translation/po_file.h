// A gettext PO file as a list: what a translator wrote, with places. Read and written so that
// gettext's own tools and the usual editors (Poedit, Weblate, Lokalize) take it; plural forms, which
// scripts have none of, are refused.
//
// Pure; any bytes may come in. Bounded: files up to 10 MB, 100 mistakes told.
#pragma once

#include <string>
#include <vector>

#include "dialogs/language/diagnostic.h"

namespace attune::dialogs {

struct PoEntry {
  std::string context;   // msgctxt: which line, "listen/say-back#back04"
  std::string source;    // msgid: the line as it was when it was translated
  std::string text;      // msgstr: the translation; "" if there is none yet
  std::string previous;  // "#| msgid": what `source` was before
  std::vector<std::string> comments;  // "# ": the translator's own
  std::vector<std::string> notes;     // "#.": for the translator, from the script
  std::vector<std::string> places;    // "#:"
  std::vector<std::string> flags;     // "#," but fuzzy
  bool fuzzy = false;     // "#, fuzzy": to be looked at again
  bool obsolete = false;  // "#~": the line is gone, its translation is kept
  Place place;            // of msgctxt, or msgid where there is none
  Place text_place;       // of the first quoted piece of msgstr, inside the quotes
};

struct PoFile {
  PoEntry header;  // msgid "": "Language: es\n..."
  std::vector<PoEntry> entries;

  std::string field(const std::string& name) const;  // of the header; "" if it is not there
};

struct ReadPo {
  PoFile file;
  Diagnostics diagnostics;  // AT200; what could be read is in `file`
};

ReadPo read_po(const SourceFile& source);

// One text a line, however long it is; obsolete entries last. read_po() gives the same back.
std::string write_po(const PoFile& file);

}  // namespace attune::dialogs
