#include "dialogs/language/condition_reader.h"

namespace attune::dialogs {
namespace {

constexpr int kDeepestBrackets = 16;

Condition combined(Condition::Kind kind, std::vector<Condition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Condition whole;
  whole.kind = kind;
  whole.place = parts.front().place;
  whole.parts = std::move(parts);
  return whole;
}

constexpr const char* kForExample =
    "Write for example `blame or defend`, `mood is calm`, `heat >= 7`, `reply is set`; put a value "
    "with spaces in quotes.";

std::string advice_for(const std::string& what) {
  if (what[0] == '\'' && what[1] == '"') {
    const std::string bare = what.substr(2, what.find('"', 2) - 2);
    return (is_name(bare) ? "A name stands here without quotes: `" + bare + "`. " : "") +
           "Words to listen for get a name under `hears`; then write `when NAME`.";
  }
  if (what == "a number is expected here")
    return "A slot is compared with a number such as 7, never with another slot or with a word.";
  return kForExample;
}

// What stands behind a condition that was whole.
std::string advice_behind(const std::string& next, const std::string& rest) {
  if (next == ":") return "Take the colon away.";
  if (next == "->" || rest.find(": ") != std::string::npos)
    return "Let the line end with the condition. What happens then stands on the lines below, two "
           "spaces further in.";
  return "Between two conditions stands `and` or `or`; a name has dashes instead of spaces; a "
         "value "
         "with spaces stands in quotes.";
}

class ConditionReader {
 public:
  ConditionReader(Reading& reading, Words& words) : reading_(reading), words_(words) {}

  std::optional<Condition> any_of() {
    return joined("or", Condition::Kind::kOr, [this] {
      return joined("and", Condition::Kind::kAnd, [this] { return negated(); });
    });
  }

 private:
  template <typename Part>
  std::optional<Condition> joined(std::string_view word, Condition::Kind kind, Part part) {
    std::vector<Condition> parts;
    do {
      auto one = part();
      if (!one) return std::nullopt;
      parts.push_back(*std::move(one));
    } while (words_.take(word));
    return combined(kind, std::move(parts));
  }

  std::optional<Condition> negated() {
    const Place place = words_.next_place();
    bool turned = false;
    while (words_.take("not")) turned = !turned;
    auto inner = single();
    if (!inner || !turned) return inner;
    return negation(*std::move(inner), place);
  }

  static Condition negation(Condition inner, Place place) {
    Condition whole;
    whole.kind = Condition::Kind::kNot;
    whole.place = place;
    whole.parts.push_back(std::move(inner));
    return whole;
  }

  std::optional<Condition> single() {
    if (words_.take("(")) return bracketed();
    Condition leaf;
    leaf.place = words_.next_place();
    const std::string_view word = words_.take();
    if (word == "visited") return visited(leaf);
    if (word == "done") return done(leaf);
    if (word == "hour") {
      leaf.kind = Condition::Kind::kHour;
      return compared(leaf);
    }
    if (word == "days" && words_.take("since")) {
      leaf.kind = Condition::Kind::kDaysSince;
      return take_slot(leaf, words_.take()) ? compared(leaf) : std::nullopt;
    }
    if (word == "both") {
      leaf.who = "both";
      return take_slot(leaf, words_.take()) ? about_slot(leaf) : std::nullopt;
    }
    return named(leaf, word);
  }

  std::optional<Condition> bracketed() {
    if (++depth_ > kDeepestBrackets) return fail("there are more than 16 brackets in each other");
    auto inner = any_of();
    --depth_;
    if (!inner) return std::nullopt;
    if (!words_.take(")")) return fail("a closing bracket is missing");
    return inner;
  }

  std::optional<Condition> visited(Condition& leaf) {
    leaf.kind = Condition::Kind::kVisited;
    leaf.place = words_.next_place();
    leaf.name = std::string(words_.take());
    if (!is_name(leaf.name))
      return fail("the name of a scene is expected after 'visited'", leaf.place);
    const std::size_t before = words_.mark();
    if (const auto times = words_.take_number()) {
      if (*times < 1 || *times > 1000 || !(words_.take("times") || words_.take("time"))) {
        words_.back_to(before);
        return fail("a number of times is written '2 times'");
      }
      leaf.times = static_cast<int>(*times);
    }
    return std::move(leaf);
  }

  std::optional<Condition> done(Condition& leaf) {
    leaf.kind = Condition::Kind::kDone;
    leaf.place = words_.next_place();
    leaf.name = std::string(words_.take());
    if (!is_script_name(leaf.name)) {
      return fail("the name of a script is expected after 'done'", leaf.place);
    }
    if (words_.take("within")) {
      const auto within = words_.take_duration();
      if (!within) return fail("a length of time, such as '7 days', is expected after 'within'");
      leaf.within = *within;
    }
    return std::move(leaf);
  }

