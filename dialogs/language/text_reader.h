// What people read: texts with holes, and the id at their very end.
//
// Only `{slot}`, `{{` and a final ` #id` mean anything in a text; in a choice also `(not now)` and
// the last ` -> `. Everything else is kept as typed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

// A text spread over its line and the `..` lines below it.
using Segments = std::vector<Segment>;

// `first` and what carries it on.
Segments segments_of(const Node& node, std::string_view first);

// Takes ` #back07` off the end; returns the id without its '#', or nothing.
std::optional<std::string_view> take_id(std::string_view& text);
bool is_id(std::string_view word);  // 2-12 letters, 2-4 digits

// Reads holes only; reports braces that write no slot.
Text read_text(Reading& reading, const Segments& segments);

// A line with its id. `line.place` is the text on its first line, so that its end is where an id
// goes.
Line read_line(Reading& reading, const Node& node, std::string_view first);

// What follows `* `: label, id, mark and target, in any order after the label.
struct ChoiceLine {
  Line label;
  bool not_now = false;
  std::optional<Segment> target;  // what stood after the last ` -> `
};
ChoiceLine read_choice_line(Reading& reading, const Node& node, std::string_view first);

// "scene", "end", "end paused"; reports what is none of them.
std::optional<Target> read_target(Reading& reading, Segment segment);

}  // namespace attune::dialogs
