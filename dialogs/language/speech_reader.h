// Lines that say something: who speaks, and what.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialogs/language/source_tree.h"
#include "dialogs/language/text_reader.h"

namespace attune::dialogs {

// Who speaks at the beginning of a line, if anybody does.
struct Speaker {
  std::string name;
  std::string to;
  bool known = false;        // Bot or one of the cast
  std::string_view text;     // what is said
  std::string_view written;  // "Bot to A"
};
std::optional<Speaker> speaker_of(const Reading& reading, std::string_view line);

// Reports a speaker whom nobody knows, and a missing text.
Say read_say(Reading& reading, const Node& node, const Speaker& speaker);
Vary read_vary(Reading& reading, const Node& node);

}  // namespace attune::dialogs
