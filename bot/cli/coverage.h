// What plays reach of the scripts, line by line, and the lines that none does, shown where they stand.
//
// A line counts when a play had it said or shown. A choice that was shown and that no play ever chose
// is told apart: its label was read, but where it leads was not tried. Steps without words of their
// own are not counted. One thread.
#pragma once

#include <iosfwd>
#include <map>
#include <set>
#include <string>

#include "bot/cli/workbench.h"
#include "dialogs/play/play.h"

namespace attune::bot {

struct Coverage {
  std::map<std::string, int> said;  // "script#id" -> how often
  std::set<std::string> chosen;     // "script#id" of choices

  void add(const dialogs::PlayResult& result);
};

// The share of each of these scripts, or of all if `only` is empty, and of all together. With
// `untested` then the lines that no play reaches, in their source with the lines around them.
void print(std::ostream& out, const Coverage& coverage, const Workbench& bench,
           const std::set<std::string>& only, bool untested);

}  // namespace attune::bot
