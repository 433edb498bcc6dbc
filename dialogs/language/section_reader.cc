#include "dialogs/language/section_reader.h"

#include <algorithm>

#include "dialogs/language/habits.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/meant_type.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

constexpr std::int64_t kLongestText = 4000;
constexpr std::int64_t kLongestList = 20;

// `NAME: what follows`; reports a line that is not one.
struct Entry {
  std::string_view name;
  Segment value;
};
std::optional<Entry> read_entry(Reading& reading, const Node& node, const std::string& section,
                                const std::string& form, const std::string& example) {
  const std::string_view text = node.head.text;
  const std::size_t colon = text.find(':');
  const std::string_view value =
      colon == std::string_view::npos ? std::string_view() : trimmed(text.substr(colon + 1));
  if (value.empty()) {
    reading.report.add(diagnostics::kMalformedEntry, node.head.place(), {section, form, example});
    return std::nullopt;
  }
  return Entry{trimmed(text.substr(0, colon)), node.head.from(value)};
}

// The parts between commas that stand outside quotes.
std::vector<Segment> split_at_commas(const Segment& whole) {
  std::vector<Segment> parts;
  std::string_view left = whole.text;
  std::size_t from = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= left.size(); ++at) {
    if (at < left.size() && left[at] == '"') quoted = !quoted;
    if (left.substr(at, 3) == "\xE2\x80\x9C") quoted = true;   // what a word processor makes of it
    if (left.substr(at, 3) == "\xE2\x80\x9D") quoted = false;
    if (at < left.size() && (left[at] != ',' || quoted)) continue;
    parts.push_back(whole.from(trimmed(left.substr(from, at - from))));
    from = at + 1;
  }
  return parts;
}

class SlotReader {
 public:
  explicit SlotReader(Reading& reading) : reading_(reading) {}

  void read(const Node& node) {
    const auto entry =
        read_entry(reading_, node, "slots", "NAME: TYPE, FLAGS", "reply: text up to 400, keep run");
    if (!entry) return without_colon(node);
    refuse_children(reading_, node, "a slot");
    Slot slot;
    slot.name = std::string(entry->name);
    slot.place = node.head.place_of(entry->name);
    check_name(slot);
    const std::vector<Segment> parts = split_at_commas(entry->value);
    read_type(slot, parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) read_flag(slot, parts[i]);
    reading_.script.slots.push_back(std::move(slot));
  }

 private:
  // "reply text up to 400": told, and read as though the colon stood there.
  void without_colon(const Node& node) {
    Slot slot;
    slot.name = std::string(node.first_word());
    slot.place = node.head.place_of(node.first_word());
    if (!is_name(slot.name)) return;
    take_meant(slot, meant_type(trimmed(node.head.text.substr(slot.name.size())), ""));
    reading_.script.slots.push_back(std::move(slot));
  }

  // What a type was meant to be, where that can be read; else nothing is concluded from it.
  void take_meant(Slot& slot, const std::string& meant) {
    reading_.mended.push_back(meant);
    Words words(Segment{reading_.mended.back(), slot.place.line, 1});
    slot.unclear = !type_of(slot, words) || (!words.at_end() && words.peek() != ",");
  }

  // A name that cannot be one is told, and read as the one it comes nearest to.
  void check_name(Slot& slot) {
    const bool remembered = slot.name.find('.') != std::string::npos;
    const bool memory = reading_.script.kind == Script::Kind::kMemory;
    if (is_slot_name(slot.name) && remembered == memory) return;
    reading_.report.add(
        diagnostics::kUnreadableName, slot.place,
        {slot.name, "slot",
         memory       ? "In memory.talk names begin with `my.` (one person) or `our.` (a pair)."
         : remembered ? "`my.` and `our.` slots are declared in memory.talk; a script's own have "
                        "plain names."
                      : "A name is small letters, digits and dashes, without spaces, and begins "
                        "with a letter.",
         remembered || memory ? "" : as_name(slot.name)});
    if (!memory && !remembered) slot.name = as_name(slot.name);
  }

