#include "dialogs/language/choice_reader.h"

#include <algorithm>
#include <span>

#include "dialogs/language/condition_reader.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/step_reader.h"

namespace attune::dialogs {
namespace {

void read_also(Reading& reading, const Node& node, Choice& choice) {
  const std::size_t before = choice.also.size();
  for (const Segment& segment : segments_of(node, node.head.text.substr(5))) {
    std::string_view left = segment.text;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find_first_of("|,"), left.size());
      const std::string_view words = trimmed(left.substr(0, end));
      if (!words.empty()) choice.also.emplace_back(std::string(words), segment.place_of(words));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  if (choice.also.size() == before) {
    reading.report.add(diagnostics::kMissingText, node.head.place(), {"also:"});
  }
}

void read_only_if(Reading& reading, const Node& node, Choice& choice) {
  Words words = words_after(node, "only");
  if (words.take("if")) {
    choice.only_if = read_whole_condition(reading, words);
  } else {
    reading.report.add(diagnostics::kMalformedStep, words.next_place(), {"only if CONDITION"});
  }
}

void read_means(Reading& reading, const Node& node, Choice& choice) {
  Words words = words_after(node, "means");
  choice.means = words.take_literal();
  if (choice.means && words.at_end()) return;
  reading.report.add(diagnostics::kUnreadableValue, words.segment().place(),
                     {std::string(words.segment().text)});
}

// False if `node` is none of the three.
bool read_part(Reading& reading, const Node& node, Choice& choice) {
  const std::string_view word = node.first_word();
  if (word == "also:") {
    read_also(reading, node, choice);
  } else if (word == "only") {
    read_only_if(reading, node, choice);
  } else if (word == "means") {
    read_means(reading, node, choice);
  } else {
    return false;
  }
  if (word != "also:") refuse_continuation(reading, node);
  refuse_children(reading, node, std::string(word));
  return true;
}

}  // namespace

Choice read_choice(Reading& reading, const Node& node) {
  ChoiceLine line = read_choice_line(reading, node, node.head.text.substr(1));
  Choice choice;
  choice.not_now = line.not_now;
  if (line.target) {
    choice.target = read_target(reading, *line.target);
    if (!choice.target) choice.target = Target{"", Outcome::kStopped, line.target->place()};
  }
  if (line.label.text.parts.empty()) {
    reading.report.add(diagnostics::kMissingText, node.head.place(), {"*"});
  }
  choice.label = std::move(line.label);
  std::span<const Node> below = node.children;
  while (!below.empty() && read_part(reading, below.front(), choice)) below = below.subspan(1);
  read_block(reading, below, choice.block);
  if (line.target && !choice.block.empty()) {
    reading.report.add(diagnostics::kTargetAndSteps, choice.block.front().place,
                       {std::string(line.target->text)});
  }
  return choice;
}

}  // namespace attune::dialogs
