#include "dialogs/language/step_reader.h"

#include <algorithm>

#include "dialogs/language/condition_reader.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/later_reader.h"
#include "dialogs/language/question_reader.h"
#include "dialogs/language/together_reader.h"

namespace attune::dialogs {
namespace {

bool read_set(StepLine& line, Step& step) {
  Set set;
  if (!take_slot(line, set.slot, &set.slot_place) || !line.words.take("=")) return false;
  const Segment rest = line.node.head.from(line.words.rest());
  if (rest.text.empty()) return false;
  auto value = line.words.take_literal();
  if (!value || !line.words.at_end()) {
    line.reading.report.add(diagnostics::kUnreadableValue, rest.place(), {std::string(rest.text)});
    return false;
  }
  set.value = *std::move(value);
  step.what = std::move(set);
  return true;
}

bool read_add(StepLine& line, Step& step) {
  Add add;
  const auto amount = line.words.take_number();
  if (!amount || !line.words.take("to")) return false;
  add.amount = *amount;
  if (!take_slot(line, add.slot, &add.slot_place)) return false;
  step.what = std::move(add);
  return true;
}

bool read_forget(StepLine& line, Step& step) {
  if (line.words.take("reminder")) {
    step.what = ForgetReminder{};
    return true;
  }
  Forget forget;
  if (line.words.take("everything")) {
    forget.everything = true;
  } else {
    do {
      std::string slot;
      Place place;
      if (!take_slot(line, slot, &place)) return false;
      forget.slots.emplace_back(std::move(slot), place);
    } while (line.words.take(","));
  }
  step.what = std::move(forget);
  return true;
}

bool read_call(StepLine& line, Step& step) {
  Call call;
  if (!take_script(line, call.script, call.script_place)) return false;
  if (line.words.take("with") && !take_with(line, call.with)) return false;
  if (line.words.take("save") && !take_slot(line, call.save, &call.save_place)) return false;
  step.what = std::move(call);
  return true;
}

bool read_switch(StepLine& line, Step& step) {
  SwitchTo to;
  if (!line.words.take("to") || !take_script(line, to.script, to.script_place)) return false;
  step.what = std::move(to);
  return true;
}

bool read_rewind(StepLine& line, Step& step) {
  Rewind rewind;
  if (!line.words.take("to") || !take_scene(line, rewind.scene, rewind.scene_place)) return false;
  step.what = std::move(rewind);
  return true;
}

bool read_go(StepLine& line, Step& step) {
  const auto target = read_target(line.reading, line.node.head.from(line.words.rest()));
  if (!target) return false;
  line.words.take_rest();
  step.what = Go{*target};
  return true;
}

bool read_end(StepLine& line, Step& step) {
  Go go;
  go.target.place = line.node.head.place();
  if (line.words.at_end() || line.words.take("completed")) go.target.end = Outcome::kCompleted;
  if (line.words.take("paused")) go.target.end = Outcome::kPaused;
  if (line.words.take("stopped")) go.target.end = Outcome::kStopped;
  if (!go.target.end) return false;
  step.what = std::move(go);
  return true;
}

bool read_if(StepLine& line, Step& step) {
  auto condition = read_whole_condition(line.reading, line.words);
  If branches;
  branches.arms.push_back({condition ? *std::move(condition) : Condition{},
                           read_block_below(line.reading, line.node, "if")});
  step.what = std::move(branches);
  return condition.has_value();
}

bool read_vary_step(StepLine& line, Step& step) {
  step.what = read_vary(line.reading, line.node);
  return true;
}

struct Form {
  std::string_view word;
  const char* form;
  bool (*read)(StepLine&, Step&);
  bool block;  // lines may stand below it
};

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"ask", "ask SLOT", read_ask, true},
      {"choose", "choose` or `choose SLOT", read_choose, true},
      {"rate", "rate SLOT: low words .. high words", read_rate, true},
      {"consent", "consent heavy", read_consent, true},
      {"if", "if CONDITION", read_if, true},
      {"vary", "vary", read_vary_step, true},
      {"set", "set SLOT = VALUE", read_set, false},
      {"add", "add NUMBER to SLOT", read_add, false},
      {"forget", "forget SLOT, SLOT", read_forget, false},
      {"call", "call SCRIPT with SLOT = VALUE save SLOT", read_call, false},
      {"switch", "switch to SCRIPT", read_switch, false},
      {"rewind", "rewind to SCENE", read_rewind, false},
      {"->", "-> SCENE", read_go, false},
      {"end", "end completed`, `end paused` or `end stopped", read_end, false},
      {"wait", "wait 20 minutes` or `wait until 20:00", read_wait, false},
      {"remind", "remind in 7 days: call SCRIPT", read_remind, false},
      {"each", "each` or `each within 24 hours otherwise -> SCENE", read_each, true},
      {"reveal", "reveal SLOT from A to B` or `reveal SLOT both ways", read_reveal, true},
      {"relay", "relay SLOT from WHO to WHO", read_relay, false},
      {"floor", "floor A`, `floor B` or `floor swap", read_floor, false},
      {"chart", "chart SLOT", read_chart, false},
      {"hand", "hand off \"reason\" urgent", read_hand_off, true},
      {"do", "do ACTION with SLOT = VALUE save SLOT", read_do, true},
  };
  return all;
}

