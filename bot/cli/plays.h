// The plays that somebody names on the command line, with the scripts they are for.
//
// A name is a .play file anywhere (with the .talk beside it), a .talk file with a play beside it, a
// folder, or part of a play's name in the library. One thread.
#pragma once

#include <string>
#include <vector>

#include "bot/cli/workbench.h"
#include "dialogs/play/play.h"

namespace attune::bot {

struct Plays {
  Workbench bench;
  Sources texts;           // path that people can open -> text
  bool only_named = false;  // files of somebody's own were named, not the library
};

// None: all of the library. Throws std::runtime_error with what to do if there is none of that name.
Plays open_plays(const Folders& folders, const std::vector<std::string>& what);

// Hears as the workbench's edition does, which must outlive it.
dialogs::Ear ear_of(const Edition& edition);

// Tells what is wrong in plays before they are run; false if they cannot be. `learning`: lines and
// speakers that nobody has are what there is to learn.
bool readable(const dialogs::ParsedPlays& parsed, const dialogs::Library& library,
              const std::string& text, bool learning = false);

}  // namespace attune::bot
