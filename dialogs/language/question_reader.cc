#include "dialogs/language/question_reader.h"

#include <algorithm>

#include "dialogs/language/choice_reader.h"
#include "dialogs/language/condition_reader.h"
#include "dialogs/language/header_reader.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kMostNudges = 3;

struct Kind {
  const char* word;
  bool branches;  // use, on answer, when, otherwise
  bool choices;
  bool declined;
  bool skips;
};
constexpr Kind kAsk{"ask", true, false, false, true};
constexpr Kind kChoose{"choose", false, true, false, true};
constexpr Kind kRate{"rate", false, false, false, true};
constexpr Kind kConsent{"consent", false, false, true, false};

// The parts in the order in which they stand. kAnywhere has no order.
enum Stage { kPrompt, kUse, kOnAnswer, kWhen, kChoice = kWhen, kOtherwise, kAnywhere };

constexpr const char* kOrder =
    "The order is: what is said, `use`, `on answer`, `when`, `otherwise`; `nudge`, `timeout` and "
    "`skip` may stand anywhere.";

// "again at most N" as the last of `nodes`; leaves the others.
std::span<const Node> take_again(Reading& reading, std::span<const Node> nodes,
                                 std::optional<int>& again) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.first_word() != "again") continue;
    if (i + 1 < nodes.size()) {
      reading.report.add(diagnostics::kAgainNotLast, node.head.place());
      continue;
    }
    Words words = words_after(node, "again");
    const bool form = words.take_all("at most");
    const auto times = words.take_number();
    if (!form || !times || *times < 1 || *times > 6 || !words.at_end()) {
      reading.report.add(diagnostics::kMalformedStep, node.head.place(),
                         {"again at most N", "N is a number from 1 to 6."});
    } else {
      again = static_cast<int>(*times);
    }
    refuse_children(reading, node, "again at most");
    return nodes.first(i);
  }
  return nodes;
}

Block read_branch(Reading& reading, const Node& node, const std::string& what,
                  std::optional<int>& again) {
  Block block;
  if (node.children.empty() && !reading.report.ends_at(node.head.line)) {
    reading.report.add(diagnostics::kMissingBlock, node.head.place_of(node.first_word()),
                       {what, "what happens then", kFurtherIn});
  }
  for (const Node& left : take_again(reading, node.children, again)) {
    if (left.first_word() == "again") continue;  // reported: not the last
    read_block(reading, std::span<const Node>(&left, 1), block);
  }
  return block;
}

class QuestionReader {
 public:
  QuestionReader(Reading& reading, const Kind& kind, Question& question)
      : reading_(reading), kind_(kind), question_(question) {}

  std::vector<Choice>* choices = nullptr;
  std::optional<Target>* declined = nullptr;