  bool type_of(Slot& slot, Words& words) {
    using Kind = SlotType::Kind;
    if (words.take("text")) {
      slot.type.kind = Kind::kText;
      return read_limit(slot.type, words, kLongestText);
    }
    if (words.take("list")) {
      slot.type.kind = Kind::kList;
      return read_limit(slot.type, words, kLongestList);
    }
    if (words.take("number")) {
      slot.type.kind = Kind::kNumber;
      return read_range(slot.type, words);
    }
    for (const auto& [word, kind] :
         {std::pair("choice", Kind::kChoice), std::pair("yes/no", Kind::kYesNo),
          std::pair("date", Kind::kDate), std::pair("duration", Kind::kDuration)}) {
      slot.type.kind = kind;
      if (words.take(word)) return true;
    }
    return false;
  }

  void read_type(Slot& slot, const Segment& part) {
    Words words(part);
    const bool fits = type_of(slot, words);
    if (fits && words.at_end()) return;
    const std::string meant = meant_type(part.text, fits ? words.rest() : "");
    reading_.report.add(diagnostics::kUnknownType, part.place(), {std::string(part.text), meant});
    take_meant(slot, meant);
  }

  bool read_limit(SlotType& type, Words& words, std::int64_t most) {
    if (!words.take_all("up to")) return false;
    const Place place = words.next_place();
    const std::string word(words.peek());
    const auto limit = words.take_number();
    if (!limit) return false;
    if (*limit < 1 || *limit > most) {
      reading_.report.add(diagnostics::kUnreadableNumber, place,
                          {word, "a number from 1 to " + std::to_string(most),
                           "up to " + std::to_string(std::clamp<std::int64_t>(*limit, 1, most))});
    }
    type.high = std::clamp<std::int64_t>(*limit, 1, most);
    return true;
  }

  bool read_range(SlotType& type, Words& words) {
    const Place place = words.next_place();
    const auto low = words.take_number();
    if (!low || !words.take("to")) return false;
    const auto high = words.take_number();
    if (!high) return false;
    type.low = *low;
    type.high = *high;
    if (*low >= *high || *high - *low > 1'000'000'000) {
      reading_.report.add(diagnostics::kUnreadableNumber, place,
                          {std::to_string(*low) + " to " + std::to_string(*high),
                           "a range that goes from low to high",
                           "number " + std::to_string(std::min(*low, *high)) + " to " +
                               std::to_string(*low == *high ? *high + 1 : std::max(*low, *high))});
      type.low = std::min(*low, *high);  // as it was meant: what uses it says nothing more
      type.high = *low == *high ? *high + 1 : std::max(*low, *high);
    }
    return true;
  }

  void read_flag(Slot& slot, const Segment& part) {
    Words words(part);
    if (words.take("measure")) {
      slot.measure = true;
    } else if (words.take("private")) {
      slot.is_private = true;
    } else if (words.take("shared")) {
      slot.shared = true;
    } else if (words.take_all("starts at")) {
      if (!read_start(slot, words)) return;
    } else if (!words.take("keep") || !read_keep(slot, words)) {
      return unknown_flag(part);
    }
    if (!words.at_end()) unknown_flag(part);
  }

  bool read_start(Slot& slot, Words& words) {
    const Segment rest = words.segment().from(words.rest());
    slot.starts_at = words.take_literal();
    if (slot.starts_at && words.at_end()) return true;
    reading_.report.add(diagnostics::kUnreadableValue, rest.place(), {std::string(rest.text)});
    return false;
  }

  static bool read_keep(Slot& slot, Words& words) {
    if (words.take("none")) {
      slot.keep.kind = Keep::Kind::kNone;
    } else if (words.take("run")) {
      slot.keep.kind = Keep::Kind::kRun;
    } else {
      const auto duration = words.take_duration();
      if (!duration) return false;
      slot.keep = {Keep::Kind::kFor, *duration};
    }
    return true;
  }

  void unknown_flag(const Segment& part) {
    static const std::vector<std::string> kFlags = {
        "starts at", "measure", "private", "shared", "keep", "starts", "keep none", "keep run"};
    const std::string word(Words(part).peek());
    const std::string near = nearest(word, kFlags);
    reading_.report.add(diagnostics::kUnknownFlag, part.place(),
                        {std::string(part.text), near == word ? nearest(part.text, kFlags) : near});
  }

