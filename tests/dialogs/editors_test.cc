// The words that the editors colour are those that the parser knows: one more, or one less, fails here.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "dialogs/language/keywords.h"

using namespace attune::dialogs;

namespace {

using Set = std::set<std::string>;

std::string read(const std::string& name) {
  std::ifstream in(std::string(ATTUNE_SOURCE_DIR) + "/dialogs/editors/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  REQUIRE(!text.str().empty());
  return text.str();
}

// The alternatives between `before` and `after`, the first such place in `text`.
Set between(const std::string& text, const std::string& before, const std::string& after, const std::string& bar) {
  const std::size_t begin = text.find(before);
  REQUIRE(begin != std::string::npos);
  std::size_t at = begin + before.size();
  const std::size_t end = text.find(after, at);
  REQUIRE(end != std::string::npos);
  Set words;
  while (at <= end) {
    const std::size_t next = std::min(text.find(bar, at), end);
    words.insert(text.substr(at, next - at));
    at = next + bar.size();
  }
  return words;
}

// Of the parser's: those with a colon behind them, without it, or those without.
Set known(bool colon) {
  Set words;
  for (std::string word : line_words()) {
    if (word == "->" || word == "*") continue;
    if ((word.back() == ':') != colon) continue;
    if (colon) word.pop_back();
    words.insert(word);
  }
  return words;
}

Set keys() {
  Set words;
  for (const std::string& key : header_keys()) words.insert(key);
  words.erase("or because");  // its colon stands further on
  return words;
}

}  // namespace

TEST_CASE("VS Code colours the words of the language", "[dialogs][editors]") {
  const auto grammar = nlohmann::json::parse(read("vscode/syntaxes/talk.tmLanguage.json")).at("repository");
  const auto pattern = [&](const char* rule) { return grammar.at(rule).at("begin").get<std::string>(); };
  CHECK(between(pattern("step"), "^\\s*(", ")(?!", "|") == known(false));
  CHECK(between(pattern("labelled"), "^\\s*(", ")(:)", "|") == known(true));
  CHECK(between(pattern("header"), "\\b|^(", ")(:)", "|") == keys());
}

TEST_CASE("Vim and nano colour the words of the language", "[dialogs][editors]") {
  const std::string vim = read("vim/syntax/talk.vim");
  CHECK(between(vim, "talkWord \"^\\s*\\%(", "\\)\\>", "\\|") == known(false));
  CHECK(between(vim, "talkLabel \"^\\s*\\%(", "\\):", "\\|") == known(true));
  Set vim_keys = between(vim, "talkKey \"^\\%(", "\\)\\>", "\\|");
  vim_keys.erase("or because");
  CHECK(vim_keys == keys());
  const std::string nano = read("nano/talk.nanorc");
  CHECK(between(nano, "color yellow \"^ *(", ")\\>", "|") == known(false));
  CHECK(between(nano, "color brightblue \"^(", "):", "|") == keys());
}
