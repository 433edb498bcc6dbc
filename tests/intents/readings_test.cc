#include "intents/readings.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "intents/normal_form.h"
#include "intents/numbers_in_english.h"

using namespace attune::intents;

TEST_CASE("numbers") {
  const std::vector<std::pair<std::string, std::int64_t>> good = {{"7", 7},
                                                                  {"seven", 7},
                                                                  {"a 7", 7},
                                                                  {"maybe a seven?", 7},
                                                                  {"7/10", 7},
                                                                  {"7 out of 10", 7},
                                                                  {"seven out of ten", 7},
                                                                  {"zero", 0},
                                                                  {"twenty-five", 25},
                                                                  {"a hundred", 100},
                                                                  {"two hundred", 200},
                                                                  {"1,000", 1000},
                                                                  {"7.0", 7},
                                                                  {"-3", -3},
                                                                  {"minus two", -2},
                                                                  {"100%", 100},
                                                                  {"about 5 or so", 5},
                                                                  {"7, yes 7", 7}};
  for (const auto& [text, value] : good) {
    INFO(text);
    CHECK(read_number(text) == value);
  }
  for (const std::string text :
       {"", "none of your business", "6 or 7", "between two and four", "7.5", "7 / 10", "12:30",
        "2026-11-23", "99999999999999999999", "seventh"}) {
    INFO(text);
    CHECK(read_number(text) == std::nullopt);
  }
}

TEST_CASE("days") {
  const std::int64_t day = 20780;  // 2026-11-23
  for (const std::string text :
       {"2026-11-23", "23.11.2026", "on 23/11/2026.", "11/23/2026", "23 November 2026",
        "November 23rd, 2026", "the 23rd of november 2026", "nov 23 2026"}) {
    INFO(text);
    CHECK(read_date(text, std::nullopt) == day);
  }
  CHECK(read_date("1970-01-01", std::nullopt) == 0);
  CHECK(read_date("2024-02-29", std::nullopt) == 19782);
  for (const std::string text : {"2026-02-29", "3/4/2026", "32.1.2026", "yesterday", "7", "2026",
                                 "2026-11-23 or 2026-11-24", "may", ""}) {
    INFO(text);
    CHECK(read_date(text, std::nullopt) == std::nullopt);
  }
  CHECK(read_date("Today", day) == day);
  CHECK(read_date("it was yesterday", day) == day - 1);
  CHECK(read_date("tomorrow", day) == day + 1);
  CHECK(read_date("three days ago", day) == day - 3);
  CHECK(read_date("in two weeks", day) == day + 14);
  CHECK(read_date("the day after tomorrow", day) == day + 2);
  CHECK(read_date("the day before yesterday", day) == day - 2);
  CHECK(read_date("next week, I think", day) == day + 7);
  CHECK(read_date("this evening", day) == day);
  CHECK(read_date("tomorrow evening, yes, tomorrow", day) == day + 1);
  CHECK(read_date("today or tomorrow", day) == std::nullopt);
  CHECK(read_date("20 minutes ago", day) == std::nullopt);
}

TEST_CASE("lengths of time") {
  const std::vector<std::pair<std::string, std::int64_t>> good = {
      {"20 minutes", 1200},
      {"two hours", 7200},
      {"half an hour", 1800},
      {"an hour", 3600},
      {"an hour and a half", 5400},
      {"two and a half hours", 9000},
      {"1h 30m", 5400},
      {"1 hour and 20 minutes", 4800},
      {"90min", 5400},
      {"a week", 604800},
      {"30 days", 2592000},
      {"about twenty minutes I think", 1200},
      {"a couple of days", 172800},
      {"a month", 2592000},
      {"in an hour", 3600},
      {"half an hour?", 1800},
      {"in half an hour please", 1800},
      {"a quarter of an hour", 900},
      {"three quarters of an hour", 2700},
      {"tomorrow", 86400},
      {"let's talk tomorrow at the table", 86400},
      {"the day after tomorrow", 172800},
      {"tonight", 28800},
      {"this evening", 28800},
      {"Next week.", 604800},
      {"next month", 2592000}};
  for (const auto& [text, value] : good) {
    INFO(text);
    CHECK(read_duration(text) == value);
  }
  for (const std::string text :
       {"", "20", "soon", "20 minutes or an hour", "minutes", "I am a s", "99999999999 days",
        "999999999999years", "tonight or tomorrow", "next", "next time", "the day after"}) {
    INFO(text);
    CHECK(read_duration(text) == std::nullopt);
  }
}

TEST_CASE("Spanish numbers, days and lengths of time") {
  const auto read_es = [](std::string_view raw) {
    const std::int64_t today = 20'781;  // 2026-11-24
    return read(raw, numbers_in_english(fold(raw), "es"), today);
  };
  const auto number = [&](std::string_view raw) { return read_es(raw).number; };
  CHECK(number("siete") == 7);
  CHECK(number("un 7") == 7);
  CHECK(number("diría que un ocho") == 8);
  CHECK(number("treinta y uno") == 31);
  CHECK(number("veintidós") == 22);
  CHECK(number("7 de cada 10") == 7);
  CHECK(number("seis o siete") == std::nullopt);
  CHECK(number("un día duro") == std::nullopt);
  const auto length = [&](std::string_view raw) { return read_es(raw).duration; };
  CHECK(length("20 minutos") == 1200);
  CHECK(length("media hora") == 1800);
  CHECK(length("una hora") == 3600);
  CHECK(length("una hora y media") == 5400);
  CHECK(length("un cuarto de hora") == 900);
  CHECK(length("dos días") == 172'800);
  const auto date = [&](std::string_view raw) { return read_es(raw).date; };
  CHECK(date("ayer") == 20'780);
  CHECK(date("anteayer") == 20'779);
  CHECK(date("mañana") == 20'782);
  CHECK(date("pasado mañana") == 20'783);
  CHECK(date("hace 3 días") == 20'778);
  CHECK(date("hace dos semanas") == 20'767);
  CHECK(date("dentro de una semana") == 20'788);
  CHECK(date("23 de noviembre de 2026") == 20'780);
  CHECK(date("esta mañana") == 20'781);
  CHECK(numbers_in_english("sieben", "de") == "sieben");
}
