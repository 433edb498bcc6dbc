// Numbers and scales as a hand or a word processor writes them: `minutes about five`, `calm …
// upset`.
#include <algorithm>
#include <array>

#include "dialogs/language/habits.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

using View = std::string_view;

// What stands behind this word, if the line begins with it and goes on.
std::optional<View> behind(View text, View head) {
  if (text.substr(0, head.size()) != head || text.size() <= head.size()) return std::nullopt;
  const View rest = trimmed(text.substr(head.size()));
  if (text[head.size()] != ' ' || rest.empty()) return std::nullopt;
  return rest;
}

}  // namespace

// `minutes 5`, `minutes about five`
std::optional<Mended> mend_minutes(View text, const Surrounding& around) {
  if (!around.parent.empty() || around.in_scenes) return std::nullopt;
  const auto rest = behind(text, "minutes");
  const auto colon = behind(text, "minutes:");
  if (!rest && !colon) return std::nullopt;
  constexpr std::array<View, 13> kNumbers = {
      "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "", ""};
  std::string number;
  std::string word;
  for (const char c : std::string(rest ? *rest : *colon) + " ") {
    const bool part = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    if (part) word += c;
    if (part || word.empty()) continue;
    const auto spoken = std::find(kNumbers.begin() + 1, kNumbers.begin() + 11, word);
    if (number_from(word)) number = word;
    if (spoken != kNumbers.begin() + 11) number = std::to_string(spoken - kNumbers.begin());
    word.clear();
  }
  if (number.empty() || (colon && number_from(*colon))) return std::nullopt;
  const std::string line = "minutes: " + number;
  return Mended{std::string(text), line, line};
}

// "rate heat: calm … very upset", as a word processor writes the two dots, or three.
std::optional<Mended> mend_scale(View text, const Surrounding&) {
  if (text.substr(0, 5) != "rate " || text.find(" .. ") != View::npos) return std::nullopt;
  for (const View dots : {"…", "...", "..", "–", "—"}) {
    const std::size_t at = text.find(dots);
    if (at == View::npos || text.find(':') > at) continue;
    const View low = trimmed(text.substr(0, at));
    const View high = trimmed(text.substr(at + dots.size()));
    if (low.empty() || low.back() == ':' || high.empty()) continue;
    return Mended{std::string(dots), "..", std::string(low) + " .. " + std::string(high)};
  }
  return std::nullopt;
}

}  // namespace attune::dialogs
