#include "intents/readings.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "intents/normal_form.h"

namespace attune::intents {
namespace {

using Words = std::vector<std::string_view>;  // of the folded text, which outlives them
using Value = std::optional<std::int64_t>;

constexpr std::array<std::string_view, 20> kSmall = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

Words words_in(std::string_view folded) {
  Words words;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

// Digits only, up to a million million.
Value plain_digits(std::string_view text) {
  if (text.empty() || text.size() > 12) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "7", "1,000", "7.0", "7/10". "7.5" is no whole number, "12:30" none at all.
Value digits(std::string_view word) {
  if (word.empty() || !is_digit(word.front())) return std::nullopt;  // nearly every word there is
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) {
    return plain_digits(word.substr(slash + 1)) ? digits(word.substr(0, slash)) : std::nullopt;
  }
  if (const std::size_t dot = word.find('.'); dot != std::string_view::npos) {
    const bool whole = word.find_first_not_of('0', dot + 1) == std::string_view::npos;
    return whole ? digits(word.substr(0, dot)) : std::nullopt;
  }
  std::string plain;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool thousands = word[i] == ',' && i > 0 && (word.size() - i) % 4 == 0;
    if (!thousands) plain += word[i];
  }
  return plain_digits(plain);
}

// Lists are read for every word of every message, and nearly every word begins with another letter.
constexpr std::uint32_t letters(std::string_view list) {
  std::uint32_t bits = 0;
  for (const char c : list) bits |= std::uint32_t{1} << (c - 'a');
  return bits;
}

bool begins_with_one_of(std::uint32_t bits, std::string_view word) {
  const char c = word.empty() ? '\0' : word.front();
  return c >= 'a' && c <= 'z' && (bits >> (c - 'a') & 1) != 0;
}

Value from_list(const auto& list, std::string_view word, std::int64_t step) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].empty() && list[i] == word) return static_cast<std::int64_t>(i) * step;
  }
  return std::nullopt;
}

// The number that begins at words[*at]; *at then stands after it.
Value number_at(const Words& words, std::size_t* at) {
  const std::string_view word = words[*at];
  if (const Value value = digits(word)) {
    ++*at;
    return value;
  }
  if (word.size() < 3 || !begins_with_one_of(letters("zotfsenh"), word)) return std::nullopt;
  if (const Value value = from_list(kSmall, word, 1)) {
    ++*at;
    if (*value > 0 && *at < words.size() && words[*at] == "hundred") {
      ++*at;
      return *value * 100;
    }
    return value;
  }
  if (const Value tens = from_list(kTens, word, 10)) {
    ++*at;
    if (*at >= words.size()) return tens;
    const Value unit = from_list(kSmall, words[*at], 1);
    if (!unit || *unit < 1 || *unit > 9) return tens;
    ++*at;
    return *tens + *unit;
  }
  if (word == "hundred") {
    ++*at;
    return 100;
  }
  return std::nullopt;
}

bool has_digit(std::string_view word) {
  return word.find_first_of("0123456789") != std::string_view::npos;
}

bool is_out_of(const Words& words, std::size_t at) {
  return at + 2 < words.size() && words[at] == "out" && words[at + 1] == "of";
}

// A sign right before the digits, in the raw text: the normal form loses it.
bool is_negative(std::string_view raw) {
  const std::size_t digit = raw.find_first_of("0123456789");
  if (digit == std::string_view::npos) return false;
  const auto before = [&](std::string_view sign) {
    return digit >= sign.size() && raw.substr(digit - sign.size(), sign.size()) == sign &&
           (digit == sign.size() || raw[digit - sign.size() - 1] == ' ');
  };
  return before("-") || before("\xE2\x88\x92");
}

// ---- days

constexpr std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  // Howard Hinnant's days_from_civil, for years after 0.
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::array<int, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month)] + (month == 2 && leap ? 1 : 0);
}

Value day(std::int64_t year, std::int64_t month, std::int64_t of_month) {
  if (year < 1900 || year > 2200 || month < 1 || month > 12) return std::nullopt;
  if (of_month < 1 || of_month > days_in_month(year, month)) return std::nullopt;
  return days_from_civil(year, month, of_month);
}

