// The line of a step, read word by word after its first: what the readers of steps share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/source_tree.h"
#include "dialogs/language/text_reader.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {

// The word that says what a line is; one that is misspelt is reported and taken as the nearest.
// Empty: reported, or a speaker's line.
std::string_view opening_word(Reading& reading, const Node& node,
                              const std::vector<std::string>& words);

Words words_after(const Node& node, std::string_view first);

// For a line that has no text: `..` lines below it.
void refuse_continuation(Reading& reading, const Node& node);

// A reader of a step returns false if the line does not read; if it reported nothing itself, the
// step's form is reported where `words` stopped.
struct StepLine {
  Reading& reading;
  const Node& node;
  Words words;
};
bool take_slot(StepLine& line, std::string& slot, Place* place = nullptr);
bool take_script(StepLine& line, std::string& script, Place& place);
bool take_scene(StepLine& line, std::string& scene, Place& place);
bool take_value(StepLine& line, Set& set);               // "VALUE", "{slot}"
bool take_with(StepLine& line, std::vector<Set>& with);  // "slot = value, slot = value"
std::optional<Target> take_arrow(StepLine& line);        // "-> scene", to the end of the line

// "Listen/Say Back.talk" -> "listen/say-back"; "" if nothing is left.
std::string as_script_name(std::string_view written);

}  // namespace attune::dialogs
