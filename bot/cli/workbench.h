// Scripts and intents opened for someone who works on them: from folders, with single files laid over
// the library, so that a script can be tried before it lives there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bot/cli/commands.h"
#include "bot/turn/edition.h"

namespace attune::bot {

struct Workbench {
  Sources sources;
  BuiltEdition built;
  std::vector<std::string> laid_over;  // paths in `sources` of the files given by name
};

// Throws std::runtime_error with what to do if something is not there.
Workbench open_workbench(const Folders& folders, const std::vector<std::string>& files);

// "dialogs/listen/say-back.talk" -> "listen/say-back".
std::string script_name(const std::string& source_path);

// Prints what is wrong and returns false if the edition cannot be used; warnings are not printed.
bool usable(const Workbench& bench);

}  // namespace attune::bot