struct Numbers {
  std::vector<std::int64_t> list;
  std::string signs;  // between them
};

// "2026-11-23" -> 2026, 11, 23 and "--".
Numbers split_numbers(std::string_view text) {
  Numbers numbers;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("-./", begin), text.size());
    const Value value = plain_digits(text.substr(begin, end - begin));
    if (!value) return {};
    numbers.list.push_back(*value);
    if (end < text.size()) numbers.signs += text[end];
    begin = end + 1;
  }
  return numbers;
}

// A slash date is American or not; only one that reads one way is read.
Value numeric_date(std::string_view token) {
  const Numbers numbers = split_numbers(token);
  if (numbers.list.size() != 3 || numbers.signs.size() != 2) return std::nullopt;
  const auto& [a, b, c] = std::tie(numbers.list[0], numbers.list[1], numbers.list[2]);
  if (numbers.signs[0] != numbers.signs[1]) return std::nullopt;
  if (a >= 1000) return day(a, b, c);
  if (numbers.signs != "//") return day(c, b, a);
  if (a > 12) return day(c, b, a);
  if (b > 12) return day(c, a, b);
  return a == b ? day(c, a, b) : std::nullopt;
}

std::vector<std::string_view> date_tokens(std::string_view raw) {
  std::vector<std::string_view> tokens;
  for (std::size_t begin = 0; (begin = raw.find_first_of("0123456789", begin)) != raw.npos;) {
    std::size_t end = std::min(raw.find_first_not_of("0123456789-./", begin), raw.size());
    std::string_view token = raw.substr(begin, end - begin);
    while (token.back() < '0' || token.back() > '9') token.remove_suffix(1);
    tokens.push_back(token);
    begin = end;
  }
  return tokens;
}

Value month_of(std::string_view word) {
  if (word.size() < 3 || !begins_with_one_of(letters("jfmasond"), word)) return std::nullopt;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i].starts_with(word)) return static_cast<std::int64_t>(i) + 1;
  }
  return std::nullopt;
}

// "23rd" -> 23
Value day_of_month(std::string_view word) {
  if (word.size() > 2 && has_digit(word)) {
    const std::string_view ending = word.substr(word.size() - 2);
    if (ending == "st" || ending == "nd" || ending == "rd" || ending == "th") {
      word.remove_suffix(2);
    }
  }
  const Value value = plain_digits(word);
  return value && *value <= 31 ? value : std::nullopt;
}

Value written_date(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Value month = month_of(words[i]);
    if (!month) continue;
    const auto year_at = [&](std::size_t at) -> Value {
      return at < words.size() && words[at].size() == 4 ? plain_digits(words[at]) : std::nullopt;
    };
    const std::size_t before = i >= 2 && words[i - 1] == "of" ? i - 2 : i - 1;
    if (i >= 1 && day_of_month(words[before]) && year_at(i + 1)) {
      return day(*year_at(i + 1), *month, *day_of_month(words[before]));
    }
    if (i + 1 < words.size() && day_of_month(words[i + 1]) && year_at(i + 2)) {
      return day(*year_at(i + 2), *month, *day_of_month(words[i + 1]));
    }
  }
  return std::nullopt;
}

// ---- lengths of time

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kMostUnits = 1'000'000;  // of any unit: so many years still fit
constexpr std::array<std::pair<std::string_view, std::int64_t>, 26> kUnits = {
    {{"s", 1},
     {"sec", 1},
     {"secs", 1},
     {"second", 1},
     {"seconds", 1},
     {"m", 60},
     {"min", 60},
     {"mins", 60},
     {"minute", 60},
     {"minutes", 60},
     {"h", 3600},
     {"hr", 3600},
     {"hrs", 3600},
     {"hour", 3600},
     {"hours", 3600},
     {"d", kDay},
     {"day", kDay},
     {"days", kDay},
     {"week", 7 * kDay},
     {"weeks", 7 * kDay},
     {"month", 30 * kDay},
     {"months", 30 * kDay},
     {"year", 365 * kDay},
     {"years", 365 * kDay},
     {"fortnight", 14 * kDay},
     {"night", kDay}}};

