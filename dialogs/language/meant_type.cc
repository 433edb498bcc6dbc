#include "dialogs/language/meant_type.h"

#include <algorithm>
#include <vector>

#include "dialogs/language/source_tree.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The whole numbers in it, in order.
std::vector<std::string> numbers_in(std::string_view text) {
  std::vector<std::string> found;
  std::string number;
  for (const char c : std::string(text) + " ") {
    if (c >= '0' && c <= '9') {
      number += c;
    } else if (!number.empty()) {
      found.push_back(number.substr(0, 9));
      number.clear();
    }
  }
  return found;
}

struct Kind {
  const char* name;
  std::vector<std::string> words;  // that people use for it
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"text", {"text", "txt", "string", "words", "free", "open", "answer", "sentence", "long"}},
      {"number", {"number", "numbers", "scale", "rating", "integer", "int", "num", "digit"}},
      {"yes/no", {"yes/no", "yes", "y/n", "bool", "boolean", "true/false"}},
      {"choice", {"choice", "choices", "option", "options", "buttons", "button", "select", "word"}},
      {"date", {"date", "day"}},
      {"duration", {"duration", "time", "length", "period"}},
      {"list", {"list", "items", "lines"}}};
  return all;
}

std::string kind_of(const std::string& word) {
  for (const Kind& kind : kinds()) {
    if (std::find(kind.words.begin(), kind.words.end(), word) != kind.words.end()) return kind.name;
  }
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) names.emplace_back(kind.name);
  return nearest(word, names);
}

}  // namespace

std::string meant_type(std::string_view written, std::string_view too_much) {
  if (!too_much.empty()) {
    const auto whole = written.substr(0, written.size() - too_much.size());
    const std::string first(too_much.substr(0, too_much.find(' ')));
    for (const char* flag : {"starts", "measure", "keep", "private", "shared"}) {
      if (first == flag) return std::string(trimmed(whole)) + ", " + std::string(too_much);
    }
    return std::string(trimmed(whole));
  }
  const std::string text = lowered(written);
  const std::vector<std::string> numbers = numbers_in(text);
  const bool range = numbers.size() == 2 && text.find_first_of("0123456789") == 0;
  const std::string kind =
      range ? "number" : kind_of(text.substr(0, text.find_first_of(" (0123456789")));
  if (kind == "text") return "text up to " + (numbers.empty() ? "400" : numbers.back());
  if (kind == "list") return "list up to " + (numbers.empty() ? "3" : numbers.back());
  if (kind != "number") return kind;
  if (numbers.size() == 2) return "number " + numbers[0] + " to " + numbers[1];
  return "number 0 to " + (numbers.empty() ? "10" : numbers.back());
}

}  // namespace attune::dialogs
