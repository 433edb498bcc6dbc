#include "intents/quotations.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <string>

namespace attune::intents {
namespace {

using dialogs::Span;

struct Pair {
  std::string_view open;
  std::array<std::string_view, 2> close;
};

constexpr std::string_view kLeft = "\xE2\x80\x9C";   // “
constexpr std::string_view kRight = "\xE2\x80\x9D";  // ”
constexpr std::string_view kLow = "\xE2\x80\x9E";    // „
constexpr std::string_view kOpenAngle = "\xC2\xAB";  // «
constexpr std::string_view kShutAngle = "\xC2\xBB";  // »

constexpr std::array<Pair, 5> kPairs = {{{"\"", {"\"", kRight}},
                                         {kLeft, {kRight, "\""}},
                                         {kRight, {kRight, "\""}},
                                         {kLow, {kLeft, kRight}},
                                         {kOpenAngle, {kShutAngle, kShutAngle}}}};

bool starts(std::string_view text, std::size_t at, std::string_view what) {
  return text.compare(at, what.size(), what) == 0;
}

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         (static_cast<unsigned char>(c) >= 0x80);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A mark opens only before a word and not inside one; it closes only after something and not before
// a word. So 6" of snow, and a lone mark, open nothing.
std::size_t end_of_quotation(std::string_view line, std::size_t at, const Pair& pair) {
  const std::size_t inside = at + pair.open.size();
  if (at > 0 && is_word_byte(line[at - 1]) && pair.open == "\"") return 0;
  if (inside >= line.size() || is_blank(line[inside])) return 0;
  for (std::size_t i = inside + 1; i < line.size(); ++i) {
    for (const std::string_view close : pair.close) {
      if (!starts(line, i, close)) continue;
      const std::size_t after = i + close.size();
      const bool before_word = after < line.size() && is_word_byte(line[after]) && close == "\"";
      if (!is_blank(line[i - 1]) && !before_word) return after;
    }
  }
  return 0;
}

void quotations_of_line(std::string_view line, std::size_t base, std::vector<Span>* spans) {
  const std::size_t first = line.find_first_not_of(" \t");
  const auto add = [&](std::size_t begin, std::size_t end) {
    spans->push_back(
        {static_cast<std::uint32_t>(base + begin), static_cast<std::uint32_t>(base + end)});
  };
  if (first != std::string_view::npos && line[first] == '>') return add(first, line.size());
  for (std::size_t i = 0; i < line.size();) {
    std::size_t end = 0;
    for (const Pair& pair : kPairs) {
      if (!starts(line, i, pair.open)) continue;
      end = end_of_quotation(line, i, pair);
      break;
    }
    if (end > 0) {
      add(i, end);
      i = end;
    } else {
      ++i;
    }
  }
}

bool may_quote(std::string_view raw) {
  return raw.find_first_of("\">\xE2\xC2") != std::string_view::npos;
}

}  // namespace

std::vector<Span> quotations(std::string_view raw) {
  std::vector<Span> spans;
  if (!may_quote(raw)) return spans;
  for (std::size_t begin = 0; begin < raw.size();) {
    std::size_t end = raw.find('\n', begin);
    if (end == std::string_view::npos) end = raw.size();
    quotations_of_line(raw.substr(begin, end - begin), begin, &spans);
    begin = end + 1;
  }
  return spans;
}

}  // namespace attune::intents
