// From a phrase to its RE2, in three steps: read the tree, write the tree as RE2, cut it at its
// gaps.
//
// The normal form puts one space after every token and one before the first, so a word is written
// `word ` and the whole phrase starts with one space: " you should ". Neighbouring words share the
// space between them, and an optional word `(?:really )?` leaves no trace when it is not there.
// For the text as it was written the same tree is put down with what may stand between two words
// there.
#include "intents/phrase.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "dialogs/language/definitions.h"
#include "intents/normal_form.h"

namespace attune::intents {
namespace {

namespace mistakes = dialogs::diagnostics;

constexpr int kDeepest = 8;  // brackets in brackets

class PhraseParser {
 public:
  PhraseParser(const Phrase& phrase, const std::string& path, dialogs::Diagnostics* report)
      : phrase_(phrase), path_(path), text_(phrase.text), report_(report) {}

  PhraseTree parse() {
    if (text_.size() >= 2 && text_.front() == '/' && text_.back() == '/') {
      tree_.is_re2 = true;
      tree_.re2 = text_.substr(1, text_.size() - 2);
      return tree_;
    }
    skip_blanks();
    if (peek() == '<') {
      tree_.from_start = true;
      ++at_;
    }
    tree_.chain = chain(0);
    if (failed_) return tree_;
    if (at_ < text_.size()) {
      fail(at_, mistakes::kStrayBracket, {std::string(1, text_[at_])});
    } else if (tree_.chain.empty()) {
      fail(0, mistakes::kNoWords);
    }
    return tree_;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool starts(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }
  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }

  // Only the first mistake of a phrase: what follows would be guesses.
  void fail(std::size_t at, const dialogs::Definition& definition,
            const std::vector<std::string>& arguments = {}) {
    if (failed_) return;
    failed_ = true;
    dialogs::Place place = phrase_.place;
    place.column += static_cast<int>(at);
    place.length = 1;
    report_->push_back(dialogs::make(definition, path_, place, arguments));
  }

  Chain chain(int depth) {
    Chain nodes;
    while (!failed_) {
      skip_blanks();
      const char c = peek();
      if (c == '|' && depth == 0) fail(at_, mistakes::kBarWithoutBrackets);
      if (c == '\0' || c == '|' || c == ')' || c == ']') break;
      if (c == '>') {
        end_of_message(depth);
      } else {
        nodes.push_back(node(depth));
      }
    }
    return nodes;
  }

  void end_of_message(int depth) {
    const std::size_t sign = at_++;
    skip_blanks();
    if (depth > 0 || at_ < text_.size()) {
      fail(sign, mistakes::kMisplacedEndSign, {">", "the end of the message", "last"});
    }
    tree_.to_end = true;
  }

  Node node(int depth) {
    const char c = peek();
    if (c == '(' || c == '[') return group(depth);
    if (starts("...") || starts("\xE2\x80\xA6")) {
      at_ += 3;
      return sign(Node::Kind::kGap, "...");
    }
    if (c == '*') {
      ++at_;
      return sign(Node::Kind::kAnyWord, "*");
    }
    if (c == '?') return question(depth);
    if (c == '<') {
      fail(at_, mistakes::kMisplacedEndSign, {"<", "the start of the message", "first"});
      return {};
    }
    return word();
  }

  Node question(int depth) {
    const std::size_t begin = at_++;
    Node node = sign(Node::Kind::kQuestion, "?");
    skip_blanks();
    if (depth > 0 || (at_ < text_.size() && peek() != '>')) {
      fail(begin, mistakes::kMisplacedEndSign, {"?", "the end of a question", "last"});
    }
    return node;
  }

  bool at_border() const { return at_ >= text_.size() || is_border(text_[at_]); }
  static bool is_border(char c) {
    return std::string_view(" ()[]|").find(c) != std::string_view::npos;
  }

  Node sign(Node::Kind kind, const std::string& written) {
    if (!at_border()) fail(at_, mistakes::kSignInWord, {written});
    Node node;
    node.kind = kind;
    return node;
  }

