#include "dialogs/language/together_reader.h"

#include <algorithm>

#include "dialogs/language/header_reader.h"

namespace attune::dialogs {
namespace {

bool is_part(const Node& node) { return node.first_word() == "part"; }

void read_parts(StepLine& line, Each& each) {
  for (const Node& child : line.node.children) {
    Words words = words_after(child, "part");
    const bool a = words.take("A");
    if (!is_part(child) || (!a && !words.take("B")) || !words.at_end()) {
      line.reading.report.add(diagnostics::kMalformedStep, child.head.place(),
                              {"part A` or `part B",
                               "Under `each` stand one block for both, or one "
                               "`part A` and one `part B`."});
      continue;
    }
    Block& block = a ? each.part_a : each.part_b;
    if (!block.empty()) {
      line.reading.report.add(diagnostics::kRepeatedPart, child.head.place(),
                              {a ? "part A" : "part B"});
    }
    Block below = read_block_below(line.reading, child, a ? "part A" : "part B");
    std::move(below.begin(), below.end(), std::back_inserter(block));
  }
}

void read_shown(StepLine& line, const Node& child, std::optional<Line>& shown) {
  const std::size_t colon = child.head.text.find(':');
  shown = read_line(line.reading, child, child.head.text.substr(colon + 1));
  shown->speaker = "Bot";
  if (shown->text.parts.empty()) {
    line.reading.report.add(diagnostics::kMissingText, child.head.place(),
                            {std::string(child.head.text.substr(0, colon + 1))});
  }
  refuse_children(line.reading, child, std::string(child.first_word()));
}

}  // namespace

bool take_who(StepLine& line, std::string& who) {
  for (const std::string_view one : {"A", "B", "floor", "other"}) {
    if (!line.words.take(one)) continue;
    who = std::string(one);
    return true;
  }
  return false;
}

bool read_each(StepLine& line, Step& step) {
  Each each;
  bool fits = true;
  if (line.words.take("within")) {
    const auto within = line.words.take_duration();
    each.within = within.value_or(0);
    fits = within && line.words.take("otherwise") && (each.otherwise = take_arrow(line));
  }
  const auto& children = line.node.children;
  if (std::any_of(children.begin(), children.end(), is_part)) {
    read_parts(line, each);
  } else {
    each.block = read_block_below(line.reading, line.node, "each");
  }
  step.what = std::move(each);
  return fits;
}

bool read_reveal(StepLine& line, Step& step) {
  Reveal reveal;
  if (!take_slot(line, reveal.slot)) return false;
  if (line.words.take_all("both ways")) {
    reveal.both_ways = true;
  } else if (!line.words.take("from") || !take_who(line, reveal.from) || !line.words.take("to") ||
             !take_who(line, reveal.to)) {
    return false;
  }
  for (const Node& child : line.node.children) {
    static const std::vector<std::string> kWords = {"asks:", "shows:", "declined"};
    const std::string_view word = opening_word(line.reading, child, kWords);
    if (word == "asks:") read_shown(line, child, reveal.asks);
    if (word == "shows:") read_shown(line, child, reveal.shows);
    if (word == "declined") {
      StepLine below{line.reading, child, words_after(child, child.first_word())};
      reveal.declined = take_arrow(below);
      if (!reveal.declined) {
        line.reading.report.add(diagnostics::kMalformedStep, child.head.place(),
                                {"declined -> SCENE"});
      }
    }
  }
  step.what = std::move(reveal);
  return true;
}

bool read_relay(StepLine& line, Step& step) {
  Relay relay;
  if (!take_slot(line, relay.slot) || !line.words.take("from") || !take_who(line, relay.from) ||
      !line.words.take("to") || !take_who(line, relay.to)) {
    return false;
  }
  step.what = std::move(relay);
  return true;
}

bool read_floor(StepLine& line, Step& step) {
  for (const std::string_view to : {"A", "B", "swap"}) {
    if (!line.words.take(to)) continue;
    step.what = Floor{std::string(to)};
    return true;
  }
  return false;
}

}  // namespace attune::dialogs
