#include "dialogs/translation/po_file.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "dialogs/language/definitions.h"
#include "dialogs/language/utf8.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kMostBytes = 10'000'000;
constexpr std::size_t kMostMistakes = 100;

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool take(std::string_view& line, std::string_view word) {
  if (line.substr(0, word.size()) != word) return false;
  line.remove_prefix(word.size());
  return true;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

class Reader {
 public:
  explicit Reader(const SourceFile& source) : source_(source) {}

  ReadPo read() {
    if (source_.text.size() > kMostBytes) {
      wrong(1, 1, 0, "the file is over 10 MB long");
      return std::move(out_);
    }
    std::string_view left = source_.text;
    take(left, "\xEF\xBB\xBF");
    for (number_ = 1; !left.empty() && out_.diagnostics.size() < kMostMistakes; ++number_) {
      const std::size_t end = std::min(left.find('\n'), left.size());
      whole_ = left.substr(0, end);
      left.remove_prefix(std::min(end + 1, left.size()));
      line(without_blanks(whole_));
    }
    finish();
    return std::move(out_);
  }

 private:
  enum class Part { kNone, kContext, kSource, kText, kPrevious, kPreviousContext };

  int column_of(std::string_view part) const {
    return static_cast<int>(part.data() - whole_.data()) + 1;
  }

  void wrong(int line, int column, std::size_t length, const std::string& why) {
    if (out_.diagnostics.size() >= kMostMistakes) return;
    broken_ = true;
    out_.diagnostics.push_back(make(diagnostics::kUnreadablePo, source_.path,
                                    {line, column, static_cast<int>(length)}, {why}));
  }
  void wrong(std::string_view part, const std::string& why) {
    wrong(number_, part.empty() ? 1 : column_of(part), part.size(), why);
  }

  void line(std::string_view text) {
    if (!is_utf8(text)) return wrong(text, "these bytes are not UTF-8");
    if (text.empty()) return finish();
    if (take(text, "#~")) {
      text = without_blanks(text);
      const bool previous = take(text, "|");
      if (previous) return before(without_blanks(text));
      if (text.substr(0, 7) == "msgctxt" || (text.substr(0, 6) == "msgid " && !has_source_)) begin();
      entry_.obsolete = true;
      return keyword(text);
    }
    if (text.front() == '#') return comment(text);
    keyword(text);
  }

  // A comment begins the next entry, where this one has its translation.
  void comment(std::string_view text) {
    if (has_text_) finish();
    begin();
    text.remove_prefix(1);
    if (take(text, "|")) return before(without_blanks(text));
    if (take(text, ",")) return flags(text);
    if (take(text, ".")) return entry_.notes.emplace_back(without_blanks(text)), void();
    if (take(text, ":")) return entry_.places.emplace_back(without_blanks(text)), void();
    entry_.comments.emplace_back(without_blanks(text));
  }

  void flags(std::string_view text) {
    while (!text.empty()) {
      const std::size_t comma = std::min(text.find(','), text.size());
      const std::string_view flag = without_blanks(text.substr(0, comma));
      if (flag == "fuzzy") entry_.fuzzy = true;
      else if (!flag.empty()) entry_.flags.emplace_back(flag);
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
  }

  // "#| msgid": what it was before. Its context is not needed.
  void before(std::string_view text) {
    begin();
    if (take(text, "msgctxt")) part_ = Part::kPreviousContext;
    else if (take(text, "msgid")) part_ = Part::kPrevious;
    quoted(without_blanks(text));
  }

  void keyword(std::string_view text) {
    const std::string_view all = text;
    if (text.front() == '"') {
      if (part_ == Part::kNone) return wrong(text, "this text belongs to nothing");
      return quoted(text);
    }
    if (take(text, "msgctxt")) {
      if (has_text_) finish();
      start_at(all);
      part_ = Part::kContext;
    } else if (take(text, "msgid_plural") || take(text, "msgstr[")) {
      return wrong(all, "plural forms have no place in a script");
    } else if (take(text, "msgid")) {
      if (has_text_) finish();
      if (entry_.place.line == 0) start_at(all);
      part_ = Part::kSource;
      has_source_ = true;
    } else if (take(text, "msgstr")) {
      if (!has_source_) return wrong(all, "there is no msgid above this msgstr");
      part_ = Part::kText;
      has_text_ = true;
    } else {
      return wrong(all, "a line begins with msgctxt, msgid, msgstr, # or a quotation mark");
    }
    quoted(without_blanks(text));
  }

  void start_at(std::string_view text) {
    begin();
    entry_.place = {number_, column_of(text), static_cast<int>(text.size())};
  }

  void quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
      return wrong(text, "a text stands between two quotation marks, on one line");
    }
    const std::string_view inside = text.substr(1, text.size() - 2);
    if (part_ == Part::kText && entry_.text_place.line == 0) {
      entry_.text_place = {number_, column_of(inside), static_cast<int>(inside.size())};
    }
    if (const auto plain = unescaped(inside)) {
      if (std::string* to = target()) *to += *plain;
    } else {
      wrong(text, "a quotation mark inside a text is written \\\", and after \\ comes n, t, \\ or \"");
    }
  }

  std::string* target() {
    switch (part_) {
      case Part::kContext: return &entry_.context;
      case Part::kSource: return &entry_.source;
      case Part::kText: return &entry_.text;
      case Part::kPrevious: return &entry_.previous;
      case Part::kPreviousContext:
      case Part::kNone: return nullptr;
    }
    return nullptr;
  }

  static std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"') return std::nullopt;
      if (text[i] != '\\') {
        out += text[i];
        continue;
      }
      if (++i == text.size()) return std::nullopt;
      switch (text[i]) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'r': break;
        case '\\': out += '\\'; break;
        case '"': out += '"'; break;
        default: return std::nullopt;
      }
    }
    return out;
  }

  void begin() {
    if (open_) return;
    open_ = true;
    entry_ = {};
    part_ = Part::kNone;
    has_source_ = has_text_ = broken_ = false;
  }

  void finish() {
    const bool whole = open_ && has_source_ && has_text_;
    if (open_ && has_source_ && !has_text_ && !broken_) {
      wrong(entry_.place.line, entry_.place.column, static_cast<std::size_t>(entry_.place.length),
            "there is no msgstr to this msgid; write msgstr \"\" where it is not translated yet");
    }
    open_ = has_source_ = has_text_ = false;
    part_ = Part::kNone;
    if (!whole) return;
    if (entry_.context.empty() && entry_.source.empty()) {
      out_.file.header = std::move(entry_);
    } else {
      out_.file.entries.push_back(std::move(entry_));
    }
    entry_ = {};
  }

  const SourceFile& source_;
  ReadPo out_;
  std::string_view whole_;
  int number_ = 0;
  PoEntry entry_;
  Part part_ = Part::kNone;
  bool open_ = false, has_source_ = false, has_text_ = false, broken_ = false;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      default: out += c;
    }
  }
  return out + "\"";
}

