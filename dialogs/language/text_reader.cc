#include "dialogs/language/text_reader.h"

#include <algorithm>

#include "dialogs/language/habits.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

constexpr std::string_view kNotNow = "(not now)";
constexpr std::string_view kArrow = " -> ";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "event", "my.name", "card.crisis"
bool is_hole(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return is_name(name);
  const std::string_view field = name.substr(dot + 1);
  return is_name(name.substr(0, dot)) && !field.empty() && is_lower(field[0]) &&
         std::all_of(field.begin(), field.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; });
}

void add_plain(Text& text, std::string_view plain, Place place) {
  if (plain.empty()) return;
  if (!text.parts.empty() && !text.parts.back().hole) {
    text.parts.back().text += plain;
    if (text.parts.back().place.line == place.line) {
      text.parts.back().place.length = place.column + place.length - text.parts.back().place.column;
    }
    return;
  }
  text.parts.push_back({false, std::string(plain), place});
}

void read_holes(Reading& reading, const Segment& segment, Text& text) {
  std::string_view left = segment.text;
  while (!left.empty()) {
    const std::size_t brace = left.find('{');
    if (brace != 0) add_plain(text, left.substr(0, brace), segment.place_of(left.substr(0, brace)));
    if (brace == std::string_view::npos) return;
    left.remove_prefix(brace);
    if (left.substr(0, 2) == "{{") {
      add_plain(text, "{", segment.place_of(left.substr(0, 2)));
      left.remove_prefix(2);
      continue;
    }
    const std::size_t close = left.find('}');
    const std::string_view written =
        left.substr(0, close == std::string_view::npos ? 1 : close + 1);
    const std::string_view name =
        close == std::string_view::npos ? std::string_view() : left.substr(1, close - 1);
    if (is_hole(name)) {
      text.parts.push_back({true, std::string(name), segment.place_of(written)});
    } else {
      Place place = segment.place_of(written);
      if (close != std::string_view::npos && close > 40) place.length = 1;
      reading.report.add(diagnostics::kUnreadableHole, place, {as_name(name)});
      add_plain(text, written, segment.place_of(written));
    }
    left.remove_prefix(written.size());
  }
}

// "#Late01", "#late1", "word#late01": near enough to an id that its author may have meant one.
bool almost_id(std::string_view text, std::string_view& found) {
  const std::size_t hash = text.rfind('#');
  if (hash == std::string_view::npos) return false;
  found = text.substr(hash);
  std::size_t at = 1;
  while (at < found.size() && is_letter(found[at])) ++at;
  const std::size_t letters = at - 1;
  while (at < found.size() && is_digit(found[at])) ++at;
  const std::size_t digits = found.size() - 1 - letters;
  return at == found.size() && letters >= 1 && digits >= 1 && letters + digits >= 3;
}

void warn_almost_id(Reading& reading, const Segment& segment) {
  std::string_view found;
  if (!almost_id(segment.text, found)) return;
  reading.report.add(diagnostics::kAlmostAMark, segment.place_of(found),
                     {std::string(found), "an id", "#late01"});
}

// "Label->scene", "Label -> scene" typed with a word processor's arrow, "Label - > scene".
void warn_almost_target(Reading& reading, const Segment& segment) {
  const std::string_view text = segment.text;
  for (const std::string_view arrow : {"->", "- >", "=>", "→", "–>", "—>"}) {
    const std::size_t at = text.rfind(arrow);
    if (at == std::string_view::npos) continue;
    const std::string_view after = trimmed(text.substr(at + arrow.size()));
    if (!is_name(after) && after != "end paused" && after != "end stopped") continue;
    const std::string_view found = text.substr(at);
    reading.report.add(diagnostics::kAlmostAMark, segment.place_of(found),
                       {std::string(found), "a target", " -> " + std::string(after)});
    return;
  }
}

void warn_almost_not_now(Reading& reading, const Segment& segment) {
  const std::size_t open = segment.text.rfind('(');
  if (open == std::string_view::npos) return;
  std::string letters;
  for (const char c : segment.text.substr(open)) {
    if (is_letter(c)) letters += static_cast<char>(c | 0x20);
  }
  if (letters != "notnow" || segment.text.size() - open > 12) return;
  const std::string_view found = segment.text.substr(open);
  reading.report.add(diagnostics::kAlmostAMark, segment.place_of(found),
                     {std::string(found), "a mark", " (not now)"});
}

