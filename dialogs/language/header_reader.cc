#include "dialogs/language/header_reader.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "dialogs/language/condition_reader.h"
#include "dialogs/language/habits.h"
#include "dialogs/language/keywords.h"
#include "dialogs/language/step_line.h"
#include "dialogs/language/text_reader.h"

namespace attune::dialogs {
namespace {

constexpr std::string_view kOrBecause = "or because ";
constexpr Seconds kDefaultKeep = 30 * 24 * 3600;

const std::vector<std::string>& keys() {
  static const std::vector<std::string> all = {
      "title", "about", "for",     "language", "cast",     "model",     "not for",
      "role",  "topic", "minutes", "sources",  "reviewed", "needs",     "needs otherwise",
      "heavy", "keep",  "safety",  "yes",      "no",       "or because", "moved"};
  return all;
}

bool is_key(std::string_view key, Script::Kind kind) {
  if (key == "yes" || key == "no") return kind == Script::Kind::kAlways;
  return std::find(keys().begin(), keys().end(), key) != keys().end();
}

class HeaderReader {
 public:
  explicit HeaderReader(Reading& reading) : reading_(reading), header_(reading.script.header) {
    header_.keep.kind = Keep::Kind::kFor;
    header_.keep.duration = kDefaultKeep;
  }

  void read(const Node& node) {
    const std::string_view text = node.head.text;
    if (text.substr(0, kOrBecause.size()) == kOrBecause) {
      read_or_because(node);
      return;
    }
    const std::size_t colon = text.find(':');
    const std::string_view key = trimmed(text.substr(0, colon));
    std::string name(key);
    if (colon == std::string_view::npos || !is_key(key, reading_.script.kind)) {
      name = unknown(node, key, colon != std::string_view::npos);
      if (name.empty()) return;
    }
    const Segments value = segments_of(node, text.substr(colon + 1));
    std::string joined;
    for (const Segment& segment : value) {
      if (!joined.empty()) joined += ' ';
      joined += segment.text;
    }
    const Place key_place = node.head.place_of(key);
    if (value.front().text.empty()) {
      reading_.report.add(diagnostics::kMissingText, key_place, {std::string(key) + ":"});
      return;
    }
    keep_field(name, joined, value.front().place(), key_place);
    take(name, joined, value.front());
    refuse_children(reading_, node, std::string(key) + ":");
  }

  void finish() {
    if (needs_ && !otherwise_.line) {
      reading_.report.add(diagnostics::kNeedsWithoutOtherwise, needs_place_,
                          {"needs:", "needs otherwise:"});
    } else if (otherwise_.line && !needs_ && !needs_given_) {
      reading_.report.add(diagnostics::kNeedsWithoutOtherwise, otherwise_,
                          {"needs otherwise:", "needs:"});
    }
    if (!needs_ || !otherwise_.line) return;
    Header::Needs needs;
    needs.refuse.kind = Condition::Kind::kNot;
    needs.refuse.place = needs_->place;
    needs.refuse.parts.push_back(*std::move(needs_));
    needs.script = otherwise_script_;
    needs.script_place = otherwise_;
    header_.needs.insert(header_.needs.begin(), std::move(needs));
  }

 private:
  // Reports it; the key that was meant, if the line can be read as that.
  std::string unknown(const Node& node, std::string_view key, bool colon) {
    if (colon) {
      const std::string near = nearest(key, keys());
      reading_.report.add(diagnostics::kUnknownHeaderKey, node.head.place_of(key),
                          {std::string(key), near});
      return is_key(near, reading_.script.kind) ? near : "";
    }
    std::string meant;  // "title A first try": the colon was forgotten
    for (const std::string& known : keys()) {
      const std::string_view text = node.head.text;
      const bool begins = text.substr(0, known.size() + 1) == known + " ";
      if (begins && known.size() > meant.size()) meant = known;
    }
    const bool follows = meant.empty() && reading_.unknown_line + 1 == node.head.line;
    if (meant.empty()) reading_.unknown_line = node.head.line;
    if (follows) return "";
    reading_.report.add(diagnostics::kUnknownHeaderKey, node.head.place_of(key),
                        {std::string(key), "", meant});
    if (!meant.empty()) header_.fields.try_emplace(meant, std::string(key), node.head.place());
    return "";
  }

  void keep_field(const std::string& key, const std::string& value, Place place, Place key_place) {
    const auto [entry, is_new] = header_.fields.try_emplace(key, value, place);
    if (is_new) return;
    reading_.report.add(diagnostics::kGivenTwice, key_place,
                        {key + ":", std::to_string(entry->second.second.line)});
  }