Value unit_of(std::string_view word) {
  if (!begins_with_one_of(letters("smhdwyfn"), word)) return std::nullopt;
  for (const auto& [name, seconds] : kUnits) {
    if (name == word) return seconds;
  }
  return std::nullopt;
}

struct Length {
  std::int64_t amount = 0;  // in quarters
  std::int64_t unit = 0;

  std::int64_t seconds() const { return amount * unit / 4; }
};

// Where the unit stands after "quarter" at `at`: "quarter of an hour", "quarter hour".
std::size_t behind_quarter(const Words& words, std::size_t at) {
  const auto is = [&](std::size_t i, std::string_view word) {
    return i < words.size() && words[i] == word;
  };
  if (is(at + 1, "of")) ++at;
  return at + (is(at + 1, "an") || is(at + 1, "a") ? 2 : 1);
}

// "20 minutes", "an hour", "half an hour", "a quarter of an hour", "90min", "a couple of days"; *at
// then stands after it.
std::optional<Length> length_at(const Words& words, std::size_t* at) {
  const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string_view(); };
  const auto with_unit = [&](std::int64_t quarters, std::size_t i) -> std::optional<Length> {
    const Value unit = unit_of(word(i));
    if (!unit) return std::nullopt;
    *at = i + 1;
    return Length{quarters, *unit};
  };
  const std::string_view first = word(*at);
  if (first == "half")
    return with_unit(2, *at + (word(*at + 1) == "an" || word(*at + 1) == "a" ? 2 : 1));
  if (first == "quarter") return with_unit(1, behind_quarter(words, *at));
  if (first == "a" || first == "an") {
    if (word(*at + 1) == "half") return with_unit(2, *at + 2);
    if (word(*at + 1) == "quarter") return with_unit(1, behind_quarter(words, *at + 1));
    if (word(*at + 1) == "couple") return with_unit(8, *at + (word(*at + 2) == "of" ? 3 : 2));
    return word(*at + 1).size() > 1 ? with_unit(4, *at + 1) : std::nullopt;
  }
  const std::size_t behind = first.find_first_not_of("0123456789");
  if (behind != std::string::npos && behind > 0 && unit_of(first.substr(behind))) {
    const Value amount = plain_digits(first.substr(0, behind));
    if (!amount || *amount > kMostUnits) return std::nullopt;
    ++*at;
    return Length{*amount * 4, *unit_of(first.substr(behind))};
  }
  std::size_t after = *at;
  const Value amount = number_at(words, &after);
  if (!amount || *amount > kMostUnits) return std::nullopt;
  if (word(after) == "and" && word(after + 1) == "a" && word(after + 2) == "half") {
    return with_unit(*amount * 4 + 2, after + 3);
  }
  if (word(after) == "quarters") return with_unit(*amount, behind_quarter(words, after));
  return with_unit(*amount * 4, after);
}

// Two different values say nothing.
struct OnlyOne {
  Value value;
  bool two = false;
  void add(std::int64_t another) {
    two = two || (value && *value != another);
    value = another;
  }
  Value get() const { return two ? std::nullopt : value; }
};

// "today", "the day after tomorrow", "next week", in days from today; *at then stands at its last
// word.
Value named_day(const Words& words, std::size_t* at) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> kDays = {
      {{"day after tomorrow", 2},
       {"day before yesterday", -2},
       {"this evening", 0},
       {"next week", 7},
       {"next month", 30},
       {"today", 0},
       {"tonight", 0},
       {"yesterday", -1},
       {"tomorrow", 1}}};
  if (!begins_with_one_of(letters("dtny"), words[*at])) return std::nullopt;
  for (const auto& [name, days] : kDays) {
    std::size_t i = *at;
    std::size_t begin = 0;
    while (begin < name.size() && i < words.size()) {
      const std::size_t end = std::min(name.find(' ', begin), name.size());
      if (words[i] != name.substr(begin, end - begin)) break;
      begin = end + 1;
      ++i;
    }
    if (begin < name.size()) continue;
    *at = i - 1;
    return days;
  }
  return std::nullopt;
}

