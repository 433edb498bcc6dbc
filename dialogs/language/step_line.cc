#include "dialogs/language/step_line.h"

#include <algorithm>

#include "dialogs/language/habits.h"
#include "dialogs/language/speech_reader.h"

namespace attune::dialogs {

std::string_view opening_word(Reading& reading, const Node& node,
                              const std::vector<std::string>& words) {
  const auto speaker = speaker_of(reading, node.head.text);
  if (speaker && speaker->known) return {};
  std::string_view word = node.first_word();
  if (node.head.text[0] == '*') word = node.head.text.substr(0, 1);
  if (node.head.text.substr(0, 2) == "->") word = node.head.text.substr(0, 2);
  for (const std::string& known : words) {
    if (word == known) return known;
  }
  const bool has_colon = word.find(':') != std::string_view::npos;
  std::string near = has_colon && speaker ? "" : nearest(word, words);
  // "and then" is not `add then`.
  if (!fits_form(near, trimmed(node.head.text.substr(word.size())))) near.clear();
  if (near.empty() && speaker) return {};
  // Of a whole paragraph, one line is told.
  const bool follows = near.empty() && reading.unknown_line + 1 == node.head.line;
  if (near.empty()) reading.unknown_line = node.head.line;
  if (!follows) {
    reading.report.add(diagnostics::kUnknownStep, node.head.place_of(word),
                       {std::string(word), near});
  }
  for (const std::string& known : words) {
    if (near == known) return known;
  }
  return {};
}

Words words_after(const Node& node, std::string_view first) {
  std::size_t skip = std::min(first.size(), node.head.text.size());
  if (node.head.text[0] == '*') skip = 1;
  if (node.head.text.substr(0, 2) == "->") skip = 2;
  return Words(node.head.from(trimmed(node.head.text.substr(skip))));
}

void refuse_continuation(Reading& reading, const Node& node) {
  if (node.more.empty() || reading.report.names(node.more.front().line)) return;
  Place place = node.more.front().place();
  place.column = std::max(1, place.column - 3);
  place.length = 2;
  reading.report.add(diagnostics::kStrayContinuation, place);
}

bool take_slot(StepLine& line, std::string& slot, Place* place) {
  const std::string_view word = line.words.peek();
  if (word.empty()) return false;
  if (!is_slot_name(word)) {
    line.reading.report.add(
        diagnostics::kUnreadableName, line.words.next_place(),
        {std::string(word), "slot",
         word == "safety.open" ? "It can be read in a condition, never filled by a script."
                               : "A name is small letters, digits and dashes, without spaces, and "
                                 "begins with a letter.",
         as_name(word)});
    return false;
  }
  if (place) *place = line.words.next_place();
  slot = std::string(line.words.take());
  return true;
}

bool take_script(StepLine& line, std::string& script, Place& place) {
  place = line.words.next_place();
  const std::string_view word = line.words.take();
  script = std::string(word);
  if (is_script_name(word)) return true;
  if (!word.empty()) {
    line.reading.report.add(
        diagnostics::kUnreadableName, place,
        {script, "script", "Write its path without the ending, such as `listen/say-back`.",
         as_script_name(script)});
  }
  return false;
}

std::string as_script_name(std::string_view written) {
  constexpr std::string_view kEnding = ".talk";
  if (written.size() > kEnding.size() && written.substr(written.size() - kEnding.size()) == kEnding)
    written.remove_suffix(kEnding.size());
  std::string name;
  while (!written.empty()) {
    const std::size_t slash = std::min(written.find('/'), written.size());
    const std::string part = as_name(written.substr(0, slash));
    if (!part.empty()) name += (name.empty() ? "" : "/") + part;
    written.remove_prefix(std::min(slash + 1, written.size()));
  }
  return name;
}

bool take_scene(StepLine& line, std::string& scene, Place& place) {
  place = line.words.next_place();
  const std::string_view word = line.words.peek();
  if (!is_name(word)) return false;
  scene = std::string(line.words.take());
  return true;
}

bool take_value(StepLine& line, Set& set) {
  if (line.words.take("{"))
    return take_slot(line, set.from, &set.from_place) && line.words.take("}");
  auto value = line.words.take_literal();
  if (!value) return false;
  set.value = *std::move(value);
  return true;
}

bool take_with(StepLine& line, std::vector<Set>& with) {
  do {
    Set set;
    if (!take_slot(line, set.slot, &set.slot_place) || !line.words.take("=")) return false;
    if (!take_value(line, set)) return false;
    with.push_back(std::move(set));
  } while (line.words.take(","));
  return true;
}

std::optional<Target> take_arrow(StepLine& line) {
  if (!line.words.take("->")) return std::nullopt;
  const auto target = read_target(line.reading, line.words.segment().from(line.words.rest()));
  line.words.take_rest();
  return target;
}

}  // namespace attune::dialogs