  void take(const std::string& key, const std::string& value, const Segment& segment) {
    if (key == "title") header_.title = value;
    if (key == "about") header_.about = value;
    if (key == "topic") take_topic(value, segment);
    if (key == "reviewed") take_reviewed(value, segment);
    if (key == "language") take_language(value, segment);
    if (key == "for")
      take_one_of(key, segment, {"one", "two"}, [&](int i) { header_.for_two = i; });
    if (key == "heavy") take_one_of(key, segment, {"no", "yes"}, [&](int i) { header_.heavy = i; });
    if (key == "cast") take_cast(segment);
    if (key == "minutes") take_minutes(segment);
    if (key == "keep") take_keep(segment);
    if (key == "safety") {
      take_one_of(key, segment, {"opens", "clears"}, [&](int i) {
        header_.safety = i == 0 ? Header::Safety::kOpens : Header::Safety::kClears;
      });
    }
    if (key == "needs") take_needs(segment);
    if (key == "needs otherwise") take_otherwise(segment);
    if (key == "moved") take_moved(value, segment);
  }

  template <typename Take>
  void take_one_of(const std::string& key, const Segment& segment,
                   const std::array<std::string_view, 2>& values, Take take) {
    for (int i = 0; i < 2; ++i) {
      if (segment.text == values[static_cast<std::size_t>(i)]) return take(i);
    }
    wrong(key, segment, "`" + std::string(values[0]) + "` or `" + std::string(values[1]) + "`");
  }

  void wrong(const std::string& key, const Segment& segment, const std::string& right) {
    reading_.report.add(diagnostics::kWrongHeaderValue, segment.place(),
                        {key + ":", std::string(segment.text), right});
  }

  // A topic is any word; two of them have rules of their own, which a slip would take away in silence.
  void take_topic(const std::string& value, const Segment& segment) {
    const std::string near = nearest(value, {"safety", "forgiveness"});
    if (!near.empty() && near != value) wrong("topic", segment, "`" + near + "`");
    header_.topic = near.empty() ? value : near;
  }

  void take_reviewed(const std::string& value, const Segment& segment) {
    const auto digit = [&](std::size_t i) { return value[i] >= '0' && value[i] <= '9'; };
    bool dated = value.size() >= 10 && value[4] == '-' && value[7] == '-';
    for (const std::size_t i : {0u, 1u, 2u, 3u, 5u, 6u, 8u, 9u}) dated = dated && digit(i);
    if (dated) {
      const std::chrono::year_month_day day{
          std::chrono::year(std::stoi(value.substr(0, 4))),
          std::chrono::month(static_cast<unsigned>(std::stoi(value.substr(5, 2)))),
          std::chrono::day(static_cast<unsigned>(std::stoi(value.substr(8, 2))))};
      dated = day.ok();
    }
    if (!dated && value != "draft") {
      wrong("reviewed", segment, "`draft`, or a date and initials such as `2026-11-23 mk`");
    }
    header_.reviewed = value;
  }

  void take_language(const std::string& value, const Segment& segment) {
    const bool fits = value.size() >= 2 && value.size() <= 35 &&
                      std::all_of(value.begin(), value.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                               (c >= '0' && c <= '9');
                      });
    if (!fits) wrong("language", segment, "a language code such as `en` or `pt-BR`");
    header_.language = value;
  }

  void take_cast(const Segment& segment) {
    std::string_view left = segment.text;
    for (;;) {
      const std::size_t comma = left.find(',');
      std::string_view name = trimmed(left.substr(0, comma));
      if (name.empty() || name.size() > 40 || name.find_first_of(":()|/;") != name.npos) {
        wrong("cast", segment, "names with commas between, such as `Sam, Aunt May`");
        return;
      }
      if (name == "Bot") wrong("cast", segment, "only the others who speak; the bot always does");
      for (const std::string_view between : {" and ", " & ", " + "}) {
        const std::size_t at = name.find(between);
        if (at == std::string_view::npos) continue;
        const std::string first(trimmed(name.substr(0, at)));
        const std::string second(trimmed(name.substr(at + between.size())));
        wrong("cast", segment,
              "the names with a comma between them: `" + first + ", " + second + "`");
        header_.cast.push_back(first);
        name = name.substr(at + between.size());
      }
      if (name != "Bot") header_.cast.emplace_back(trimmed(name));
      if (comma == std::string_view::npos) return;
      left.remove_prefix(comma + 1);
    }
  }

  void take_minutes(const Segment& segment) {
    const auto number = number_from(segment.text);
    if (!number || *number < 1 || *number > 600) wrong("minutes", segment, "a number such as `6`");
  }

  void take_keep(const Segment& segment) {
    Words words(segment);
    Keep keep;
    if (words.take("none")) {
      keep.kind = Keep::Kind::kNone;
    } else if (words.take("run")) {
      keep.kind = Keep::Kind::kRun;
    } else if (const auto duration = words.take_duration()) {
      keep.kind = Keep::Kind::kFor;
      keep.duration = *duration;
    }
    if (keep.kind == Keep::Kind::kScript || !words.at_end()) {
      wrong("keep", segment, "`none`, `run`, or a time such as `30 days`");
      return;
    }
    header_.keep = keep;
  }

