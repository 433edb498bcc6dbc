// The text of .play files. Conditions are read by the script parser, through a one-line script, so
// that a play and a script can never disagree about what a condition means.
#include <algorithm>
#include <charconv>

#include "dialogs/language/definitions.h"
#include "dialogs/language/parser.h"
#include "dialogs/language/source_tree.h"
#include "dialogs/play/play.h"

namespace attune::dialogs {
namespace {

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool starts_with(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

// Without the quotes around it, whichever a word processor made of them. One that stands in the words
// is part of them.
std::string unquoted(std::string text) {
  for (const std::string_view quote : {"\"", "“", "”", "„", "«", "»"}) {
    if (starts_with(text, quote)) text = text.substr(quote.size());
    if (text.size() >= quote.size() && text.compare(text.size() - quote.size(), quote.size(), quote) == 0)
      text.resize(text.size() - quote.size());
  }
  return trim(text);
}

// "24 hours" -> seconds; -1 if it is none.
Seconds duration_of(const std::string& text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || number < 0 || number > 1'000'000) return -1;
  const std::string unit = trim(std::string_view(read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr)));
  for (const auto& [name, seconds] : {std::pair<std::string, Seconds>{"minute", 60}, {"hour", 3600}, {"h", 3600},
                                      {"day", 86400}, {"week", 7 * 86400}, {"month", 30 * 86400}}) {
    if (unit == name || unit == name + "s") return number * seconds;
  }
  return -1;
}

class Reader {
 public:
  explicit Reader(const SourceFile& file) : file_(file) {}

  ParsedPlays read() {
    if (const std::string format = foreign_format(file_.text); !format.empty()) {
      out_.diagnostics.push_back(
          make(diagnostics::kNotPlainText, file_.path, {1, 1, 0}, {format}));
      return std::move(out_);
    }
    std::size_t begin = 0;
    while (begin <= file_.text.size()) {
      ++line_;
      std::size_t end = file_.text.find('\n', begin);
      if (end == std::string::npos) end = file_.text.size();
      take(std::string_view(file_.text).substr(begin, end - begin));
      begin = end + 1;
    }
    if (out_.plays.empty() && out_.diagnostics.empty()) {
      place_ = {1, 1, 0};
      wrong("There is no play in this file", "Begin with: play \"what it shows\"");
    }
    return std::move(out_);
  }

 private:
  void wrong(const std::string& message, const std::string& advice) {
    out_.diagnostics.push_back(
        make(diagnostics::kUnreadablePlay, file_.path, place_, {message, advice}));
  }

  void take(std::string_view raw) {
    const std::string line = trim(raw);
    const auto indent = raw.find_first_not_of(" \t");
    place_ = {line_, static_cast<int>(indent == std::string_view::npos ? 1 : indent + 1), static_cast<int>(line.size())};
    if (line.empty() || starts_with(line, "//")) return;
    if (line == "play" || starts_with(line, "play ") || starts_with(line, "play\"")) return begin_play(line);
    if (out_.plays.empty()) return wrong("This line stands above the first play", "Begin with: play \"what it shows\"");
    switch (line[0]) {
      case '>': return take_setup(trim(line.substr(1)));
      case '=': return take_assertion(trim(line.substr(1)));
      case '~': return take_time(trim(line.substr(1)));
      default: return take_speech(line);
    }
  }

  void begin_play(const std::string& line) {
    Play play;
    play.path = file_.path;
    play.title = unquoted(trim(line.substr(4)));
    play.place = place_;
    if (play.title.empty()) wrong("This play has no name", "Write: play \"what it shows\"");
    out_.plays.push_back(std::move(play));
  }

  void add(PlayLine line) {
    line.place = place_;
    out_.plays.back().lines.push_back(std::move(line));
  }

