// The tree, line by line, from the top. What a line is takes knowing what stands around it: a dash
// is a bullet under `choose`, and a line that begins with no word of the language, right below a
// text, is most likely the rest of that text.
#include "dialogs/language/habits.h"

#include <algorithm>
#include <iterator>

#include "dialogs/language/speech_reader.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

constexpr std::string_view kWords[] = {
    "ask",   "choose", "rate",   "consent", "if",        "vary",   "set",    "add",     "forget",
    "call",  "switch", "rewind", "end",     "wait",      "each",   "remind", "reveal",  "relay",
    "floor", "chart",  "hand",   "do",      "otherwise", "when",   "on",     "again",   "use",
    "nudge", "skip",   "only",   "timeout", "declined",  "part",   "means",  "resumed", "failed",
    "also:", "asks:",  "shows:", "slots",   "hears",     "remarks"};

bool is_word(std::string_view word) {
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

std::vector<std::string> speakers_of(const std::vector<Node>& nodes) {
  std::vector<std::string> names = {"Bot"};
  for (const Node& node : nodes) {
    if (node.head.text.substr(0, 5) != "cast:") continue;
    std::string_view left = node.head.text.substr(5);
    while (!left.empty()) {
      const std::size_t comma = std::min(left.find(','), left.size());
      const std::string_view name = trimmed(left.substr(0, comma));
      if (!name.empty()) names.emplace_back(name);
      left.remove_prefix(std::min(comma + 1, left.size()));
    }
  }
  return names;
}

std::set<std::string> scenes_of(const std::vector<Node>& nodes) {
  std::set<std::string> names;
  for (const Node& node : nodes) {
    std::string_view text = node.head.text;
    const std::size_t from = text.find_first_not_of("=#");
    if (from == 0 || from == std::string_view::npos) continue;
    text = text.substr(from);
    const std::string name = as_name(text.substr(0, text.find('(')));
    if (!name.empty()) names.insert(name);
  }
  return names;
}

class Mending {
 public:
  Mending(Reading& reading, const std::vector<Node>& nodes) : reading_(reading) {
    around_.speakers = speakers_of(nodes);
    around_.scenes = scenes_of(nodes);
    for (const Node& node : nodes) want(node);
  }

  void block(std::vector<Node>& nodes, const std::string& parent, Node* above) {
    std::vector<Node> kept;
    kept.reserve(nodes.size());
    for (Node& node : nodes) {
      if (node.head.text.empty()) continue;  // stands elsewhere by now
      around_.parent = parent;
      Node* before = kept.empty() ? above : last_of(kept.back());
      if (before && carries_on(node, *before)) {
        join(node, *before);
        for (Node& child : node.children) join(child, *before);
        continue;
      }
      around_.parent = parent;
      if (!line(node)) {
        std::move(node.children.begin(), node.children.end(), std::back_inserter(kept));
        continue;
      }
      if (parent.empty() && node.head.text.substr(0, 2) == "==") around_.in_scenes = true;
      if (parent.empty() && !around_.in_scenes) section(node, kept);
      adopt(node, nodes, static_cast<std::size_t>(&node - nodes.data()) + 1);
      choices_below(node);
      block(node.children, opening(node), &node);
      around_.parent = parent;
      const auto arrow = spoken_arrow(node.head.text, around_);
      kept.push_back(std::move(node));
      std::vector<Node> sections;
      sections.swap(later_);
      for (Node& heading : sections) {
        block(heading.children, opening(heading), nullptr);
        kept.push_back(std::move(heading));
      }
      if (arrow) aloud(kept, *arrow, parent);
    }
    nodes = std::move(kept);
  }

 private:
  void want(const Node& node) {
    const std::size_t arrow = node.head.text.rfind("-> ");
    if (arrow != std::string_view::npos) {
      const std::string_view name = trimmed(node.head.text.substr(arrow + 3));
      if (is_name(name) && name != "end" && around_.scenes.count(std::string(name)) == 0)
        around_.wanted.insert(std::string(name));
    }
    for (const Node& child : node.children) want(child);
  }

  // `ask mood` with choices below it.
  void choices_below(Node& node) {
    const std::string_view word = node.first_word();
    const auto choices = std::count_if(node.children.begin(), node.children.end(),
                                       [](const Node& child) { return child.head.text[0] == '*'; });
    if (choices < 2 || (word != "ask" && word != "rate")) return;
    const std::string line = "choose" + std::string(node.head.text.substr(word.size()));
    reading_.report.add(diagnostics::kForeignHabit, node.head.place(),
                        {std::string(node.head.text), line, ""});
    node.head = stored(line, node.head);
  }

  static std::string opening(const Node& node) {
    if (node.head.text[0] == '*') return "*";
    return std::string(node.first_word());
  }

  // The line of the file right above: the deepest last one.
  static Node* last_of(Node& node) {
    Node* last = &node;
    while (!last->children.empty()) last = &last->children.back();
    return last;
  }

  static int last_line(const Node& node) {
    return node.more.empty() ? node.head.line : node.more.back().line;
  }

  bool is_text(const Node& node) const {
    const std::string_view text = node.head.text;
    if (text[0] == '*' && opening_parent_ok(text)) return true;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view who = trimmed(text.substr(0, colon));
    const auto& names = around_.speakers;
    if (std::find(names.begin(), names.end(), who) != names.end()) return true;
    return text.substr(0, 3) == "if " && text.find(": Bot:") != std::string_view::npos;
  }
  static bool opening_parent_ok(std::string_view text) { return text.size() > 1; }

  // "… and then" rather than "… then." or "… then. #id01"
  static bool unfinished(const Node& node) {
    std::string_view text = node.more.empty() ? node.head.text : node.more.back().text;
    if (take_id(text) || text.empty() || text[0] == '*') return false;
    const char last = text.back();
    return (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z') || last == ',' ||
           (last >= '0' && last <= '9');
  }

  // A line that is nothing by itself, right below a text that it may belong to.
  bool carries_on(const Node& node, const Node& before) const {
    if (node.head.line != last_line(before) + 1) return false;
    const std::string_view text = node.head.text;
    if (around_.parent == "hears") return more_words(text, before);
    if (around_.parent.empty() && !around_.in_scenes)
      return more_of_header(text, before) &&
             !(text.substr(0, 8) == "minutes " && mend_line(text, around_));
    if (!is_text(before)) return false;
    if (around_.parent == "choose" && !unfinished(before))
      return false;  // a choice without its `*`
    const std::string_view word = node.first_word();
    const char first = text[0];
    const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                        first == '{' || static_cast<unsigned char>(first) >= 0x80;
    if (!letter || speaker_of(reading_, text) || mend_line(text, around_)) return false;
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && colon <= word.size()) return false;
    const std::string_view rest = trimmed(text.substr(word.size()));
    if (is_word(word)) return !fits_form(word, rest) && unfinished(before);
    static const std::vector<std::string> kAll(std::begin(kWords), std::end(kWords));
    const std::string near = nearest(word, kAll);
    if (!near.empty() && fits_form(near, rest)) return false;
    const auto blanks = std::count(text.begin(), text.end(), ' ');
    return unfinished(before) || blanks >= 2;
  }

  static bool more_words(std::string_view text, const Node& before) {
    const std::string_view last = before.more.empty() ? before.head.text : before.more.back().text;
    return text.find(':') == std::string_view::npos &&
           (text[0] == '|' || last.back() == '|' || text.find('|') != std::string_view::npos);
  }

  static bool more_of_header(std::string_view text, const Node& before) {
    const std::string_view words = text.substr(0, std::min(text.find(' '), text.size()));
    const bool key = before.head.text.find(':') != std::string_view::npos;
    const bool plain = text.find(':') == std::string_view::npos && words.size() < text.size();
    return key && plain && !is_word(words) && text[0] != '*' && text[0] != '-' && text[0] != '=' &&
           words != "or" && unfinished(before);
  }

  // Read as though `.. ` stood before it.
  void join(const Node& node, Node& before) {
    const bool told = told_wrapped_ == last_line(before) && told_wrapped_ != 0;
    if (!told) {
      reading_.report.add(diagnostics::kWrappedText, node.head.place(),
                          {std::string(node.head.text)});
    }
    before.more.push_back(node.head);
    before.more.insert(before.more.end(), node.more.begin(), node.more.end());
    told_wrapped_ = last_line(before);
  }

  Segment stored(std::string text, const Segment& as) {
    reading_.mended.push_back(std::move(text));
    const std::string& kept = reading_.mended.back();
    // What is mended stands at the front as a rule: the end keeps its column.
    const int shift = static_cast<int>(as.text.size()) - static_cast<int>(kept.size());
    return {kept, as.line, std::max(1, as.column + shift)};
  }

  // False if the line was a comment.
  bool line(Node& node) {
    auto mended = mend_line(node.head.text, around_);
    if (!mended && !speaker_of(reading_, node.head.text))
      mended = mend_unsaid(node.head.text, around_);
    if (!mended) return true;
    const std::size_t at = std::min(node.head.text.find(mended->found), node.head.text.size());
    const std::string_view found = at < node.head.text.size()
                                       ? node.head.text.substr(at, mended->found.size())
                                       : node.head.text;
    const bool follows = mended->comment && told_comment_ + 1 == node.head.line;
    if (!follows) {
      const bool whole = mended->found == node.head.text;
      reading_.report.add(diagnostics::kForeignHabit, node.head.place_of(found),
                          {mended->found, mended->right, whole ? "" : mended->line});
    }
    if (mended->comment) {
      told_comment_ = node.head.line;
      return false;
    }
    node.head = stored(mended->line, node.head);
    return true;
  }

  static bool is_entry(const Node& node) {
    const std::size_t colon = node.head.text.find(':');
    return colon != std::string_view::npos && is_name(node.head.text.substr(0, colon));
  }

  static bool is_list(const Node& node) {
    return node.head.text.find('|') != std::string_view::npos;
  }

  // Entries that hang on a header line, or a word list among the slots: their heading was
  // forgotten.
  void section(Node& node, std::vector<Node>& kept) {
    const std::string word = opening(node);
    if (node.children.empty() || word == "hears" || word == "remarks" || word == "on") return;
    const auto& below = node.children;
    auto from = node.children.begin();
    if (word == "slots") {
      from = std::find_if(node.children.begin(), node.children.end(), is_list);
    } else if (node.head.text.substr(0, 2) == "==" ||
               !std::all_of(below.begin(), below.end(), is_entry)) {
      return;
    }
    if (from == node.children.end() || !is_entry(*from)) return;
    const std::string name = is_list(*from) ? "hears" : "slots";
    reading_.report.add(diagnostics::kMissingSection, from->head.place(), {name});
    reading_.report.withdraw("AT006", from->head.line);
    Node heading;
    heading.head = {name == "hears" ? std::string_view("hears") : std::string_view("slots"),
                    from->head.line, 1};
    std::move(from, node.children.end(), std::back_inserter(heading.children));
    node.children.erase(from, node.children.end());
    if (word == "slots") {
      later_.push_back(std::move(heading));
    } else {
      section(heading, kept);
      later_.insert(later_.begin(), std::move(heading));
    }
  }

  bool said(const Node& node) const {
    const auto speaker = speaker_of(reading_, node.head.text);
    return speaker && std::find(around_.speakers.begin(), around_.speakers.end(), speaker->name) !=
                          around_.speakers.end();
  }

  // Does this line belong below `word`, where so far `taken` lines stand?
  bool belongs(const Node& node, std::string_view word, std::size_t taken) const {
    const std::string_view text = node.head.text;
    const std::string_view first = node.first_word();
    const bool section = first == "slots" || first == "hears" || first == "remarks" ||
                         text.substr(0, 1) == "=" || said(node);
    if (word == "slots" || word == "hears") {
      const std::size_t colon = text.find(':');
      return !section && colon != std::string_view::npos && is_name(text.substr(0, colon)) &&
             colon + 1 < text.size();
    }
    if (word == "choose") return text[0] == '*' || (taken == 0 && said(node)) || first == "skip";
    if (word == "consent") return (taken == 0 && said(node)) || first == "declined";
    if (word == "when" || (word == "otherwise" && around_.parent == "ask")) {
      return around_.parent == "ask" &&
             (said(node) || first == "again" || first == "add" || first == "set" || first == "->");
    }
    if (word != "ask") return false;
    return (taken == 0 && said(node)) ||
           (taken > 0 && (first == "when" || first == "otherwise" || first == "skip"));
  }

  // What should stand two spaces further in, below a line that needs it: told once, and moved
  // there.
  void adopt(Node& node, std::vector<Node>& siblings, std::size_t from) {
    const std::string word = opening(node);
    if (!node.children.empty()) return;
    for (std::size_t at = from; at < siblings.size(); ++at) {
      Node& next = siblings[at];
      if (!belongs(next, word, node.children.size())) break;
      if (node.children.empty()) {
        const std::string indent = std::to_string(next.head.column - 1);
        reading_.report.add(
            diagnostics::kWrongIndentation, {next.head.line, 1, next.head.column},
            {indent, std::to_string(next.head.column + 1), "It belongs to `" + word + "` above."});
      }
      for (const Node& child : next.children) reading_.report.withdraw("AT006", child.head.line);
      std::vector<Node> below;
      if (said(next)) below.swap(next.children);  // they hung on it for want of the right line
      next.misplaced = true;
      node.children.push_back(std::move(next));
      std::move(below.begin(), below.end(), std::back_inserter(node.children));
      next = Node{};
    }
  }

  // The arrow at the end of what is said, as the step that was meant.
  void aloud(std::vector<Node>& kept, const SpokenArrow& arrow, const std::string& parent) {
    Node& node = kept.back();
    reading_.report.add(diagnostics::kSpokenArrow, node.head.place_of(arrow.arrow), {arrow.step});
    Node step;
    step.head = stored(arrow.step, node.head);
    node.head = stored(arrow.text, node.head);
    const bool prompt = parent == "ask" || parent == "choose" || parent == "rate" ||
                        parent == "consent" || parent == "vary";
    if (!prompt) kept.push_back(std::move(step));
  }

  Reading& reading_;
  Surrounding around_;
  std::vector<Node> later_;  // sections whose heading was forgotten, to stand behind this line
  int told_wrapped_ = 0;
  int told_comment_ = 0;
};

std::size_t count_words(std::string_view text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

bool begins(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

bool is_condition(std::string_view rest) {
  if (count_words(rest) == 1) return true;
  for (const char* sign :
       {" and ", " or ", " is ", "<", ">", "not ", "visited ", "done ", "days "}) {
    if (rest.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

bool begins_no_step(std::string_view line) {
  const std::string_view word = line.substr(0, std::min(line.find(' '), line.size()));
  static const std::vector<std::string> kAll(std::begin(kWords), std::end(kWords));
  const std::string near = nearest(word, kAll);
  return near.empty() || !fits_form(near, trimmed(line.substr(word.size())));
}

bool fits_form(std::string_view word, std::string_view rest) {
  const std::size_t words = count_words(rest);
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  if (is({"ask", "choose", "chart", "use"}))
    return words <= 1 || rest.find(" from ") != std::string_view::npos;
  if (is({"when", "if"})) return is_condition(rest);
  if (is({"vary", "slots", "hears", "otherwise"}))
    return words == 0 || (word == "otherwise" && begins(rest, "if "));
  if (word == "rate") return words <= 1 || rest.find(':') != std::string_view::npos;
  if (word == "consent") return words <= 1 || begins(rest, "save");
  if (word == "set") return rest.find('=') != std::string_view::npos;
  if (word == "add") return !rest.empty() && (rest[0] == '-' || (rest[0] >= '0' && rest[0] <= '9'));
  if (word == "forget") return words <= 1 || rest.find(',') != std::string_view::npos;
  if (word == "call") return words <= 1 || rest.find('/') != std::string_view::npos;
  if (is({"switch", "rewind"})) return begins(rest, "to ") || words <= 1;
  if (word == "end") return words <= 1;
  if (is({"nudge", "timeout"})) return begins(rest, "after");
  if (is({"skip", "declined", "resumed", "failed"})) return begins(rest, "->") || words <= 1;
  if (word == "only") return begins(rest, "if ");
  if (word == "means") return words <= 1 || begins(rest, "\"");
  if (word == "on") return begins(rest, "answer") || words <= 1;
  if (word == "again") return begins(rest, "at most") || words <= 1;
  if (word == "wait") return begins(rest, "until") || (!rest.empty() && rest[0] <= '9');
  if (word == "remind")
    return begins(rest, "in ") || begins(rest, "every ") || begins(rest, "both ");
  if (word == "hand") return begins(rest, "off");
  if (word == "each") return words == 0 || begins(rest, "within");
  if (is({"part", "floor"})) return words == 1;
  if (is({"reveal", "relay"}))
    return rest.find(" from ") != std::string_view::npos ||
           rest.find(" both ") != std::string_view::npos;
  if (word == "do") return words <= 1 || rest.find(" with ") != std::string_view::npos;
  if (word == "remarks") return words == 1;
  return true;
}

void mend_habits(Reading& reading, std::vector<Node>& nodes) {
  Mending(reading, nodes).block(nodes, "", nullptr);
}

}  // namespace attune::dialogs
