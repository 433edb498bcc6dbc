// What people write who come from elsewhere: a word processor's bullets and arrows, `goto`, `else`,
// `#` for a comment, a text wrapped to the next line.
//
// mend_habits() looks at the tree before it is read. Each such line is told once, with the line as
// it is written here, and is then read as if it had been written so: nothing below it is lost, and
// nothing else is said that only follows from it. A line that already reads is never touched.
//
// mend_line() is the table of habits, one line at a time, pure. Both are bounded by the file.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

// What has to be known of the rest of the file to judge a line.
struct Surrounding {
  std::vector<std::string> speakers;  // Bot, and the names in `cast:`
  std::set<std::string> scenes;       // names after `==`, as they should be written
  std::set<std::string> wanted;       // names after `->` that are no scene
  std::string parent;                 // the first word of the line that this one belongs to, or ""
  bool in_scenes = false;             // a `==` stands above
};

struct Mended {
  std::string found;     // "goto"
  std::string right;     // "->"
  std::string line;      // the whole line, mended
  bool comment = false;  // it was meant for nobody
};

std::optional<Mended> mend_line(std::string_view line, const Surrounding& around);

// A whole sentence among the steps, where nobody is named who says it: "You can stop at any time."
// To be asked only of a line that is not the rest of a text above it.
std::optional<Mended> mend_unsaid(std::string_view line, const Surrounding& around);

// "… -> close" at the end of what somebody says, where `close` is a scene or an end: the text
// without it, and the step that was meant.
struct SpokenArrow {
  std::string_view arrow;
  std::string text;
  std::string step;
};
std::optional<SpokenArrow> spoken_arrow(std::string_view line, const Surrounding& around);

// No word of the language stands at its beginning, nor one with a slip in it.
bool begins_no_step(std::string_view line);

// "At the Table" -> "at-the-table"; "" if nothing is left.
std::string as_name(std::string_view written);

// May a line that begins with this step word go on like this? `rest` is what stands behind it.
bool fits_form(std::string_view word, std::string_view rest);

void mend_habits(Reading& reading, std::vector<Node>& nodes);

}  // namespace attune::dialogs
