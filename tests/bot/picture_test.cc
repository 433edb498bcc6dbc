// A chart's picture: that there is one for whatever can be measured, and how it is named.
#include "bot/chart/picture.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "bot/chart/day.h"

using namespace attune;
using namespace attune::bot;

namespace {

dialogs::Charted chart(std::vector<std::int64_t> numbers, std::int64_t low = 0, std::int64_t high = 10) {
  dialogs::Charted made;
  made.low = low;
  made.high = high;
  made.low_words = "wound up";
  made.high_words = "settled";
  std::int64_t at = 1'767'607'200;
  for (const std::int64_t number : numbers) {
    made.points.push_back({at, at / 86'400, number});
    at += 86'400 * 3;
  }
  return made;
}

bool is_png(const std::string& bytes) { return bytes.starts_with("\x89PNG") && bytes.size() > 2'000; }

}  // namespace

TEST_CASE("one point, two, four hundred, all on a day, all alike, outside the scale", "[bot][picture]") {
  std::vector<std::int64_t> many;
  for (int i = 0; i < 400; ++i) many.push_back(i % 11);
  for (const auto& numbers : {std::vector<std::int64_t>{4}, {4, 9}, {5, 5, 5}, {-3, 40}, many}) {
    CHECK(is_png(draw(chart(numbers), {})));
    const std::string svg = draw(chart(numbers), {true, true});
    CHECK(svg.find("</svg>") != std::string::npos);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
  }
  auto one_day = chart({1, 2, 3});
  for (auto& point : one_day.points) point.day = one_day.points[0].day;
  CHECK(is_png(draw(one_day, {})));
  auto back = chart({1, 2, 3});  // a clock that was set back
  std::swap(back.points[0].at, back.points[2].at);
  CHECK(draw(back, {true, false}).find("nan") == std::string::npos);
}

TEST_CASE("scales of any size, and ends in words of any length", "[bot][picture]") {
  for (const auto& [low, high] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 0}, {0, 1}, {-5, 5}, {0, 1'000'000}, {INT64_MIN / 2, INT64_MAX / 2}}) {
    CHECK(is_png(draw(chart({1, 2}, low, high), {})));
  }
  auto wordy = chart({1, 2});
  wordy.low_words = std::string(500, 'w');
  for (int i = 0; i < 200; ++i) wordy.high_words += "\xC3\xA9";
  CHECK(is_png(draw(wordy, {})));
  wordy.low_words = "\xFF\xC3";  // what no reader lets through, and Cairo refuses
  CHECK_THROWS_AS(draw(wordy, {}), std::runtime_error);
  CHECK_THROWS_AS(draw(chart({}), {}), std::runtime_error);
}

TEST_CASE("the line goes through the points and nowhere else", "[bot][picture]") {
  const std::string svg = draw(chart({3, 6, 4, 8}), {true, false});
  const auto line = svg.find("stroke-width:4");
  REQUIRE(line != std::string::npos);
  const auto path = svg.find(" d=\"", line) + 4;
  const std::string drawn = svg.substr(path, svg.find('"', path) - path);
  CHECK(std::count(drawn.begin(), drawn.end(), 'M') == 1);
  CHECK(std::count(drawn.begin(), drawn.end(), 'L') == 3);
}

TEST_CASE("the same chart is the same picture", "[bot][picture]") {
  CHECK(draw(chart({3, 6, 4}), {}) == draw(chart({3, 6, 4}), {}));
  CHECK(draw(chart({3, 6, 4}), {}) != draw(chart({3, 6, 5}), {}));
}

TEST_CASE("a picture's name and back", "[bot][picture]") {
  CHECK(picture_name(7, 2) == "7-2");
  const auto name = read_picture_name("7-2-dark.svg");
  REQUIRE(name);
  CHECK((name->version == 7 && name->message == 2 && name->kind.svg && name->kind.dark));
  for (const char* wrong : {"", "7", "7-", "7-2", "7-2.gif", "-7-2.png", "7--2.png", "0-1.png", "7-2.png ", "7-2-dark", "x-2.png"})
    CHECK_FALSE(read_picture_name(wrong));
}

TEST_CASE("days on an axis", "[bot][picture]") {
  CHECK(day_with_year(0) == "1 Jan 1970");
  CHECK(day_with_year(20'576) == "3 May 2026");
  CHECK(day_without_year(-1) == "31 Dec");
}