  void take_setup(const std::string& text) {
    PlayLine line;
    const auto space = text.find(' ');
    const std::string word = text.substr(0, space);
    line.who = word;
    line.text = space == std::string::npos ? "" : trim(text.substr(space + 1));
    line.kind = PlayLine::Kind::kStart;
    const bool known = word == "start" || word == "done" || word == "at" || word == "safety.open" || text == "give back" || starts_with(word, "my.");
    if (!known || (line.text.empty() && word != "safety.open")) {
      return wrong("`> " + text + "` is nothing that a play can begin with",
                   "Write: > start SCRIPT, or before it: > done SCRIPT, > my.SLOT = VALUE, > safety.open, > at 22:30; or below it: > give back");
    }
    if (starts_with(word, "my.") && starts_with(line.text, "=")) line.text = unquoted(trim(line.text.substr(1)));
    add(std::move(line));
  }

  void take_assertion(const std::string& text) {
    PlayLine line;
    line.text = text;
    if (starts_with(text, "ended")) {
      line.kind = PlayLine::Kind::kEnded;
      const std::string how = trim(text.substr(5));
      if (how == "paused") line.outcome = Outcome::kPaused;
      else if (how == "stopped") line.outcome = Outcome::kStopped;
      else if (!how.empty() && how != "completed") return wrong("A script does not end `" + how + "`", "Write: = ended completed, = ended paused or = ended stopped");
      return add(std::move(line));
    }
    line.kind = PlayLine::Kind::kAssert;
    const Parsed parsed = parse({"play.talk", "title: a\n\n== start\nif " + text + "\n  end completed\n"});
    const If* condition = nullptr;
    if (!parsed.script.scenes.empty() && !parsed.script.scenes[0].steps.empty()) {
      condition = std::get_if<If>(&parsed.script.scenes[0].steps[0].what);
    }
    if (has_errors(parsed.diagnostics) || condition == nullptr || condition->arms.empty()) {
      return wrong("`" + text + "` is not a condition", "Write for instance: = reply is set, = heat > 3, = mood is calm");
    }
    line.condition = condition->arms[0].condition;
    add(std::move(line));
  }

  void take_time(const std::string& text) {
    PlayLine line;
    line.kind = PlayLine::Kind::kPasses;
    line.duration = duration_of(text);
    if (line.duration < 0) return wrong("`~ " + text + "` is not a length of time", "Write for instance: ~ 24 hours");
    add(std::move(line));
  }

  void take_speech(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == std::string::npos || colon == 0) {
      return wrong("This line says neither who speaks nor what is expected", "Write: You: words, or Bot: words, or Bot: #id");
    }
    PlayLine line;
    line.who = trim(std::string_view(text).substr(0, colon));
    line.text = trim(std::string_view(text).substr(colon + 1));
    line.kind = PlayLine::Kind::kHeard;
    if (line.who == "You") {
      line.kind = PlayLine::Kind::kSaid;
      if (line.text.size() > 2 && line.text.front() == '[' && line.text.back() == ']') {
        line.kind = PlayLine::Kind::kPress;
        line.text = trim(std::string_view(line.text).substr(1, line.text.size() - 2));
      }
    }
    add(std::move(line));
  }

  const SourceFile& file_;
  ParsedPlays out_;
  Place place_;
  int line_ = 0;
};

}  // namespace

ParsedPlays parse_plays(const SourceFile& file) { return Reader(file).read(); }

std::string write_play(const std::string& title, const std::string& script, const std::vector<Spoken>& lines,
                       const std::vector<std::string>& before) {
  std::string out = "play \"" + title + "\"\n";
  for (const std::string& one : before) out += "  > " + one + "\n";
  out += "  > start " + script + "\n";
  for (const Spoken& line : lines) {
    if (line.given_back) {
      out += "  > give back\n";
    } else if (line.passes) {
      out += "  ~ " + line.text + "\n";
    } else if (line.by_person) {
      out += "  You: " + (line.pressed ? "[" + line.text + "]" : line.text) + "\n";
    } else {
      out += "  " + line.speaker + ": " + (line.id.empty() ? line.text : "#" + line.id) + "\n";
    }
  }
  return out;
}

}  // namespace attune::dialogs