  void read(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) read_part(node);
  }

 private:
  void read_part(const Node& node) {
    static const std::vector<std::string> kWords = {
        "vary", "use", "on", "when", "otherwise", "nudge", "timeout", "skip", "declined", "*"};
    static const std::vector<std::string> kSteps = {
        "ask", "choose", "rate",   "consent", "if",    "set",    "add",  "forget", "call",
        "->",  "switch", "rewind", "end",     "wait",  "remind", "each", "reveal", "relay",
        "do",  "floor",  "chart",  "hand",    "again", "also:",  "only", "means",  "part"};
    const auto speaker = speaker_of(reading_, node.head.text);
    static const std::vector<std::string> kAll = [] {
      std::vector<std::string> all = kWords;
      all.insert(all.end(), kSteps.begin(), kSteps.end());
      return all;
    }();
    const std::string_view word = opening_word(reading_, node, kAll);
    if (word.empty() && !speaker) return;
    if (word.empty()) {
      read_prompt(node, *speaker);
    } else if (std::find(kSteps.begin(), kSteps.end(), word) != kSteps.end()) {
      misplaced(node, word, where(word));
    } else {
      dispatch(node, word);
    }
  }

  // Where a step that stands under a question belongs.
  static std::string where(std::string_view word) {
    if (word == "also:" || word == "only" || word == "means")
      return "It stands two spaces further in, right below the choice (`* `) that it belongs to.";
    if (word == "again")
      return "It is the last line of a branch, two spaces further in than its `when` or "
             "`otherwise`.";
    if (word == "part") return "It stands under `each`.";
    if (word == "if")
      return "What depends on the answer stands under `when`; an `if` on a slot stands below the "
             "question, two spaces less far in.";
    return "After the question: two spaces less far in. Only after one answer: two spaces further "
           "in, below a `when`, an `otherwise` or a choice.";
  }

  void dispatch(const Node& node, std::string_view word) {
    if (word == "*") return read_choice(node);
    refuse_continuation_of(node, word);
    if (word == "vary") {
      enter(kPrompt, node, word);
      question_.prompts.emplace_back(read_vary(reading_, node));
    }
    if (word == "use") read_use(node);
    if (word == "on") read_on_answer(node);
    if (word == "when") read_when_part(node);
    if (word == "otherwise") read_otherwise(node);
    if (word == "nudge") read_nudge(node);
    if (word == "timeout") read_timeout(node);
    if (word == "skip") read_skip(node);
    if (word == "declined") read_declined(node);
  }

  void refuse_continuation_of(const Node& node, std::string_view word) {
    if (word != "nudge") refuse_continuation(reading_, node);
  }

  // Of several in a row only the first is told: they moved together.
  void misplaced(const Node& node, std::string_view word, const std::string& advice) {
    const bool follows = misplaced_ != nullptr && misplaced_ + 1 == &node;
    misplaced_ = &node;
    if (node.misplaced || follows) return;  // its indentation was reported
    reading_.report.add(diagnostics::kMisplacedPart, node.head.place_of(node.first_word()),
                        {std::string(word), kind_.word, advice});
  }

  void enter(Stage stage, const Node& node, std::string_view word) {
    if (stage < stage_) {
      misplaced(node, word, kOrder);
    }
    stage_ = std::max(stage_, stage);
  }

  bool allowed(bool fits, const Node& node, std::string_view word, const std::string& advice) {
    if (fits) return true;
    misplaced(node, word, advice);
    return false;
  }

  bool branch_allowed(const Node& node, std::string_view word) {
    return allowed(kind_.branches, node, word,
                   "Only `ask` has branches; under `choose` each choice has its own steps.");
  }

  void form(const Words& words, const std::string& right) {
    const std::string example =
        right == "skip -> SCENE" ? "It needs a place to go, for example `skip -> close`." : "";
    reading_.report.add(diagnostics::kMalformedStep, words.next_place(), {right, example});
  }

  void repeated(const Node& node, const char* word) {
    reading_.report.add(diagnostics::kRepeatedPart, node.head.place_of(node.first_word()), {word});
  }

  void read_prompt(const Node& node, const Speaker& speaker) {
    if (stage_ > kPrompt) {
      misplaced(node, std::string(speaker.written) + ":",
                "If it is said after the answer, write it two spaces less far in; if it belongs to "
                "the branch above, two spaces further in; if it asks, move it up.");
    }
    question_.prompts.emplace_back(read_say(reading_, node, speaker));
    refuse_children(reading_, node, std::string(speaker.written) + ":");
  }

  void read_use(const Node& node) {
    if (!branch_allowed(node, "use")) return;
    enter(kUse, node, "use");
    Words words = words_after(node, node.first_word());
    Use use;
    use.place = words.next_place();
    use.name = std::string(words.take());
    if (!is_name(use.name) || !words.at_end()) return form(words, "use NAME");
    question_.uses.push_back(std::move(use));
    refuse_children(reading_, node, "use");
  }

  void read_on_answer(const Node& node) {
    if (!branch_allowed(node, "on answer")) return;
    enter(kOnAnswer, node, "on answer");
    Words words = words_after(node, node.first_word());
    if (!words.take("answer") || !words.at_end()) form(words, "on answer");
    if (question_.on_answer) repeated(node, "on answer");
    question_.on_answer = read_block_below(reading_, node, "on answer");
  }

  void read_when_part(const Node& node) {
    if (!branch_allowed(node, "when")) return;
    enter(kWhen, node, "when");
    question_.whens.push_back(read_when(reading_, node));
  }

  void read_otherwise(const Node& node) {
    if (!branch_allowed(node, "otherwise")) return;
    enter(kOtherwise, node, "otherwise");
    const Words words = words_after(node, node.first_word());
    if (!words.at_end()) form(words, "otherwise");
    if (question_.otherwise) repeated(node, "otherwise");
    Otherwise otherwise;
    otherwise.place = node.head.place();
    otherwise.block = read_branch(reading_, node, "otherwise", otherwise.again);
    question_.otherwise = std::move(otherwise);
  }

  void read_nudge(const Node& node) {
    Words words = words_after(node, node.first_word());
    Nudge nudge;
    if (!words.take("after")) return form(words, "nudge after 24h: text");
    const Place place = words.next_place();
    const auto after = words.take_duration();
    if (!after) {
      reading_.report.add(diagnostics::kUnreadableDuration, place, {std::string(words.peek())});
      return;
    }
    if (!words.take(":")) return form(words, "nudge after 24h: text");
    nudge.after = *after;
    nudge.line = read_line(reading_, node, words.rest());
    nudge.line.speaker = "Bot";
    if (nudge.line.text.parts.empty()) {
      reading_.report.add(diagnostics::kMissingText, node.head.place(), {"nudge:"});
    }
    if (question_.nudges.size() == kMostNudges) {
      reading_.report.add(diagnostics::kTooManyNudges, node.head.place());
    }
    question_.nudges.push_back(std::move(nudge));
    refuse_children(reading_, node, "nudge");
  }

  std::optional<Target> target(const Node& node, Words& words, const char* right) {
    const std::size_t before = reading_.report.size();
    StepLine line{reading_, node, words};
    const auto found = take_arrow(line);
    if (!found && reading_.report.size() == before) form(line.words, right);
    refuse_children(reading_, node, std::string(node.first_word()));
    return found;
  }

  void read_timeout(const Node& node) {
    Words words = words_after(node, node.first_word());
    if (!words.take("after")) return form(words, "timeout after 7 days -> SCENE");
    const Place place = words.next_place();
    const auto after = words.take_duration();
    if (!after) {
      reading_.report.add(diagnostics::kUnreadableDuration, place, {std::string(words.peek())});
      return;
    }
    if (question_.timeout) repeated(node, "timeout");
    if (const auto found = target(node, words, "timeout after 7 days -> SCENE")) {
      question_.timeout = Timeout{*after, *found};
    }
  }

  void read_skip(const Node& node) {
    if (!allowed(kind_.skips, node, "skip", "Write `declined -> SCENE`.")) return;
    Words words = words_after(node, node.first_word());
    if (question_.skip) repeated(node, "skip");
    if (const auto found = target(node, words, "skip -> SCENE")) question_.skip = *found;
  }

  void read_declined(const Node& node) {
    if (!allowed(kind_.declined, node, "declined", "Only `consent` and `reveal` have it.")) return;
    Words words = words_after(node, node.first_word());
    if (*declined) repeated(node, "declined");
    if (const auto found = target(node, words, "declined -> SCENE")) *declined = *found;
  }

  void read_choice(const Node& node) {
    if (!choices) {
      reading_.report.add(diagnostics::kStrayChoice,
                          node.head.place_of(node.head.text.substr(0, 1)));
      return;
    }
    enter(kChoice, node, "*");
    choices->push_back(attune::dialogs::read_choice(reading_, node));
  }

  Reading& reading_;
  const Kind& kind_;
  Question& question_;
  Stage stage_ = kPrompt;
  const Node* misplaced_ = nullptr;
};

