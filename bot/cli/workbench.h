// Scripts and intents opened for someone who works on them: from folders, with files of theirs laid
// over the library, so that a script can be tried before it lives there.
//
// A file that lies in the library keeps its place in it. One from elsewhere is called as the play
// beside it starts it; else by its path below the folder that was handed in; else `try/NAME`. People
// are only ever shown the path that they typed.
#pragma once

#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bot/cli/commands.h"
#include "bot/turn/edition.h"
#include "bot/turn/verdicts.h"

namespace attune::bot {

struct Workbench {
  Sources sources;
  BuiltEdition built;
  Sources plays;                             // of the files given; path as it is shown -> text
  std::vector<std::string> laid_over;        // paths in `sources` of the files given
  std::map<std::string, std::string> shown;  // path in `sources` -> path that people know
};

// `what`: scripts, intents, plays (each with the script beside it), folders of them. Throws
// std::runtime_error with what to do if something is not there or is none of ours.
// With `verdicts`, what was proved before is not proved again, and has no warnings.
Workbench open_workbench(const Folders& folders, const std::vector<std::string>& what, Verdicts* verdicts = nullptr);

// A folder that holds a whole library: it has an always.talk.
bool is_library(const std::string& folder);

// "dialogs/listen/say-back.talk" -> "listen/say-back".
std::string script_name(const std::string& source_path);

// Gives every diagnostic the path that people know; returns the text of each such path.
Sources as_shown(dialogs::Diagnostics& diagnostics, const Workbench& bench);

// With places that people can open, the lines, the carets, and a last line that counts.
void print(std::ostream& out, dialogs::Diagnostics diagnostics, const Workbench& bench);

// Prints what is wrong and returns false if the edition cannot be used; warnings are not printed.
bool usable(const Workbench& bench);

}  // namespace attune::bot