void put(std::string& out, const PoEntry& entry, bool header) {
  const std::string before = entry.obsolete ? "#~ " : "";
  for (const std::string& one : entry.comments) out += (one.empty() ? "#" : "# ") + one + "\n";
  for (const std::string& one : entry.notes) out += "#. " + one + "\n";
  for (const std::string& one : entry.places) out += "#: " + one + "\n";
  if (entry.fuzzy || !entry.flags.empty()) {
    out += "#,";
    if (entry.fuzzy) out += entry.flags.empty() ? " fuzzy" : " fuzzy,";
    for (const std::string& flag : entry.flags) {
      out += " " + flag + (&flag == &entry.flags.back() ? "" : ",");
    }
    out += "\n";
  }
  if (!entry.previous.empty()) {
    out += (entry.obsolete ? "#~| msgid " : "#| msgid ") + quoted(entry.previous) + "\n";
  }
  if (!entry.context.empty()) out += before + "msgctxt " + quoted(entry.context) + "\n";
  out += before + "msgid " + quoted(entry.source) + "\n" + before + "msgstr ";
  if (!header) {
    out += quoted(entry.text) + "\n";
    return;
  }
  out += "\"\"\n";  // the header, a field a line
  for (std::size_t at = 0; at < entry.text.size();) {
    const std::size_t end = std::min(entry.text.find('\n', at), entry.text.size() - 1);
    out += quoted(entry.text.substr(at, end - at + 1)) + "\n";
    at = end + 1;
  }
}

}  // namespace

std::string PoFile::field(const std::string& name) const {
  const std::string& all = header.text;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string_view line = std::string_view(all).substr(at, end - at);
    if (line.substr(0, name.size()) == name && line.substr(name.size(), 1) == ":") {
      return std::string(without_blanks(line.substr(name.size() + 1)));
    }
    at = end + 1;
  }
  return "";
}

ReadPo read_po(const SourceFile& source) { return Reader(source).read(); }

std::string write_po(const PoFile& file) {
  std::string out;
  put(out, file.header, true);
  for (const bool obsolete : {false, true}) {
    for (const PoEntry& entry : file.entries) {
      if (entry.obsolete != obsolete) continue;
      out += '\n';
      put(out, entry, false);
    }
  }
  return out;
}

}  // namespace attune::dialogs