// `from WHO`, if it is there.
bool take_from(StepLine& line, Question& question) {
  if (!line.words.take("from")) return true;
  for (const std::string_view who : {"A", "B", "floor", "other"}) {
    if (!line.words.take(who)) continue;
    question.from = std::string(who);
    return true;
  }
  return false;
}

// "ask How are you?": the question stands where its slot should. True if so, and reported.
bool question_on_top(StepLine& line, const char* word, std::string& slot) {
  const std::string_view rest = line.words.rest();
  const std::size_t blanks = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ' '));
  const bool asks = !rest.empty() && (rest.back() == '?' || rest[0] == '"' || blanks >= 3);
  if (!asks || rest.find(" from ") != std::string_view::npos) return false;
  const std::string_view first = line.words.peek();
  const bool named =
      is_slot_name(first) &&
      line.reading.script.slots.end() !=
          std::find_if(line.reading.script.slots.begin(), line.reading.script.slots.end(),
                       [&](const Slot& one) { return one.name == first; });
  if (named) slot = std::string(first);
  line.reading.report.add(
      diagnostics::kMalformedStep, line.words.segment().place_of(rest),
      {std::string(word) + " SLOT",
       "SLOT is the name of the slot that keeps the answer, declared under `slots`. The question "
       "itself is what the bot says: `Bot: …` on the line below, two spaces further in."});
  line.words.take_rest();
  return true;
}

// Said before the lines below are read, so that theirs do not hide it.
void tell_form(StepLine& line, bool fits, std::size_t before, const char* form) {
  if ((fits && line.words.at_end()) || line.reading.report.size() > before) return;
  line.reading.report.add(diagnostics::kMalformedStep, line.words.next_place(), {form});
}

}  // namespace

When read_when(Reading& reading, const Node& node) {
  When when;
  when.place = node.head.place();
  Words words = words_after(node, node.first_word());
  when.condition = read_last_condition(reading, words);
  when.block = read_branch(reading, node, "when", when.again);
  return when;
}