  // `old01 -> new07, old02 -> new07`, on one line or more; a place is that of the key's first line.
  void take_moved(const std::string& value, const Segment& segment) {
    std::string_view left = value;
    for (;;) {
      const std::size_t comma = left.find(',');
      const std::string_view pair = trimmed(left.substr(0, comma));
      const std::size_t arrow = pair.find("->");
      const std::string from(trimmed(pair.substr(0, arrow)));
      const std::string to(arrow == pair.npos ? "" : trimmed(pair.substr(arrow + 2)));
      if (!is_id(from) || !is_id(to)) {
        wrong("moved", segment, "`old01 -> new07`, ids of lines, with commas between pairs");
        return;
      }
      header_.moved.push_back({from, to, segment.place()});
      if (comma == left.npos) return;
      left.remove_prefix(comma + 1);
    }
  }

  void take_needs(const Segment& segment) {
    Words words(segment);
    needs_given_ = true;
    needs_place_ = segment.place();
    needs_ = read_last_condition(reading_, words);
  }

  void take_otherwise(const Segment& segment) {
    if (!check_script(segment)) return;
    otherwise_ = segment.place();
    otherwise_script_ = std::string(segment.text);
  }

  bool check_script(const Segment& segment) {
    if (is_script_name(segment.text)) return true;
    reading_.report.add(diagnostics::kUnreadableName, segment.place(),
                        {std::string(segment.text), "script",
                         "Write its path without the ending, such as `listen/say-back`.",
                         as_script_name(segment.text)});
    return false;
  }

  void read_or_because(const Node& node) {
    Words words(node.head);
    words.take_all("or because");
    auto condition = read_condition(reading_, words);
    if (!condition) return;
    const std::string_view rest = words.rest();
    if (rest.substr(0, 1) != ":") {
      reading_.report.add(diagnostics::kMalformedStep, words.next_place(),
                          {"or because CONDITION: SCRIPT"});
      return;
    }
    const Segment script = node.head.from(trimmed(rest.substr(1)));
    const std::string_view key = trimmed(
        node.head.text.substr(0, static_cast<std::size_t>(rest.data() - node.head.text.data())));
    keep_field(std::string(key), std::string(script.text), script.place(), node.head.place_of(key));
    if (!check_script(script)) return;
    header_.needs.push_back({*std::move(condition), std::string(script.text), script.place()});
    refuse_children(reading_, node, "or because");
  }

  Reading& reading_;
  Header& header_;
  std::optional<Condition> needs_;
  Place needs_place_;
  bool needs_given_ = false;
  Place otherwise_;
  std::string otherwise_script_;
};

}  // namespace

bool begins_section(const Node& node, Script::Kind kind) {
  const std::string_view word = node.first_word();
  if (word == "slots" || word == "hears" || word == "remarks") return true;
  if (word.substr(0, 2) == "==") return true;
  return word == "on" && kind == Script::Kind::kAlways;
}

// "or because" is a key, "on" a line of always.talk; the rest are steps or what somebody says.
static bool begins_step(const Reading& reading, const Node& node) {
  static const std::vector<std::string> kSteps = {"ask",  "choose", "rate",   "consent", "if",
                                                  "vary", "set",    "add",    "call",    "switch",
                                                  "->",   "end",    "forget", "rewind"};
  const std::string_view text = node.head.text;
  if (text[0] == '*' || text.substr(0, 2) == "->") return true;
  const std::string_view who = trimmed(text.substr(0, std::min(text.find(':'), text.size())));
  const auto& cast = reading.script.header.cast;
  if (who == "Bot" || std::find(cast.begin(), cast.end(), who) != cast.end()) return true;
  const std::string word(node.first_word());
  const bool step = std::find(kSteps.begin(), kSteps.end(), word) != kSteps.end();
  return step && fits_form(word, trimmed(text.substr(word.size())));
}

void refuse_children(Reading& reading, const Node& node, const std::string& what) {
  if (node.children.empty() || node.children.front().misplaced) return;
  reading.report.add(diagnostics::kUnexpectedBlock, node.children.front().head.place(), {what});
}

std::size_t read_header(Reading& reading, const std::vector<Node>& nodes, std::size_t at) {
  HeaderReader reader(reading);
  const bool script = reading.script.kind == Script::Kind::kScript;
  while (at < nodes.size() && !begins_section(nodes[at], reading.script.kind)) {
    if (script && begins_step(reading, nodes[at])) break;  // the first scene was forgotten
    reader.read(nodes[at++]);
  }
  reader.finish();
  return at;
}

std::vector<std::string> header_keys() { return keys(); }

}  // namespace attune::dialogs
