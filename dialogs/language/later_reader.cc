#include "dialogs/language/later_reader.h"

#include <algorithm>
#include <array>

#include "dialogs/language/header_reader.h"

namespace attune::dialogs {
namespace {

// The one line that may stand below a `do`: `failed -> scene`.
void read_way(StepLine& line, std::string_view word, std::optional<Target>& target) {
  for (const Node& child : line.node.children) {
    const std::vector<std::string> words = {std::string(word)};
    if (opening_word(line.reading, child, words).empty()) continue;
    const std::size_t before = line.reading.report.size();
    StepLine below{line.reading, child, words_after(child, child.first_word())};
    const auto found = take_arrow(below);
    if (!found && line.reading.report.size() == before) {
      line.reading.report.add(diagnostics::kMalformedStep, child.head.place(),
                              {std::string(word) + " -> SCENE"});
    } else if (target) {
      line.reading.report.add(diagnostics::kRepeatedPart, child.head.place(), {std::string(word)});
    }
    target = found;
    refuse_children(line.reading, child, std::string(word));
  }
}

// A length of time that is none is told as that: "dyas" is no reason to look at the whole line.
std::optional<Seconds> take_length(StepLine& line) {
  const Place place = line.words.next_place();
  const std::string_view rest = line.words.rest();
  const std::string written(trimmed(rest.substr(0, std::min(rest.find(':'), rest.size()))));
  const auto found = line.words.take_duration();
  if (!found && !written.empty())
    line.reading.report.add(diagnostics::kUnreadableDuration, place, {written});
  return found;
}

// What stands below a `hand off`: where it goes on when it is given back, and when nobody comes.
void read_below(StepLine& line, HandOff& hand_off) {
  static const std::vector<std::string> kWords = {"resumed", "timeout"};
  for (const Node& child : line.node.children) {
    const std::string word(opening_word(line.reading, child, kWords));
    if (word.empty()) continue;
    const bool timeout = word == "timeout";
    const std::size_t before = line.reading.report.size();
    StepLine below{line.reading, child, words_after(child, child.first_word())};
    std::optional<Seconds> after;
    if (timeout && below.words.take("after")) {
      const Place place = below.words.next_place();
      after = below.words.take_duration();
      if (!after)
        line.reading.report.add(diagnostics::kUnreadableDuration, place, {std::string(below.words.peek())});
    }
    const auto found = timeout && !after ? std::nullopt : take_arrow(below);
    if (!found && line.reading.report.size() == before) {
      line.reading.report.add(diagnostics::kMalformedStep, child.head.place(),
                              {timeout ? "timeout after 2 hours -> SCENE" : "resumed -> SCENE"});
    } else if (timeout ? hand_off.timeout.has_value() : hand_off.resumed.has_value()) {
      line.reading.report.add(diagnostics::kRepeatedPart, child.head.place(), {word});
    }
    if (found && timeout) hand_off.timeout = Timeout{*after, *found};
    if (found && !timeout) hand_off.resumed = *found;
    refuse_children(line.reading, child, word);
  }
}

bool take_day(StepLine& line, int& weekday) {
  static constexpr std::array<std::string_view, 7> kDays = {
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (!line.words.take(kDays[day])) continue;
    weekday = static_cast<int>(day);
    return true;
  }
  return false;
}

bool weekly(StepLine& line, Remind& remind) {
  if (line.words.take("week") && line.words.take("on") && take_day(line, remind.weekday) &&
      line.words.take("at")) {
    if (const auto time = line.words.take_time()) {
      remind.recurring = true;
      remind.at_minute = *time;
      return true;
    }
  }
  line.reading.report.add(diagnostics::kMalformedStep, line.words.next_place(),
                          {"remind every week on sunday at 19:00: call SCRIPT"});
  return false;
}

}  // namespace

bool read_wait(StepLine& line, Step& step) {
  Wait wait;
  if (line.words.take("until")) {
    const auto time = line.words.take_time();
    if (!time) return false;
    wait.until_minute = *time;
  } else {
    const auto duration = take_length(line);
    if (!duration) return false;
    wait.duration = *duration;
  }
  step.what = wait;
  return true;
}

bool read_remind(StepLine& line, Step& step) {
  Remind remind;
  remind.both = line.words.take("both");
  if (line.words.take("in")) {
    const auto after = take_length(line);
    if (!after) return false;
    remind.after = *after;
  } else if (!line.words.take("every") || !weekly(line, remind)) {
    return false;
  }
  if (!line.words.take(":") || !line.words.take("call")) return false;
  if (!take_script(line, remind.script, remind.script_place)) return false;
  step.what = std::move(remind);
  return true;
}

bool read_chart(StepLine& line, Step& step) {
  Chart chart;
  if (!take_slot(line, chart.slot, &chart.slot_place)) return false;
  step.what = std::move(chart);
  return true;
}

bool read_hand_off(StepLine& line, Step& step) {
  HandOff hand_off;
  if (!line.words.take("off")) return false;
  auto reason = line.words.take_quoted();
  if (!reason) return false;
  hand_off.reason = *std::move(reason);
  hand_off.urgent = line.words.take("urgent");
  const std::size_t before = line.reading.report.size();
  read_below(line, hand_off);
  if (!hand_off.timeout && line.reading.report.size() == before)
    line.reading.report.add(diagnostics::kHandOffWithoutTimeout, line.node.head.place());
  step.what = std::move(hand_off);
  return true;
}

bool read_do(StepLine& line, Step& step) {
  Do action;
  if (!is_name(line.words.peek())) return false;
  action.action_place = line.words.next_place();
  action.action = std::string(line.words.take());
  if (line.words.take("with") && !take_with(line, action.with)) return false;
  if (line.words.take("save") && !take_slot(line, action.save, &action.save_place)) return false;
  read_way(line, "failed", action.failed);
  step.what = std::move(action);
  return true;
}

}  // namespace attune::dialogs