  Node group(int depth) {
    const std::size_t open = at_;
    const char close = text_[at_++] == '(' ? ')' : ']';
    Node node;
    node.kind = Node::Kind::kGroup;
    node.optional = close == ']';
    if (depth >= kDeepest) fail(open, mistakes::kBracketsTooDeep);
    for (bool more = true; more && !failed_;) {
      const std::size_t begin = at_;
      node.ways.push_back(chain(depth + 1));
      if (!failed_ && node.ways.back().empty()) fail(begin, mistakes::kNoWords);
      more = !failed_ && peek() == '|';
      if (more) ++at_;
    }
    if (!failed_) close_group(open, close);
    return node;
  }

  void close_group(std::size_t open, char close) {
    if (peek() == '\0') {
      fail(open, mistakes::kOpenBracket, {{text_[open]}, {close}});
    } else if (peek() != close) {
      fail(at_, mistakes::kStrayBracket, {{peek()}});
    } else {
      ++at_;
      if (!at_border()) fail(at_ - 1, mistakes::kSignInWord, {{close}});
    }
  }

  // Words are brought to the same normal form as messages, so what the author wrote with an
  // apostrophe, a capital or a hyphen fits what a person writes without.
  Node word() {
    const std::size_t begin = at_;
    while (!at_border() && peek() != '<' && peek() != '>' && peek() != '*' && !starts("...")) {
      ++at_;
    }
    if (peek() == '*' || starts("...") || peek() == '(' || peek() == '[') {
      fail(at_, mistakes::kSignInWord, {starts("...") ? "..." : std::string(1, peek())});
    }
    const std::string folded = fold(text_.substr(begin, at_ - begin));
    if (folded.empty()) fail(begin, mistakes::kNoWords);
    Node node;
    node.word = folded;
    if (folded.find(' ') == std::string::npos) return node;
    node.kind = Node::Kind::kGroup;  // "self-harm" is two words, kept together
    node.ways.emplace_back();
    for (std::size_t from = 0; from <= folded.size();) {
      const std::size_t to = std::min(folded.find(' ', from), folded.size());
      Node part;
      part.word = folded.substr(from, to - from);
      node.ways.back().push_back(std::move(part));
      from = to + 1;
    }
    return node;
  }

  const Phrase& phrase_;
  const std::string& path_;
  std::string text_;
  PhraseTree tree_;
  std::size_t at_ = 0;
  bool failed_ = false;
  dialogs::Diagnostics* report_;
};

// ---- the tree as RE2

constexpr const char* kWord = "[^ .?][^ ]* ";
// In the text as written: what stands between two words, or one mark after a word.
// (There, all signs are ASCII, so every byte above is part of a word.)
constexpr const char* kBetween = "(?:[^0-9a-z.?!\\x{80}-\\x{10FFFF}]+|[.?!])";
constexpr const char* kNoLetter = "[^0-9a-z\\x{80}-\\x{10FFFF}]";
constexpr const char* kWordAsWritten = "[^ .?!]+";

// Contracted forms as they stand in normal form, cut where the apostrophe was.
constexpr std::array<std::string_view, 16> kNegated = {
    "do",   "does",   "did",   "ca",    "wo",   "is",  "are", "was",
    "were", "should", "would", "could", "have", "has", "had", "ai"};
constexpr std::array<std::string_view, 14> kContracted = {
    "i'm",   "i've",    "you're", "you've", "he's",   "she's",   "it's",
    "we're", "they're", "we've",  "that's", "what's", "there's", "they've"};

// Where the apostrophe of a contracted form belongs: 3 in "dont", 0 in "want".
std::size_t apostrophe_in(const std::string& word) {
  if (word.size() > 3 && word.compare(word.size() - 2, 2, "nt") == 0) {
    const std::string_view stem = std::string_view(word).substr(0, word.size() - 2);
    const bool known = std::find(kNegated.begin(), kNegated.end(), stem) != kNegated.end();
    if (known) return word.size() - 1;
  }
  for (const std::string_view form : kContracted) {
    const std::size_t apostrophe = form.find('\'');
    if (word.size() + 1 == form.size() &&
        word.compare(0, apostrophe, form.substr(0, apostrophe)) == 0 &&
        word.compare(apostrophe, std::string::npos, form.substr(apostrophe + 1)) == 0) {
      return apostrophe;
    }
  }
  return 0;
}

// "dont" -> `don['...]?t`: with any sign, or none, where the apostrophe belongs.
std::string word_as_written(const std::string& word) {
  const std::size_t apostrophe = apostrophe_in(word);
  if (apostrophe == 0) return RE2::QuoteMeta(word);
  return RE2::QuoteMeta(word.substr(0, apostrophe)) + "[^ 0-9a-z\\x{80}-\\x{10FFFF}]?" +
         RE2::QuoteMeta(word.substr(apostrophe));
}

class Composer {
 public:
  explicit Composer(Dialect dialect) : dialect_(dialect) {}

