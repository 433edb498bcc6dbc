#include "intents/composer.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace attune::intents {
namespace {

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

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

// "dont" -> `don['...]?t`: with any sign, or none, where the apostrophe belongs.
std::string word_as_written(const std::string& word) {
  const std::size_t apostrophe = apostrophe_in(word);
  if (apostrophe == 0) return RE2::QuoteMeta(word);
  return RE2::QuoteMeta(word.substr(0, apostrophe)) + "[^ 0-9a-z\\x{80}-\\x{10FFFF}]?" +
         RE2::QuoteMeta(word.substr(apostrophe));
}

}  // namespace

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

std::string Composer::before() const { return dialect_ == Dialect::kAsWritten ? kNoLetter : " "; }

std::string Composer::start() const {
  return dialect_ == Dialect::kAsWritten ? joined({"\\A", kNoLetter, "+"}) : "\\A ";
}

std::string Composer::end() const {
  switch (dialect_) {
    case Dialect::kAsWritten:
      return joined({kNoLetter, "*\\z"});
    case Dialect::kWhole:
      return "\\z";
    default:
      return "(?:[.?] )?\\z";
  }
}

std::string Composer::node(const Node& node) const {
  const bool raw = dialect_ == Dialect::kAsWritten;
  switch (node.kind) {
    case Node::Kind::kWord:
      return raw ? word_as_written(node.word) + kBetween : RE2::QuoteMeta(node.word) + " ";
    case Node::Kind::kAnyWord:
      return raw ? joined({kWordAsWritten, kBetween}) : kWord;
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

std::string Composer::gap() const {
  switch (dialect_) {
    case Dialect::kAsWritten:
      return joined({"(?:", kWordAsWritten, kBetween, "){0,5}"});
    case Dialect::kMessage:
      return joined({"(?:[.?] )?(?:", kWord, "(?:[.?] )?){0,5}"});
    default:
      return joined({"(?:", kWord, "){0,5}"});
  }
}

}  // namespace attune::intents
