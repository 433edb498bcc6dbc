// What was heard in one message: the small interface between the matcher and the engine. `intents`
// fills it, the engine only reads it. Plain data, part of the event, so that a replay needs no
// matcher.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace attune::dialogs {

struct Span {  // bytes of the raw message
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Heard {
  // An intent's name; for a script's own `hears` list "listen/say-back:late".
  std::string intent;
  std::vector<Span> spans;  // the person's own words, in order; never empty, never overlapping
};

struct Hearing {
  std::string raw;  // the person's words as they came, valid UTF-8
  std::string
      folded;  // normal form without sentence marks: what choices and `also` are compared with
  std::vector<Heard> heard;            // sorted by intent name
  std::optional<std::int64_t> number;  // "7", "seven", "a 7", "7/10"
  std::optional<std::int64_t>
      date;  // days since 1970-01-01: "2026-11-23", "23.11.2026", "today", "yesterday"
  std::optional<std::int64_t> duration;  // seconds: "20 minutes", "two hours"
  bool safety_ran = false;  // false: the safety set could not run; the engine must not advance
};

}  // namespace attune::dialogs