  std::string before() const { return dialect_ == Dialect::kAsWritten ? kNoLetter : " "; }

  std::string start() const {
    return dialect_ == Dialect::kAsWritten ? std::string("\\A") + kNoLetter + "+" : "\\A ";
  }

  std::string end() const {
    switch (dialect_) {
      case Dialect::kAsWritten:
        return std::string(kNoLetter) + "*\\z";
      case Dialect::kWhole:
        return "\\z";
      default:
        return "(?:[.?] )?\\z";
    }
  }

  std::string node(const Node& node) const {
    const bool raw = dialect_ == Dialect::kAsWritten;
    switch (node.kind) {
      case Node::Kind::kWord:
        return raw ? word_as_written(node.word) + kBetween : RE2::QuoteMeta(node.word) + " ";
      case Node::Kind::kAnyWord:
        return raw ? std::string(kWordAsWritten) + kBetween : kWord;
      case Node::Kind::kGap:
        return gap();
      case Node::Kind::kQuestion:
        return dialect_ == Dialect::kWhole ? "" : "\\? ";  // commands see no marks
      case Node::Kind::kGroup:
        break;
    }
    std::string out = "(?:";
    for (const Chain& way : node.ways) {
      if (&way != &node.ways.front()) out += '|';
      for (const auto& part : way) out += this->node(part);
    }
    return out + (node.optional ? ")?" : ")");
  }

 private:
  std::string gap() const {
    switch (dialect_) {
      case Dialect::kAsWritten:
        return std::string("(?:") + kWordAsWritten + kBetween + "){0,5}";
      case Dialect::kMessage:
        return std::string("(?:[.?] )?(?:") + kWord + "(?:[.?] )?){0,5}";
      default:
        return std::string("(?:") + kWord + "){0,5}";
    }
  }

  Dialect dialect_;
};

bool has_gap(const Node& node) {
  if (node.kind == Node::Kind::kGap || node.kind == Node::Kind::kAnyWord) return true;
  for (const Chain& way : node.ways) {
    if (std::any_of(way.begin(), way.end(), has_gap)) return true;
  }
  return false;
}

bool chain_may_be_empty(const Chain& chain) {
  return std::all_of(chain.begin(), chain.end(), [](const Node& node) {
    if (node.kind == Node::Kind::kGap || node.optional) return true;
    return node.kind == Node::Kind::kGroup &&
           std::any_of(node.ways.begin(), node.ways.end(), chain_may_be_empty);
  });
}

// The word runs that a piece of a chain can be, as long as they are few.
class Runs {
 public:
  static constexpr std::size_t kMost = 256;
  // Of a segment, which only gates: beyond it two segments serve as well, and the trie stays small.
  static constexpr std::size_t kMostInSegment = 32;

  explicit Runs(Dialect dialect) : dialect_(dialect) {}

  // Every run a node can be; none if there are too many, or one that is not made of words.
  std::vector<WordRun> of(const Node& node) const {
    if (node.kind == Node::Kind::kWord) return word(node.word);
    if (node.kind == Node::Kind::kQuestion) {
      return {dialect_ == Dialect::kWhole ? WordRun{} : WordRun{"?"}};
    }
    std::vector<WordRun> all;
    for (const Chain& way : node.ways) {
      std::vector<WordRun> runs = {{}};
      for (const Node& part : way) {
        const std::vector<WordRun> next = of(part);
        if (next.empty() || runs.size() * next.size() > kMost) return {};
        runs = product(runs, next);
      }
      all.insert(all.end(), runs.begin(), runs.end());
    }
    if (node.optional) all.emplace_back();
    return all.size() > kMost ? std::vector<WordRun>{} : all;
  }

