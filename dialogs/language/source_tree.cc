// Indentation is read the way Python reads it: a stack of the indentations that are open, each with
// its level. A line as far in as an open one is its sibling; a line further in than the line above
// is its child. Only then is it asked whether the step was two spaces; if not, that is reported
// once, and the lines beside it follow quietly, so that one slip gives one message and the rest of
// the file is still read the way its author meant it.
#include "dialogs/language/source_tree.h"

#include <algorithm>
#include <cstdio>

#include "dialogs/language/utf8.h"

namespace attune::dialogs {
namespace {

struct Open {
  int indent = 0;
  std::vector<Node>* siblings = nullptr;
  bool misplaced = false;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

class TreeReader {
 public:
  TreeReader(const SourceFile& file, Report& report) : text_(file.text), report_(report) {
    open_.push_back({0, &roots_, false});
  }

  std::vector<Node> read() {
    if (text_.size() > kLongestFile) {
      report_.add(diagnostics::kFileTooLarge, {1, 1, 0}, {std::to_string(text_.size())});
      return {};
    }
    if (const std::string format = foreign_format(text_); !format.empty()) {
      report_.add(diagnostics::kNotPlainText, {1, 1, 0}, {format});
      return {};
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
    while (!text_.empty() && !too_deep_) {
      ++line_;
      const std::size_t end = text_.find('\n');
      std::string_view line = text_.substr(0, end);
      text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      take(line);
    }
    if (too_deep_) return {};
    return std::move(roots_);
  }

 private:
  void take(std::string_view line) {
    check_characters(line);
    std::size_t indent = 0;
    while (indent < line.size() && line[indent] == ' ') ++indent;
    std::string_view text = trimmed(line.substr(indent));
    if (text.empty() || take_comment(text)) return;
    indent = check_blank(line, indent, text);
    Segment segment{text, line_, static_cast<int>(text.data() - line.data()) + 1};
    if (text.substr(0, 2) == "..") {
      take_continuation(segment);
    } else {
      place(std::move(segment), static_cast<int>(indent));
    }
  }

  bool take_comment(std::string_view text) {
    if (text.substr(0, 2) != "//") return false;
    if (text.substr(0, 3) == "///") {
      if (!note_.empty()) note_ += '\n';
      note_ += trimmed(text.substr(3));
    }
    return true;
  }

  void check_characters(std::string_view line) {
    for (std::size_t at = 0; at < line.size();) {
      const auto byte = static_cast<unsigned char>(line[at]);
      const Place here{line_, static_cast<int>(at) + 1, 1};
      if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
        char hex[8];
        std::snprintf(hex, sizeof hex, "%02X", byte);
        report_.add(diagnostics::kControlCharacter, here, {hex});
        return;
      }
      const std::size_t length = character_length(line, at);
      if (length == 0) {
        report_.add(diagnostics::kNotUtf8, here);
        return;
      }
      at += length;
    }
  }

  // Tabs and no-break spaces in the indentation: reported, and counted as two spaces and one.
  std::size_t check_blank(std::string_view line, std::size_t indent, std::string_view& text) {
    std::size_t at = indent;
    std::size_t width = indent;
    const char* what = nullptr;
    for (;;) {
      if (at < line.size() && line[at] == '\t') {
        what = what ? what : "a tab";
        at += 1;
        width += 2;
      } else if (line.substr(at, 2) == "\xC2\xA0") {
        what = what ? what : "a no-break space";
        at += 2;
        width += 1;
      } else if (at < line.size() && line[at] == ' ') {
        at += 1;
        width += 1;
      } else {
        break;
      }
    }
    if (what)
      report_.add(diagnostics::kWrongBlank, {line_, static_cast<int>(indent) + 1, 1}, {what});
    text = trimmed(line.substr(at));
    return what ? width : indent;
  }

  void take_continuation(const Segment& segment) {
    const std::string_view rest = segment.text.substr(2);
    if (!last_ || (!rest.empty() && !is_blank(rest[0]))) {
      report_.add(diagnostics::kStrayContinuation, {segment.line, segment.column, 2});
      return;
    }
    last_->more.push_back(segment.from(trimmed(rest)));
  }

  // One blank too many before what its neighbours begin with too: it stands beside them.
  bool beside(const Segment& segment, int indent) const {
    const Open& above = open_.back();
    if (above.siblings->empty() || indent != above.indent + 1) return false;
    const auto opening = [](std::string_view text) {
      return text.substr(0, std::min(text.find(' '), text.size()));
    };
    return opening(segment.text) == opening(above.siblings->back().head.text);
  }

  void place(Segment segment, int indent) {
    while (open_.size() > 1 && open_.back().indent > indent) open_.pop_back();
    bool misplaced = open_.back().misplaced;
    if (beside(segment, indent)) {
      report_.add(diagnostics::kWrongIndentation, {segment.line, 1, segment.column - 1},
                  {std::to_string(indent), std::to_string(open_.back().indent)});
      misplaced = true;
    } else if (indent > open_.back().indent) {
      misplaced = descend(segment, indent) || misplaced;
      if (too_deep_) return;
    }
    std::vector<Node>& siblings = *open_.back().siblings;
    siblings.push_back({std::move(segment), {}, std::move(note_), misplaced, {}});
    note_.clear();
    last_ = &siblings.back();
  }

  // Opens the level below the last line of the innermost open one; true if the step was not two.
  bool descend(const Segment& segment, int indent) {
    Open& above = open_.back();
    const int expected = above.siblings->empty() ? above.indent : above.indent + 2;
    const bool wrong = indent != expected;
    if (wrong) {
      report_.add(diagnostics::kWrongIndentation, {segment.line, 1, segment.column - 1},
                  {std::to_string(indent), std::to_string(expected)});
    }
    if (above.siblings->empty()) {  // the file's first line
      above.indent = indent;
      return wrong;
    }
    if (static_cast<int>(open_.size()) > kDeepestLevel) {
      report_.add(diagnostics::kNestedTooDeep, segment.place());
      too_deep_ = true;
      return wrong;
    }
    open_.push_back({indent, &above.siblings->back().children, wrong});
    return wrong;
  }

  std::string_view text_;
  Report& report_;
  std::vector<Node> roots_;
  std::vector<Open> open_;
  std::string note_;
  Node* last_ = nullptr;
  int line_ = 0;
  bool too_deep_ = false;
};

}  // namespace

std::string foreign_format(std::string_view text) {
  const std::string_view head = text.substr(0, 5);
  if (head.substr(0, 4) == "PK\x03\x04") return "a document of a word processor";
  if (head == "{\\rtf") return "an RTF document";
  if (head == "%PDF-") return "a PDF document";
  if (head.substr(0, 4) == "\xD0\xCF\x11\xE0") return "a document of a word processor";
  const std::string_view two = head.substr(0, 2);
  if (two == "\xFF\xFE" || two == "\xFE\xFF") return "text in UTF-16";
  const bool every_other = text.size() >= 4 && text[1] == '\0' && text[3] == '\0';
  return every_other ? "text in UTF-16" : "";
}

std::string_view Node::first_word() const {
  const std::size_t end = std::min(head.text.find_first_of(" \t"), head.text.size());
  return head.text.substr(0, end);
}

std::vector<Node> read_tree(const SourceFile& file, Report& report) {
  return TreeReader(file, report).read();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace attune::dialogs