void set_id(Reading& reading, Line& line, const Segment& segment, std::string_view id) {
  line.id = std::string(id);
  line.id_given = true;
  const auto [entry, is_new] = reading.ids.try_emplace(line.id, segment.line);
  if (is_new) return;
  const Place place{segment.line, segment.place_of(id).column - 1, static_cast<int>(id.size()) + 1};
  reading.report.add(diagnostics::kDuplicateId, place, {line.id, std::to_string(entry->second)});
}

// An id may also stand at the end of the last `..` line.
void take_id_of(Reading& reading, Segments& segments, Line& line) {
  for (Segment* segment : {&segments.front(), &segments.back()}) {
    if (line.id_given) return;
    const Segment whole = *segment;
    if (const auto id = take_id(segment->text)) set_id(reading, line, whole, *id);
  }
}

}  // namespace

Segments segments_of(const Node& node, std::string_view first) {
  Segments segments;
  segments.push_back(node.head.from(trimmed(first)));
  segments.insert(segments.end(), node.more.begin(), node.more.end());
  return segments;
}

bool is_id(std::string_view word) {
  std::size_t letters = 0;
  while (letters < word.size() && is_lower(word[letters])) ++letters;
  const std::string_view digits = word.substr(letters);
  return letters >= 2 && letters <= 12 && digits.size() >= 2 && digits.size() <= 4 &&
         std::all_of(digits.begin(), digits.end(), is_digit);
}

std::optional<std::string_view> take_id(std::string_view& text) {
  const std::size_t hash = text.rfind('#');
  if (hash == std::string_view::npos || !is_id(text.substr(hash + 1))) return std::nullopt;
  if (hash > 0 && text[hash - 1] != ' ' && text[hash - 1] != '\t') return std::nullopt;
  const std::string_view id = text.substr(hash + 1);
  text = trimmed(text.substr(0, hash));
  return id;
}

Text read_text(Reading& reading, const Segments& segments) {
  Text text;
  for (const Segment& segment : segments) {
    if (segment.text.empty()) continue;
    if (!text.parts.empty()) {
      Place point = segment.place();
      point.length = 0;
      add_plain(text, " ", point);
    }
    read_holes(reading, segment, text);
  }
  return text;
}

Line read_line(Reading& reading, const Node& node, std::string_view first) {
  Segments segments = segments_of(node, first);
  Line line;
  line.note = node.note;
  take_id_of(reading, segments, line);
  line.place = segments.front().place();
  for (const Segment& segment : segments) warn_almost_id(reading, segment);
  line.text = read_text(reading, segments);
  return line;
}

ChoiceLine read_choice_line(Reading& reading, const Node& node, std::string_view first) {
  Segments segments = segments_of(node, first);
  ChoiceLine choice;
  const auto peel = [&](Segment& segment) {
    for (;;) {
      const Segment whole = segment;
      if (!choice.label.id_given) {
        if (const auto id = take_id(segment.text)) set_id(reading, choice.label, whole, *id);
      }
      if (choice.not_now || !ends_with(segment.text, kNotNow)) return;
      choice.not_now = true;
      segment.text = trimmed(segment.text.substr(0, segment.text.size() - kNotNow.size()));
    }
  };
  for (Segment* segment : {&segments.front(), &segments.back()}) {
    peel(*segment);
    const std::size_t arrow = segment->text.rfind(kArrow);
    if (arrow != std::string_view::npos && !choice.target) {
      choice.target = segment->from(trimmed(segment->text.substr(arrow + kArrow.size())));
      segment->text = trimmed(segment->text.substr(0, arrow));
      peel(*segment);
    }
  }
  choice.label.note = node.note;
  choice.label.place = segments.front().place();
  for (const Segment& segment : segments) {
    warn_almost_id(reading, segment);
    if (!choice.target) warn_almost_target(reading, segment);
    if (!choice.not_now) warn_almost_not_now(reading, segment);
  }
  choice.label.text = read_text(reading, segments);
  return choice;
}

std::optional<Target> read_target(Reading& reading, Segment segment) {
  Words words(segment);
  Target target;
  target.place = segment.place();
  const std::string_view name = words.take();
  if (name == "end") {
    target.end = words.take("paused")      ? Outcome::kPaused
                 : words.take("stopped")   ? Outcome::kStopped
                 : words.take("completed") ? Outcome::kCompleted
                                           : Outcome::kCompleted;
  } else {
    target.scene = std::string(name);
  }
  if (words.at_end() && (target.end || is_name(name))) return target;
  reading.report.add(diagnostics::kUnreadableTarget, target.place, {std::string(segment.text)});
  return std::nullopt;
}

}  // namespace attune::dialogs