  // Every run a chain can be; none if one of them has no words.
  std::vector<WordRun> of_all(const Chain& chain) const {
    if (std::any_of(chain.begin(), chain.end(), has_gap) || chain_may_be_empty(chain)) return {};
    std::vector<WordRun> all = {{}};
    for (const Node& node : chain) {
      const std::vector<WordRun> next = of(node);
      if (next.empty() || all.size() * next.size() > kMost) return {};
      all = product(all, next);
    }
    return all;
  }

  static std::vector<WordRun> product(const std::vector<WordRun>& left,
                                      const std::vector<WordRun>& right) {
    std::vector<WordRun> all;
    for (const WordRun& a : left) {
      for (const WordRun& b : right) {
        all.push_back(a);
        all.back().insert(all.back().end(), b.begin(), b.end());
      }
    }
    return all;
  }

 private:
  // In the text as it was written, "dont" may be the letters "don" and "t".
  std::vector<WordRun> word(const std::string& word) const {
    if (dialect_ != Dialect::kAsWritten) return {{word}};
    const bool letters = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             static_cast<unsigned char>(c) >= 0x80;
    });
    if (!letters) return {};
    const std::size_t apostrophe = apostrophe_in(word);
    if (apostrophe == 0) return {{word}};
    return {{word}, {word.substr(0, apostrophe), word.substr(apostrophe)}};
  }

  const Dialect dialect_;
};

// Cuts a chain at its gaps, and where a piece could be too many word runs. A group with a gap in it
// gates by one segment of each of its ways, if each has one: `(a ... b|c)` needs " a " or " c ".
class Cutter {
 public:
  Cutter(const Composer& composer, const Runs& runs) : composer_(composer), runs_(runs) {}

  std::vector<Segment> cut(const Chain& chain) {
    for (const Node& node : chain) {
      if (has_gap(node)) {
        flush();
        if (node.kind == Node::Kind::kGroup && !node.optional) branch(node);
      } else {
        take(node);
      }
    }
    flush();
    return std::move(segments_);
  }

 private:
  void take(const Node& node) {
    const bool may_be_missing = chain_may_be_empty({node});
    // At either end of a segment, what may be missing tells nothing.
    if (may_be_missing && piece_.runs.empty()) return;
    const std::vector<WordRun> runs = runs_.of(node);
    if (runs.empty()) {
      flush();
      if (!may_be_missing) segments_.push_back({composer_.before() + composer_.node(node), {}});
      return;
    }
    if (!piece_.runs.empty() && piece_.runs.size() * runs.size() > Runs::kMostInSegment) {
      flush();
      if (may_be_missing) return;
    }
    if (piece_.runs.empty()) piece_ = {composer_.before(), {{}}};
    piece_.re2 += composer_.node(node);
    piece_.runs = Runs::product(piece_.runs, runs);
    if (!may_be_missing) needed_ = piece_;
  }

  void flush() {
    if (!needed_.runs.empty()) segments_.push_back(std::move(needed_));
    needed_ = {};
    piece_ = {};
  }

  void branch(const Node& group) {
    Segment any;
    bool all_runs = true;
    for (const Chain& way : group.ways) {
      const auto segments = Cutter(composer_, runs_).cut(way);
      if (segments.empty()) return;
      const auto rarest = std::max_element(
          segments.begin(), segments.end(),
          [](const Segment& a, const Segment& b) { return a.letters() < b.letters(); });
      any.re2 += (any.re2.empty() ? "(?:" : "|") + rarest->re2;
      any.runs.insert(any.runs.end(), rarest->runs.begin(), rarest->runs.end());
      all_runs = all_runs && !rarest->runs.empty();
    }
    any.re2 += ")";
    if (!all_runs) any.runs.clear();
    segments_.push_back(std::move(any));
  }

  const Composer& composer_;
  const Runs& runs_;
  std::vector<Segment> segments_;
  Segment piece_;   // what has been taken since the last cut
  Segment needed_;  // the same, up to the last node that may not be missing
};

// ---- /re2/

