// Text -> Script. Never throws, never stops at the first mistake, bounded in time and memory on any
// bytes (a file over 1 MB, or over 16 levels deep, is one diagnostic).
#pragma once

#include "dialogs/language/diagnostic.h"
#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Parsed {
  Script script;            // whole if there are no errors; else what could be understood
  Diagnostics diagnostics;  // in order of line
};

// What the file is follows from its path: "always.talk", "memory.talk", "remarks.talk", else a script.
Parsed parse(const SourceFile& file);

// The file with an id on every line a person can read; nothing else is touched. Idempotent, never
// renumbers. A file with errors comes back unchanged.
std::string give_ids(const SourceFile& file);

}  // namespace attune::dialogs