// "tomorrow", "next week": a length from now; *at then stands after it. Nothing here knows the
// hour, so that tonight is eight hours away, as if it were asked at noon.
std::optional<Length> length_until(const Words& words, std::size_t* at) {
  constexpr Length kUntilTonight = {32, 3600};
  std::size_t last = *at;
  const Value days = named_day(words, &last);
  if (!days || *days < 0 || words[*at] == "today") return std::nullopt;
  *at = last + 1;
  return *days == 0 ? kUntilTonight : Length{*days * 4, kDay};
}

Value relative_date(const Words& words, std::int64_t today) {
  OnlyOne found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const Value days = named_day(words, &i)) {
      found.add(today + *days);
      continue;
    }
    std::size_t after = i;
    const std::optional<Length> length = length_at(words, &after);
    if (!length || length->unit < kDay || length->amount % 4 != 0) continue;
    const std::int64_t days = length->seconds() / kDay;
    if (days > 40000) continue;
    if (after < words.size() && words[after] == "ago") found.add(today - days);
    if (i > 0 && words[i - 1] == "in") found.add(today + days);
    i = after - 1;
  }
  return found.get();
}

Value number_in(std::string_view raw, const Words& words) {
  OnlyOne found;
  for (std::size_t i = 0; i < words.size();) {
    const std::size_t begin = i;
    const Value value = number_at(words, &i);
    if (!value) {
      if (has_digit(words[begin])) return std::nullopt;  // "7.5", "12:30": not to be guessed at
      ++i;
      continue;
    }
    if (is_out_of(words, i)) {
      i += 2;
      if (!number_at(words, &i)) ++i;
    }
    const bool minus = begin > 0 && words[begin - 1] == "minus";
    found.add(minus || is_negative(raw) ? -*value : *value);
  }
  return found.get();
}

Value absolute_date(std::string_view raw, const Words& words) {
  OnlyOne found;
  for (const std::string_view token : date_tokens(raw)) {
    if (const Value value = numeric_date(token)) found.add(*value);
  }
  if (found.value) return found.get();
  return written_date(words);
}

Value duration_in(const Words& words) {
  std::optional<std::int64_t> total;
  std::size_t last_end = 0;
  std::int64_t last_unit = 0;
  for (std::size_t i = 0; i < words.size();) {
    const std::size_t begin = i;
    std::optional<Length> length = length_at(words, &i);
    if (!length) length = length_until(words, &i);
    if (!length) {
      // "an hour and a half"
      const bool and_a_half = total && begin == last_end && words[begin] == "and" &&
                              begin + 2 < words.size() && words[begin + 1] == "a" &&
                              words[begin + 2] == "half";
      if (and_a_half) *total += last_unit / 2;
      i = begin + (and_a_half ? 3 : 1);
      continue;
    }
    // "1 hour 20 minutes" is one length; "20 minutes or an hour" are two.
    const bool goes_on = total && length->unit < last_unit &&
                         (begin == last_end || (begin == last_end + 1 && words[last_end] == "and"));
    if (total && !goes_on) return std::nullopt;
    total = total.value_or(0) + length->seconds();
    last_end = i;
    last_unit = length->unit;
  }
  return total;
}

}  // namespace

Readings read(std::string_view raw, std::string_view folded, std::optional<std::int64_t> today) {
  const Words words = words_in(folded);
  Readings readings;
  readings.date = absolute_date(raw, words);
  if (!readings.date) readings.number = number_in(raw, words);
  if (!readings.date && today) readings.date = relative_date(words, *today);
  readings.duration = duration_in(words);
  return readings;
}

std::optional<std::int64_t> read_number(std::string_view raw) {
  return read(raw, fold(raw), std::nullopt).number;
}

std::optional<std::int64_t> read_date(std::string_view raw, std::optional<std::int64_t> today) {
  return read(raw, fold(raw), today).date;
}

std::optional<std::int64_t> read_duration(std::string_view raw) {
  return read(raw, fold(raw), std::nullopt).duration;
}

}  // namespace attune::intents
