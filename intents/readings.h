// Numbers, days and lengths of time in a message, as an answer to a question that asks for one.
//
// Each reading is careful: where a message says two different things ("6 or 7", "between two and
// four") or one that could be two ("3/4/2026"), there is none, and the question is asked again.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace attune::intents {

struct Readings {
  std::optional<std::int64_t> number;
  std::optional<std::int64_t> date;
  std::optional<std::int64_t> duration;
};

// All three at once. `folded` is fold(raw), which whoever asks has already made.
Readings read(std::string_view raw, std::string_view folded, std::optional<std::int64_t> today);

// "7", "seven", "a 7", "7/10", "7 out of 10", "twenty-five", "minus two". Not the numbers of a
// date.
std::optional<std::int64_t> read_number(std::string_view raw);

// Days since 1970-01-01: "2026-11-23", "23.11.2026", "23 november 2026", "november 23rd, 2026".
// With `today` also "today", "yesterday", "tomorrow", "the day after tomorrow", "next week" (seven
// days on), "3 days ago", "in two weeks".
std::optional<std::int64_t> read_date(std::string_view raw, std::optional<std::int64_t> today);

// Seconds: "20 minutes", "two hours", "in an hour", "half an hour", "a quarter of an hour", "an hour
// and a half", "1h 30m", "a week"; and from now: "tonight" (8 hours), "tomorrow" (a day), "next
// week". A month is 30 days, a year 365.
std::optional<std::int64_t> read_duration(std::string_view raw);

}  // namespace attune::intents
