#include "dialogs/language/step_reader.h"

#include "dialogs/language/condition_reader.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/keywords.h"
#include "dialogs/language/later_reader.h"
#include "dialogs/language/plain_reader.h"
#include "dialogs/language/question_reader.h"
#include "dialogs/language/together_reader.h"

namespace attune::dialogs {
namespace {

bool read_if(StepLine& line, Step& step) {
  Condition condition = read_last_condition(line.reading, line.words);
  line.words.take_rest();
  If branches;
  branches.arms.push_back({std::move(condition), read_block_below(line.reading, line.node, "if")});
  step.what = std::move(branches);
  return true;
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
    {"timeout", "directly under a question or a `hand off`"},
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
  Condition condition = with_condition ? read_last_condition(reading, words) : Condition{};
  if (!with_condition && !words.at_end()) {
    reading.report.add(diagnostics::kMalformedStep, words.next_place(),
                       {"otherwise` or `otherwise if CONDITION"});
  }
  const char* word = with_condition ? "otherwise if" : "otherwise";
  Block below = read_block_below(reading, node, word);
  if (!branches || branches->otherwise) {
    const bool follows = reading.stray != nullptr && reading.stray + 1 == &node &&
                         reading.stray->first_word() == "when";
    if (!node.misplaced && !follows) {
      reading.report.add(diagnostics::kStrayOtherwise, node.head.place_of(node.first_word()),
                         {word});
    }
  } else if (with_condition) {
    branches->arms.push_back({std::move(condition), std::move(below)});
  } else {
    branches->otherwise = std::move(below);
  }
}

// Of several in a row only the first is told: what they belong to was forgotten once.
void read_part(Reading& reading, const Node& node, std::string_view word) {
  const bool choice = node.head.text[0] == '*';
  const bool follows = reading.stray != nullptr && reading.stray + 1 == &node && word != "again" &&
                       choice == (reading.stray->head.text[0] == '*');
  reading.stray = &node;
  if (node.misplaced || follows) return;
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

// A step that did not read, as far as others hang on it: what was to leave still leaves, and what
// was to ask still asks. False if nothing would be missed.
bool stand_in(std::string_view word, Step& step) {
  if (word == "->" || word == "switch" || word == "rewind" || word == "end") {
    Go go;
    go.target.place = step.place;
    go.target.end = Outcome::kStopped;
    step.what = std::move(go);
    return true;
  }
  return word == "ask" || word == "choose" || word == "rate";
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
    if (!fits && !stand_in(form.word, step)) return;
  }
  block.push_back(std::move(step));
}

// Lines below a step that takes none are read as though they stood beside it, to find their
// mistakes.
void read_unexpected(Reading& reading, const Node& node, const std::string& what, Block& block) {
  refuse_children(reading, node, what);
  for (const Node& child : node.children) {
    // Neither a step nor said by anybody: that it stands too far in is all that is to be told.
    if (!node.children.front().misplaced) reading.unknown_line = child.head.line - 1;
    read_block(reading, std::span<const Node>(&child, 1), block);
  }
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

}  // namespace

void read_block(Reading& reading, std::span<const Node> nodes, Block& block) {
  for (const Node& node : nodes) read_step(reading, node, block);
}

Block read_block_below(Reading& reading, const Node& node, const std::string& what) {
  Block block;
  if (node.children.empty() && !reading.report.ends_at(node.head.line)) {
    reading.report.add(diagnostics::kMissingBlock, node.head.place_of(node.first_word()),
                       {what, "what happens then", kFurtherIn});
  }
  read_block(reading, node.children, block);
  return block;
}

std::vector<std::string> line_words() { return step_words(); }

}  // namespace attune::dialogs