// The longest plain text that every match of the pattern contains, at least 3 bytes; "" if this
// simple reading finds none. It looks only outside brackets and gives up where signs could change
// what plain text means.
std::string required_literal(std::string_view re2) {
  if (re2.find("\\Q") != std::string_view::npos) return "";
  std::string best;
  std::string run;
  const auto flush = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  int depth = 0;
  for (std::size_t i = 0; i < re2.size(); ++i) {
    const char c = re2[i];
    if (c == '[') {
      flush();
      i = std::min(re2.find(']', i + 2), re2.size());  // good enough: text after is only lost
      if (i == re2.size()) return "";
      if (re2.substr(0, i).find("[:") != std::string_view::npos) return "";
    } else if (c == '\\') {
      flush();
      if (i + 1 < re2.size() && (re2[i + 1] == 'p' || re2[i + 1] == 'P' || re2[i + 1] == 'x'))
        return "";
      ++i;
    } else if (c == '(') {
      flush();
      if (re2.compare(i, 2, "(?") == 0 && re2.compare(i, 3, "(?:") != 0) return "";
      ++depth;
    } else if (c == ')') {
      flush();
      --depth;
    } else if (c == '|') {
      if (depth == 0) return "";
      flush();
    } else if (c == '*' || c == '?' || c == '{' || c == '+') {
      if (!run.empty()) run.pop_back();
      // A letter of several bytes is repeated whole: leave none of it.
      while (!run.empty() && static_cast<unsigned char>(run.back()) >= 0x80) run.pop_back();
      flush();
      if (c == '{') i = std::min(re2.find('}', i), re2.size());
    } else if (c == '.' || c == '^' || c == '$') {
      flush();
    } else if (depth == 0) {
      run.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    }
  }
  flush();
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return best.size() >= 3 && std::all_of(best.begin(), best.end(), is_ascii) ? best : "";
}

Pattern pattern_of_re2(const PhraseTree& tree, Dialect dialect) {
  Pattern pattern;
  pattern.raw = true;
  const std::string literal = required_literal(tree.re2);
  if (!literal.empty()) pattern.segments.push_back({RE2::QuoteMeta(literal), {}});
  pattern.re2 = "(?i)" + tree.re2;
  if (dialect == Dialect::kWhole) pattern.re2 = "\\A (?i:" + tree.re2 + ") \\z";
  return pattern;
}

void collect_words(const Chain& chain, std::vector<std::string>* words) {
  for (const Node& node : chain) {
    if (node.kind == Node::Kind::kWord) words->push_back(node.word);
    for (const Chain& way : node.ways) collect_words(way, words);
  }
}

}  // namespace

PhraseTree parse_phrase(const Phrase& phrase, const std::string& path,
                        dialogs::Diagnostics* report) {
  return PhraseParser(phrase, path, report).parse();
}

Pattern pattern_of(const PhraseTree& tree, Dialect dialect) {
  if (tree.is_re2) return pattern_of_re2(tree, dialect);
  const Composer composer(dialect);
  const bool whole = dialect == Dialect::kWhole;
  const std::string before = tree.from_start || whole ? composer.start() : composer.before();
  Pattern pattern;
  pattern.re2 = before;
  for (const Node& node : tree.chain) pattern.re2 += composer.node(node);
  if (tree.to_end || whole) pattern.re2 += composer.end();
  const Runs runs(dialect);
  pattern.segments = Cutter(composer, runs).cut(tree.chain);
  pattern.from_start = tree.from_start || whole;
  pattern.to_end = tree.to_end || whole;
  if (dialect != Dialect::kAsWritten) pattern.runs = runs.of_all(tree.chain);
  return pattern;
}

std::size_t Segment::letters() const {
  if (runs.empty()) return re2.size();
  std::size_t fewest = SIZE_MAX;
  for (const WordRun& run : runs) {
    std::size_t letters = 0;
    for (const std::string& word : run) letters += word.size() + 1;
    fewest = std::min(fewest, letters);
  }
  return fewest;
}

bool asks(const PhraseTree& tree) {
  return !tree.chain.empty() && tree.chain.back().kind == Node::Kind::kQuestion;
}

bool may_be_empty(const PhraseTree& tree) { return !tree.is_re2 && chain_may_be_empty(tree.chain); }

std::vector<std::string> words_of(const PhraseTree& tree) {
  std::vector<std::string> words;
  collect_words(tree.chain, &words);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace attune::intents
