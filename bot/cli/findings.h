// What the check found, for programs: a list of objects, or a SARIF 2.1.0 log, which editors and code
// reviews read. For people it is rendered by bot/cli/workbench.h.
//
// A column counts from 1 in UTF-16 units, as editors do and as SARIF's `columnKind` says; the text
// form counts bytes. Lines count from 1. Pure; never throws on what authors write.
#pragma once

#include <string>

#include "bot/turn/edition.h"

namespace attune::bot {

// `texts`: the sources by the path that a diagnostic bears, to count columns in. `page`: the address of
// DIAGNOSTICS.md, whose anchors the links name; "": no links.
std::string findings_as_json(const dialogs::Diagnostics& found, const Sources& texts, const std::string& page);
std::string findings_as_sarif(const dialogs::Diagnostics& found, const Sources& texts, const std::string& page);

// file:// address of the DIAGNOSTICS.md that came with the library in `dialogs_folder`, or "".
std::string diagnostics_page(const std::string& dialogs_folder);

}  // namespace attune::bot