// Words that stand only inside something, and where.
struct Part {
  std::string_view word;
  const char* where;
};
constexpr Part kParts[] = {
    {"otherwise", "right below an `if` or under `ask`"},
    {"when", "under `ask` or `remarks`"},
    {"on", "under `ask` (`on answer`) or in always.talk"},
    {"again", "as the last line of a `when` or `otherwise` branch"},
    {"use", "under `ask`"},
    {"nudge", "directly under a question"},
    {"timeout", "directly under a question"},
    {"skip", "directly under a question"},
    {"also:", "directly under a choice, before its steps"},
    {"only", "directly under a choice, before its steps"},
    {"means", "directly under a choice, before its steps"},
    {"declined", "under `consent` or `reveal`"},
    {"part", "under `each`"},
    {"asks:", "under `reveal`"},
    {"shows:", "under `reveal`"},
    {"resumed", "under `hand off`"},
    {"failed", "under `do`"},
    {"*", "under `choose`"},
};

const std::vector<std::string>& step_words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> words;
    for (const Form& form : forms()) words.emplace_back(form.word);
    for (const Part& part : kParts) words.emplace_back(part.word);
    return words;
  }();
  return all;
}

void read_otherwise(Reading& reading, const Node& node, Words words, Block& block) {
  If* branches = block.empty() ? nullptr : std::get_if<If>(&block.back().what);
  const bool with_condition = words.take("if");
  auto condition = with_condition ? read_whole_condition(reading, words) : std::nullopt;
  if (!with_condition && !words.at_end()) {
    reading.report.add(diagnostics::kMalformedStep, words.next_place(),
                       {"otherwise` or `otherwise if CONDITION"});
  }
  const char* word = with_condition ? "otherwise if" : "otherwise";
  Block below = read_block_below(reading, node, word);
  if (!branches || branches->otherwise) {
    if (!node.misplaced) {
      reading.report.add(diagnostics::kStrayOtherwise, node.head.place_of(node.first_word()),
                         {word});
    }
  } else if (with_condition) {
    branches->arms.push_back({condition ? *std::move(condition) : Condition{}, std::move(below)});
  } else {
    branches->otherwise = std::move(below);
  }
}

void read_part(Reading& reading, const Node& node, std::string_view word) {
  if (node.misplaced) return;
  if (word == "*") {
    reading.report.add(diagnostics::kStrayChoice, node.head.place_of(node.head.text.substr(0, 1)));
    return;
  }
  for (const Part& part : kParts) {
    if (part.word == word) {
      reading.report.add(diagnostics::kStrayPart, node.head.place_of(node.first_word()),
                         {std::string(word), part.where});
    }
  }
}