  bool take_slot(Condition& leaf, std::string_view word) {
    if (!word.empty()) leaf.place = words_.place_of(word);
    leaf.name = std::string(word);
    if (is_slot_name(word)) return true;
    fail("the name of a slot is expected here", word.empty() ? words_.next_place() : leaf.place);
    return false;
  }

  // An intent, or something about a slot.
  std::optional<Condition> named(Condition& leaf, std::string_view word) {
    if (word == "safety.open") {
      leaf.kind = Condition::Kind::kFlag;
      leaf.name = std::string(word);
      return std::move(leaf);
    }
    const bool sided = word.substr(0, 2) == "A." || word.substr(0, 2) == "B.";
    if (sided) {
      leaf.who = std::string(word.substr(0, 1));
      leaf.name = std::string(word.substr(2));
    } else {
      leaf.name = std::string(word);
    }
    if (!is_slot_name(leaf.name)) {
      return fail(word.empty() ? "something is missing at the end"
                               : "'" + std::string(word) + "' is not a name",
                  leaf.place);
    }
    if (sided || comparison_follows() || !is_name(leaf.name)) return about_slot(leaf);
    leaf.kind = Condition::Kind::kHeard;
    return std::move(leaf);
  }

  bool comparison_follows() const {
    const std::string_view next = words_.peek();
    return next == "is" || next == "<" || next == "<=" || next == ">" || next == ">=" ||
           next == "=";
  }

  std::optional<Condition> about_slot(Condition& leaf) {
    const std::size_t before = words_.mark();
    if (words_.take("is")) {
      const bool negative = words_.take("not");
      if (words_.take("set")) {
        leaf.kind = Condition::Kind::kIsSet;
        if (negative) return negation(leaf, leaf.place);
        return std::move(leaf);
      }
    }
    words_.back_to(before);
    leaf.kind = Condition::Kind::kCompare;
    return compared(leaf);
  }

  std::optional<Condition> compared(Condition& leaf) {
    using Op = Condition::Op;
    if (words_.take("is")) {
      leaf.op = words_.take("not") ? Op::kIsNot : Op::kIs;
    } else if (words_.take("<=")) {
      leaf.op = Op::kLessEqual;
    } else if (words_.take("<")) {
      leaf.op = Op::kLess;
    } else if (words_.take(">=")) {
      leaf.op = Op::kGreaterEqual;
    } else if (words_.take(">")) {
      leaf.op = Op::kGreater;
    } else {
      return fail("'is', '<', '<=', '>' or '>=' is expected here");
    }
    return valued(leaf);
  }

  std::optional<Condition> valued(Condition& leaf) {
    const Place place = words_.next_place();
    auto value = words_.take_literal();
    if (!value) return fail("a value is expected here", place);
    const bool ordered = leaf.op != Condition::Op::kIs && leaf.op != Condition::Op::kIsNot;
    const bool counted = ordered || leaf.kind != Condition::Kind::kCompare;
    if (counted && !std::holds_alternative<std::int64_t>(value->value)) {
      return fail("a number is expected here", place);
    }
    leaf.value = *std::move(value);
    return std::move(leaf);
  }

  std::nullopt_t fail(const std::string& what) { return fail(what, words_.next_place()); }
  std::nullopt_t fail(const std::string& what, Place place) {
    reading_.report.add(diagnostics::kUnreadableCondition, place, {what, advice_for(what)});
    return std::nullopt;
  }

  Reading& reading_;
  Words& words_;
  int depth_ = 0;
};

}  // namespace

std::optional<Condition> read_condition(Reading& reading, Words& words) {
  return ConditionReader(reading, words).any_of();
}

std::optional<Condition> read_whole_condition(Reading& reading, Words& words) {
  auto condition = read_condition(reading, words);
  if (!condition || words.at_end()) return condition;
  const std::string next(words.peek());
  reading.report.add(diagnostics::kUnreadableCondition, words.next_place(),
                     {next == ":" ? "no ':' follows it; what happens then stands on the lines below"
                                  : "'and' or 'or' is expected before '" + next + "'",
                      advice_behind(next, std::string(words.rest()))});
  return std::nullopt;
}

Condition read_last_condition(Reading& reading, Words& words) {
  Condition stand_in;
  stand_in.kind = Condition::Kind::kFlag;
  stand_in.name = "safety.open";
  stand_in.place = words.segment().place();
  return read_whole_condition(reading, words).value_or(std::move(stand_in));
}

}  // namespace attune::dialogs
