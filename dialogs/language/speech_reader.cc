#include "dialogs/language/speech_reader.h"

#include <algorithm>

#include "dialogs/language/condition_reader.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/step_line.h"

namespace attune::dialogs {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::vector<std::string> speakers(const Reading& reading) {
  std::vector<std::string> all = reading.script.header.cast;
  all.emplace_back("Bot");
  return all;
}

bool is_one_of(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_who(std::string_view word) {
  return word == "A" || word == "B" || word == "floor" || word == "other";
}

// What the person says is nobody's to write.
std::string person(const std::string& name) {
  for (const char* word : {"You", "User", "Person", "Client", "Me", "I", "Human", "Answer"}) {
    if (name == word)
      return "What the person says is not written in a script: ask with `ask`, or give choices "
             "with `choose`. ";
  }
  return "";
}

VaryLine read_vary_line(Reading& reading, const Node& node) {
  VaryLine line;
  std::string_view text = node.head.text;
  if (node.first_word() == "if") {
    Words words = words_after(node, "if");
    line.only_if = read_condition(reading, words);
    if (!line.only_if) return line;
    if (!words.take(":")) {
      reading.report.add(diagnostics::kMalformedStep, words.next_place(),
                         {"if CONDITION: Bot: text"});
      return line;
    }
    text = words.rest();
  }
  const auto speaker = speaker_of(reading, text);
  if (speaker) {
    line.line = read_say(reading, node, *speaker).line;
  } else {
    reading.report.add(diagnostics::kMisplacedPart, node.head.place_of(text),
                       {std::string(text.substr(0, text.find(' '))), "vary",
                        "Under `vary` stand only lines that say something, such as `Bot: text` or "
                        "`if CONDITION: Bot: text`."});
  }
  refuse_children(reading, node, "a line of `vary`");
  return line;
}

}  // namespace

std::optional<Speaker> speaker_of(const Reading& reading, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 60) return std::nullopt;
  Speaker speaker;
  speaker.written = trimmed(line.substr(0, colon));
  speaker.text = trimmed(line.substr(colon + 1));
  speaker.name = std::string(speaker.written);
  const std::vector<std::string> all = speakers(reading);
  speaker.known = is_one_of(speaker.name, all);
  if (speaker.known) return speaker;
  const std::size_t to = speaker.written.find(" to ");
  if (to != std::string_view::npos) {
    speaker.name = std::string(trimmed(speaker.written.substr(0, to)));
    speaker.to = std::string(trimmed(speaker.written.substr(to + 4)));
    speaker.known = is_one_of(speaker.name, all);
    if (speaker.known) return speaker;
  }
  const bool few_words = std::count(speaker.name.begin(), speaker.name.end(), ' ') <= 2;
  if (!few_words || (!is_upper(speaker.name[0]) && nearest(speaker.name, all).empty())) {
    return std::nullopt;
  }
  return speaker;
}

Say read_say(Reading& reading, const Node& node, const Speaker& speaker) {
  Say say;
  const Place who = node.head.place_of(speaker.written);
  if (!speaker.known) {
    reading.report.add(
        diagnostics::kUnknownSpeaker, who,
        {speaker.name, nearest(speaker.name, speakers(reading)), person(speaker.name)});
  } else if (!speaker.to.empty() && !is_who(speaker.to)) {
    reading.report.add(
        diagnostics::kMalformedStep, who,
        {speaker.name + " to A: text", "After `to` stands `A`, `B`, `floor` or `other`."});
  }
  say.line = read_line(reading, node, speaker.text);
  say.line.speaker = speaker.name;
  say.line.to = speaker.to;
  if (say.line.text.parts.empty()) {
    reading.report.add(diagnostics::kMissingText, who, {std::string(speaker.written) + ":"});
  }
  return say;
}

Vary read_vary(Reading& reading, const Node& node) {
  Vary vary;
  if (node.children.empty()) {
    reading.report.add(diagnostics::kMissingBlock, node.head.place(),
                       {"vary", "lines such as `Bot: text`", kFurtherIn});
  }
  for (const Node& child : node.children) vary.lines.push_back(read_vary_line(reading, child));
  return vary;
}

}  // namespace attune::dialogs