void read_form(Reading& reading, const Node& node, const Form& form, Block& block) {
  refuse_continuation(reading, node);
  Step step;
  step.place = node.head.place();
  StepLine line{reading, node, words_after(node, node.first_word())};
  const std::size_t before = reading.report.size();
  const bool fits = form.read(line, step);
  if (!fits || !line.words.at_end()) {
    if (reading.report.size() == before) {
      reading.report.add(diagnostics::kMalformedStep, line.words.next_place(), {form.form});
    }
    if (!fits && form.word != "if") return;
  }
  block.push_back(std::move(step));
}

// Lines below a step that takes none are read as though they stood beside it, to find their
// mistakes.
void read_unexpected(Reading& reading, const Node& node, const std::string& what, Block& block) {
  refuse_children(reading, node, what);
  read_block(reading, node.children, block);
}

void read_step(Reading& reading, const Node& node, Block& block) {
  const auto speaker = speaker_of(reading, node.head.text);
  const std::string_view word = opening_word(reading, node, step_words());
  if (word.empty()) {
    if (speaker) {
      Step step;
      step.place = node.head.place();
      step.what = read_say(reading, node, *speaker);
      block.push_back(std::move(step));
      read_unexpected(reading, node, std::string(speaker->written) + ":", block);
    }
    return;
  }
  if (word == "otherwise") {
    refuse_continuation(reading, node);
    read_otherwise(reading, node, words_after(node, node.first_word()), block);
    return;
  }
  for (const Form& form : forms()) {
    if (form.word != word) continue;
    read_form(reading, node, form, block);
    if (!form.block) read_unexpected(reading, node, std::string(word), block);
    return;
  }
  read_part(reading, node, word);
}

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

std::string_view opening_word(Reading& reading, const Node& node,
                              const std::vector<std::string>& words) {
  const auto speaker = speaker_of(reading, node.head.text);
  if (speaker && speaker->known) return {};
  std::string_view word = node.first_word();
  if (node.head.text[0] == '*') word = node.head.text.substr(0, 1);
  if (node.head.text.substr(0, 2) == "->") word = node.head.text.substr(0, 2);
  for (const std::string& known : words) {
    if (word == known || word == known + ":") return known;
  }
  const bool has_colon = word.find(':') != std::string_view::npos;
  const std::string near = has_colon && speaker ? "" : nearest(word, words);
  if (near.empty() && speaker) return {};
  reading.report.add(diagnostics::kUnknownStep, node.head.place_of(word),
                     {std::string(word), near});
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

Say read_say(Reading& reading, const Node& node, const Speaker& speaker) {
  Say say;
  const Place who = node.head.place_of(speaker.written);
  if (!speaker.known) {
    reading.report.add(diagnostics::kUnknownSpeaker, who,
                       {speaker.name, nearest(speaker.name, speakers(reading))});
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
                       {"vary", "lines such as `Bot: text`"});
  }
  for (const Node& child : node.children) vary.lines.push_back(read_vary_line(reading, child));
  return vary;
}

void read_block(Reading& reading, std::span<const Node> nodes, Block& block) {
  for (const Node& node : nodes) read_step(reading, node, block);
}

Block read_block_below(Reading& reading, const Node& node, const std::string& what) {
  Block block;
  if (node.children.empty()) {
    reading.report.add(diagnostics::kMissingBlock, node.head.place_of(node.first_word()),
                       {what, "what happens then"});
  }
  read_block(reading, node.children, block);
  return block;
}

void refuse_continuation(Reading& reading, const Node& node) {
  if (node.more.empty()) return;
  Place place = node.more.front().place();
  place.column -= 3;
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
                               : "Names are small letters, digits and dashes, and begin with a "
                                 "letter."});
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
        {script, "script", "Write its path without the ending, such as `listen/say-back`."});
  }
  return false;
}

bool take_scene(StepLine& line, std::string& scene, Place& place) {
  place = line.words.next_place();
  const std::string_view word = line.words.peek();
  if (!is_name(word)) return false;
  scene = std::string(line.words.take());
  return true;
}

bool take_with(StepLine& line, std::vector<Set>& with) {
  do {
    Set set;
    if (!take_slot(line, set.slot, &set.slot_place) || !line.words.take("=")) return false;
    auto value = line.words.take_literal();
    if (!value) return false;
    set.value = *std::move(value);
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
