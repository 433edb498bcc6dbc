#include "dialogs/language/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace attune::dialogs {
namespace {

constexpr std::string_view kOpenQuote = "\xE2\x80\x9C";  // what a word processor makes of "
constexpr std::string_view kCloseQuote = "\xE2\x80\x9D";
constexpr std::string_view kLowQuote = "\xE2\x80\x9E";  // „ in German, closed by “

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_word_byte(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '/' || c == '.' ||
         c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}

// "19:00" is one word, though ':' is a sign.
std::size_t time_length(std::string_view text) {
  std::size_t hours = 0;
  while (hours < text.size() && is_digit(text[hours])) ++hours;
  if (hours < 1 || hours > 2 || text.substr(hours, 1) != ":") return 0;
  const std::string_view minutes = text.substr(hours + 1);
  if (minutes.size() < 2 || !is_digit(minutes[0]) || !is_digit(minutes[1])) return 0;
  if (minutes.size() > 2 && is_word_byte(minutes[2])) return 0;
  return hours + 3;
}

std::size_t quoted_length(std::string_view text) {
  const bool plain = text[0] == '"';
  const bool low = text.substr(0, 3) == kLowQuote;
  if (!plain && !low && text.substr(0, 3) != kOpenQuote) return 0;
  const bool german = low && text.find(kOpenQuote) != std::string_view::npos;
  const std::string_view close = plain ? "\"" : german ? kOpenQuote : kCloseQuote;
  const std::size_t end = text.find(close, plain ? 1 : 3);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t token_length(std::string_view text) {
  if (text.empty()) return 0;
  if (const std::size_t quoted = quoted_length(text)) return quoted;
  if (const std::size_t time = time_length(text)) return time;
  for (const std::string_view sign : {"->", "<=", ">=", ".."}) {
    if (text.substr(0, 2) == sign) return 2;
  }
  std::size_t length = 0;
  while (length < text.size()) {
    const bool dash = text[length] == '-' && text.substr(length, 2) != "->";
    if (!dash && !is_word_byte(text[length])) break;
    ++length;
  }
  return length == 0 ? 1 : length;
}

std::optional<Seconds> unit(std::string_view word) {
  constexpr Seconds kHour = 3600;
  constexpr Seconds kDay = 24 * kHour;
  static constexpr std::array<std::pair<std::string_view, Seconds>, 6> kUnits = {
      {{"minute", 60},
       {"hour", kHour},
       {"h", kHour},
       {"day", kDay},
       {"week", 7 * kDay},
       {"month", 30 * kDay}}};
  for (const auto& [name, seconds] : kUnits) {
    if (word == name) return seconds;
    if (name.size() > 1 && word.size() == name.size() + 1 && word.back() == 's' &&
        word.substr(0, name.size()) == name) {
      return seconds;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view Words::rest() const { return trimmed(segment_.text.substr(at_)); }

std::string_view Words::peek() const {
  const std::string_view left = rest();
  return left.substr(0, token_length(left));
}

std::string_view Words::take() {
  const std::string_view word = peek();
  if (word.empty()) {
    at_ = segment_.text.size();
  } else {
    at_ = static_cast<std::size_t>(word.data() - segment_.text.data()) + word.size();
  }
  return word;
}

bool Words::take(std::string_view word) {
  if (peek() != word) return false;
  take();
  return true;
}

bool Words::take_all(std::string_view two_words) {
  const std::size_t before = at_;
  const std::size_t space = two_words.find(' ');
  if (take(two_words.substr(0, space)) && take(two_words.substr(space + 1))) return true;
  at_ = before;
  return false;
}

Place Words::next_place() const {
  const std::string_view word = peek();
  if (!word.empty()) return segment_.place_of(word);
  const std::string_view all = trimmed(segment_.text);
  Place end = segment_.place_of(all);
  return {end.line, end.column + end.length, 0};
}

std::optional<std::int64_t> number_from(std::string_view word) {
  const bool negative = word.substr(0, 1) == "-";
  const std::string_view digits = word.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 15) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return negative ? -number : number;
}

std::optional<std::int64_t> Words::take_number() {
  const auto number = number_from(peek());
  if (number) take();
  return number;
}

std::optional<Seconds> Words::take_duration() {
  constexpr std::int64_t kMost = 100'000;
  const std::size_t before = at_;
  const std::string_view word = take();
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  const auto number = number_from(word.substr(0, digits));
  const std::string_view name = digits < word.size() ? word.substr(digits) : take();
  const auto seconds = unit(name);
  if (number && seconds && *number > 0 && *number <= kMost) return *number * *seconds;
  at_ = before;
  return std::nullopt;
}

std::optional<int> Words::take_time() {
  const std::string_view word = peek();
  if (word.empty() || time_length(word) != word.size()) return std::nullopt;
  const std::size_t colon = word.find(':');
  const auto hours = number_from(word.substr(0, colon));
  const auto minutes = number_from(word.substr(colon + 1));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  take();
  return static_cast<int>(*hours * 60 + *minutes);
}

std::optional<std::string> Words::take_quoted() {
  const std::string_view word = peek();
  if (word.size() >= 2 && word.front() == '"' && word.back() == '"') {
    take();
    return std::string(word.substr(1, word.size() - 2));
  }
  const std::string_view first = word.substr(0, 3);
  const std::string_view last = word.size() >= 6 ? word.substr(word.size() - 3) : "";
  const bool curly = (first == kOpenQuote && last == kCloseQuote) ||
                     (first == kLowQuote && (last == kOpenQuote || last == kCloseQuote));
  if (!curly) return std::nullopt;
  take();
  return std::string(word.substr(3, word.size() - 6));
}

std::optional<Literal> Words::take_literal() {
  Literal literal;
  literal.place = next_place();
  if (auto quoted = take_quoted()) {
    literal.value = *std::move(quoted);
  } else if (const auto number = take_number()) {
    literal.value = *number;
  } else if (take("yes")) {
    literal.value = true;
  } else if (take("no")) {
    literal.value = false;
  } else {
    const std::string_view word = peek();
    if (word.empty() || !(is_word_byte(word[0]))) return std::nullopt;
    literal.value = std::string(take());
  }
  return literal;
}

bool is_name(std::string_view word) {
  if (word.empty() || !is_lower(word[0])) return false;
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_script_name(std::string_view word) {
  for (;;) {
    const std::size_t slash = word.find('/');
    if (!is_name(word.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    word.remove_prefix(slash + 1);
  }
}

bool is_slot_name(std::string_view word) {
  if (word.substr(0, 3) == "my.") return is_name(word.substr(3));
  if (word.substr(0, 4) == "our.") return is_name(word.substr(4));
  return is_name(word);
}

}  // namespace attune::dialogs