  Reading& reading_;
};

void read_phrases(Hears& hears, const Segment& segment, char between) {
  std::string_view left = segment.text;
  while (!left.empty()) {
    const std::size_t end =
        between == '|' ? phrase_end(left) : std::min(left.find(between), left.size());
    const std::string_view phrase = trimmed(left.substr(0, end));
    if (!phrase.empty()) {
      hears.phrases.emplace_back(std::string(phrase), segment.place_of(phrase));
    }
    left.remove_prefix(std::min(end + 1, left.size()));
  }
}

void read_list(Reading& reading, const Node& node) {
  const auto entry =
      read_entry(reading, node, "hears", "NAME: words | words", "late: late | six | on time");
  if (!entry) return;
  refuse_children(reading, node, "a word list");
  Hears hears;
  hears.name = std::string(entry->name);
  hears.place = node.head.place_of(entry->name);
  if (!is_name(hears.name)) {
    reading.report.add(diagnostics::kUnreadableName, hears.place,
                       {hears.name, "word list",
                        "A name is small letters, digits and dashes, without spaces, and begins "
                        "with a letter.",
                        as_name(hears.name)});
    hears.name = as_name(hears.name);
  }
  const std::string_view words = entry->value.text;
  const bool commas = words.find(',') != std::string_view::npos &&
                      words.find_first_of("|/(") == std::string_view::npos && node.more.empty();
  if (commas) {
    std::string right(words);
    for (std::size_t at = 0; (at = right.find(',', at)) != std::string::npos;)
      right.replace(at, 1, at > 0 && right[at - 1] == ' ' ? "|" : " |");
    reading.report.add(diagnostics::kForeignHabit,
                       entry->value.place_of(words.substr(words.find(','), 1)),
                       {",", "|", hears.name + ": " + right});
  }
  read_phrases(hears, entry->value, commas ? ',' : '|');
  for (const Segment& more : node.more) read_phrases(hears, more, '|');
  if (hears.phrases.empty()) {
    reading.report.add(diagnostics::kMissingText, entry->value.place(), {hears.name + ":"});
  }
  reading.script.hears.push_back(std::move(hears));
}

bool has_lines(Reading& reading, const Node& section, const std::string& what,
               const std::string& example) {
  if (trimmed(section.head.text) != what) {
    reading.report.add(diagnostics::kMalformedStep, section.head.place(),
                       {what, "The word stands alone, and each entry on its own line below."});
  }
  if (!section.children.empty()) return true;
  reading.report.add(diagnostics::kMissingBlock, section.head.place(), {what, example, kFurtherIn});
  return false;
}

}  // namespace

// The end of the phrase that begins `text`: the next '|' outside brackets and outside /.../.
std::size_t phrase_end(std::string_view text) {
  const std::string_view start = trimmed(text);
  std::size_t at = 0;
  if (start.substr(0, 1) == "/") {
    at = static_cast<std::size_t>(start.data() - text.data()) + 1;
    for (std::size_t slash = text.find('/', at); slash != std::string_view::npos;
         slash = text.find('/', slash + 1)) {
      const std::string_view after = trimmed(text.substr(slash + 1));
      if (after.empty() || after[0] == '|') {
        at = slash + 1;
        break;
      }
    }
  }
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(' || text[at] == '[') ++depth;
    if ((text[at] == ')' || text[at] == ']') && depth > 0) --depth;
    if (text[at] == '|' && depth == 0) return at;
  }
  return text.size();
}

void read_slots(Reading& reading, const Node& section) {
  if (!has_lines(reading, section, "slots", "lines such as `reply: text up to 400`")) return;
  SlotReader reader(reading);
  for (const Node& node : section.children) reader.read(node);
}

void read_hears(Reading& reading, const Node& section) {
  if (!has_lines(reading, section, "hears", "lines such as `late: late | six`")) return;
  for (const Node& node : section.children) read_list(reading, node);
}

}  // namespace attune::dialogs
