// A file's lines as a tree by indentation: the first of two steps from text to script. What a line
// means is not looked at here, only where it stands.
//
// Views point into the SourceFile, which must outlive the tree. Blank lines and comments are gone;
// `..` lines are joined to the line they carry on; `///` lines have become that line's note.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/reading.h"

namespace attune::dialogs {

// Bytes of one physical line, and where they begin.
struct Segment {
  std::string_view text;
  int line = 0;
  int column = 1;

  Place place() const { return {line, column, static_cast<int>(text.size())}; }
  // `part` must lie within `text`.
  Place place_of(std::string_view part) const {
    return {line, column + static_cast<int>(part.data() - text.data()),
            static_cast<int>(part.size())};
  }
  Segment from(std::string_view part) const { return {part, line, place_of(part).column}; }
};

struct Node {
  Segment head;               // without indentation and without blanks at the end
  std::vector<Segment> more;  // the text of each `..` line below it
  std::string note;
  bool misplaced = false;  // its indentation was already reported: no second complaint about it
  std::vector<Node> children;

  std::string_view first_word() const;
};

constexpr std::size_t kLongestFile = 1'000'000;
constexpr int kDeepestLevel = 16;

// Never deeper than kDeepestLevel. A file that is too long or too deep gives one diagnostic and no
// lines.
std::vector<Node> read_tree(const SourceFile& file, Report& report);

// What a word processor writes that is no plain text, told by its first bytes ("an RTF document"); ""
// for all others.
std::string foreign_format(std::string_view text);

std::string_view trimmed(std::string_view text);  // without blanks at both ends

}  // namespace attune::dialogs