bool read_ask(StepLine& line, Step& step) {
  Ask ask;
  const std::size_t before = line.reading.report.size();
  const bool fits = question_on_top(line, "ask", ask.slot) ||
                    (take_slot(line, ask.slot, &ask.slot_place) && take_from(line, ask.question));
  tell_form(line, fits, before, "ask SLOT");
  if (line.node.children.empty()) {
    line.reading.report.add(diagnostics::kMissingBlock,
                            line.node.head.place_of(line.node.first_word()),
                            {"ask", "the question, such as `Bot: What happened?`", kFurtherIn});
  }
  QuestionReader(line.reading, kAsk, ask.question).read(line.node.children);
  step.what = std::move(ask);
  return fits;
}

bool read_choose(StepLine& line, Step& step) {
  Choose choose;
  bool fits = true;
  const std::size_t before = line.reading.report.size();
  if (!question_on_top(line, "choose", choose.slot)) {
    if (!line.words.at_end() && line.words.peek() != "from") {
      fits = take_slot(line, choose.slot, &choose.slot_place);
    }
    fits = fits && take_from(line, choose.question);
  }
  tell_form(line, fits, before, "choose` or `choose SLOT");
  QuestionReader reader(line.reading, kChoose, choose.question);
  reader.choices = &choose.choices;
  reader.read(line.node.children);
  if (line.node.children.empty()) {
    line.reading.report.add(diagnostics::kMissingBlock,
                            line.node.head.place_of(line.node.first_word()),
                            {"choose", "the question and its choices (`* `)", kFurtherIn});
  } else if (choose.choices.size() < 2) {
    line.reading.report.add(diagnostics::kTooFewChoices,
                            line.node.head.place_of(line.node.first_word()));
  }
  step.what = std::move(choose);
  return fits;
}

bool read_rate(StepLine& line, Step& step) {
  Rate rate;
  const std::size_t before = line.reading.report.size();
  if (!take_slot(line, rate.slot, &rate.slot_place) || !line.words.take(":")) {
    if (line.reading.report.size() == before) {
      line.reading.report.add(
          diagnostics::kMalformedStep, line.words.next_place(),
          {"rate SLOT: low words .. high words",
           "A colon stands after the slot, and ` .. ` between the words for the "
           "two ends."});
    }
    QuestionReader(line.reading, kRate, rate.question).read(line.node.children);
    step.what = std::move(rate);
    return false;
  }
  const Line words = read_line(line.reading, line.node, line.words.rest());
  const Segment scale = line.words.segment().from(
      line.words.rest().substr(0, static_cast<std::size_t>(words.place.length)));
  const std::size_t dots = scale.text.find(" .. ");
  line.words.take_rest();
  if (dots == std::string_view::npos) {
    line.reading.report.add(
        diagnostics::kMalformedStep, scale.place(),
        {"rate SLOT: low words .. high words", "Both ends need words, with ` .. ` between them."});
  } else {
    rate.low = read_text(line.reading, {scale.from(trimmed(scale.text.substr(0, dots)))});
    rate.high = read_text(line.reading, {scale.from(trimmed(scale.text.substr(dots + 4)))});
  }
  rate.id = words.id;
  rate.id_given = words.id_given;
  QuestionReader(line.reading, kRate, rate.question).read(line.node.children);
  step.what = std::move(rate);
  return true;
}

bool read_consent(StepLine& line, Step& step) {
  Consent consent;
  for (const char* what : {"save texts", "heavy", "joint", "counselor"}) {
    const std::string_view words(what);
    const bool found = words.find(' ') == std::string_view::npos ? line.words.take(words)
                                                                 : line.words.take_all(words);
    if (!found) continue;
    consent.what = what;
    break;
  }
  if (consent.what.empty() || !line.words.at_end()) {
    line.reading.report.add(
        diagnostics::kMalformedStep, line.words.next_place(),
        {"consent heavy", "What can be asked: `heavy`, `joint`, `save texts`, `counselor`."});
    line.words.take_rest();
  }
  if (line.node.children.empty()) {
    line.reading.report.add(diagnostics::kMissingBlock,
                            line.node.head.place_of(line.node.first_word()),
                            {"consent", "the question, such as `Bot: Go on?`", kFurtherIn});
  }
  QuestionReader reader(line.reading, kConsent, consent.question);
  reader.declined = &consent.declined;
  reader.read(line.node.children);
  step.what = std::move(consent);
  return true;
}

}  // namespace attune::dialogs
