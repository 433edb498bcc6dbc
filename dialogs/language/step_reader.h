// Blocks of steps, and the steps that stand for themselves. Questions are in question_reader, steps
// for two people in together_reader, steps that wait for their issue in later_reader.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/source_tree.h"
#include "dialogs/language/text_reader.h"
#include "dialogs/language/words.h"

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

// The word that says what a line is; one that is misspelt is reported and taken as the nearest.
// Empty: reported, or a speaker's line.
std::string_view opening_word(Reading& reading, const Node& node,
                              const std::vector<std::string>& words);

// Words after the first one.
Words words_after(const Node& node, std::string_view first);

// A line that says something; reports a speaker that nobody knows, and a missing text.
Say read_say(Reading& reading, const Node& node, const Speaker& speaker);
Vary read_vary(Reading& reading, const Node& node);

void read_block(Reading& reading, std::span<const Node> nodes, Block& block);
// The lines below `node`; reports if there are none.
Block read_block_below(Reading& reading, const Node& node, const std::string& what);

void refuse_continuation(Reading& reading, const Node& node);

// For readers of steps: what they take, or false. If nothing was reported, the form is.
struct StepLine {
  Reading& reading;
  const Node& node;
  Words words;
};
bool take_slot(StepLine& line, std::string& slot, Place* place = nullptr);
bool take_script(StepLine& line, std::string& script, Place& place);
bool take_scene(StepLine& line, std::string& scene, Place& place);
// `with slot = value, slot = value`
bool take_with(StepLine& line, std::vector<Set>& with);
// "-> scene", to the end of the line
std::optional<Target> take_arrow(StepLine& line);

}  // namespace attune::dialogs
