#include "intents/phrase.h"

#include <algorithm>

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

bool asks(const PhraseTree& tree) {
  return !tree.chain.empty() && tree.chain.back().kind == Node::Kind::kQuestion;
}

bool has_gap(const Node& node) {
  if (node.kind == Node::Kind::kGap || node.kind == Node::Kind::kAnyWord) return true;
  for (const Chain& way : node.ways) {
    if (std::any_of(way.begin(), way.end(), has_gap)) return true;
  }
  return false;
}

bool may_be_empty(const Chain& chain) {
  return std::all_of(chain.begin(), chain.end(), [](const Node& node) {
    if (node.kind == Node::Kind::kGap || node.optional) return true;
    return node.kind == Node::Kind::kGroup &&
           std::any_of(node.ways.begin(), node.ways.end(),
                       [](const Chain& way) { return may_be_empty(way); });
  });
}

bool may_be_empty(const PhraseTree& tree) { return !tree.is_re2 && may_be_empty(tree.chain); }

std::vector<std::string> words_of(const PhraseTree& tree) {
  std::vector<std::string> words;
  collect_words(tree.chain, &words);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace attune::intents
