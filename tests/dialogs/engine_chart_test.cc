// A chart is what was measured, from wherever it is kept, in words and in points.
#include "support/tiny_library.h"

using namespace attune::dialogs;
using tiny::Chat;

namespace {

constexpr const char* kWords =
    "\nslots\n  times: number 0 to 1000, starts at 0\n  from: text up to 20, starts at none\n"
    "  to: text up to 20, starts at none\n"
    "  level: yes/no, starts at no\n  first: number 0 to 10, starts at 0\n"
    "  first-day: text up to 20, starts at none\n  lowest: number 0 to 10, starts at 0\n"
    "  highest: number 0 to 10, starts at 0\n\n== start\n"
    "if times is 0\n  Bot: Nothing. #words01\n  end completed\n"
    "Bot: {times}: {first} {first-day}, {lowest} to {highest}, {level}, {from} {to}. #words02\n"
    "end completed\n";

tiny::Files charting(const std::string& steps) {
  auto files = tiny::house_with(
      "\nslots\n  calm: number 0 to 10, measure\n\n== start\n" + steps);
  const std::string& any = files["repair/lost.talk"];
  files["repair/chart.talk"] = any.substr(0, any.find("\n== start")) + kWords;
  return files;
}

const Effect* chart_of(const Chat& chat) {
  for (const Effect& effect : chat.last.effects) {
    if (effect.kind == Effect::Kind::kChart) return &effect;
  }
  return nullptr;
}

constexpr const char* kRated = "rate calm: low .. high #it01\n  Bot: How? #it02\nchart calm\nBot: So. #it03\nend completed\n";

}  // namespace

TEST_CASE("a chart asks for what it does not have, once, and goes on as if there were nothing", "[engine][chart]") {
  Chat chat(charting("chart calm\nchart calm\nBot: So. #it03\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.last.wanted == std::vector<MeasureName>{{"it/it", "calm"}});
  CHECK(chat.lines() == "words01 words01 it03");
  CHECK(chart_of(chat) == nullptr);  // no picture of nothing
}

TEST_CASE("what is handed in and what this turn measured are shown, oldest first", "[engine][chart]") {
  Chat chat(charting(kRated));
  chat.begin("it/it");
  Event event;
  event.choice = "it/it#it01=7";
  event.hearing = tiny::hear(*chat.library, "7");
  event.history[{"it/it", "calm"}] = {{1'763'000'000, 20'405, 4}, {1'763'100'000, 20'406, 2}};
  event.history[{"it/other", "calm"}] = {{1, 1, 9}};  // another script's of that name is another
  chat.send(event);
  CHECK(chat.last.wanted.empty());
  CHECK(chat.lines() == "words02 it03");
  const Effect* chart = chart_of(chat);
  REQUIRE(chart != nullptr);
  CHECK(chart->chart->points.size() == 3);
  CHECK(chart->chart->points.back().number == 7);
  CHECK((chart->chart->low == 0 && chart->chart->high == 10));
  CHECK((chart->chart->low_words == "low" && chart->chart->high_words == "high"));
  CHECK(chat.last.effects[1].text == "3: 4 13 November 2025, 2 to 7, No, 0 (low) 10 (high).");
}

TEST_CASE("one answer, and answers that are all alike", "[engine][chart]") {
  Chat chat(charting(kRated));
  chat.begin("it/it");
  SECTION("one") {
    chat.press("it/it#it01=5");
    CHECK(chart_of(chat)->chart->points.size() == 1);
  }
  SECTION("alike") {
    Event event;
    event.choice = "it/it#it01=5";
    event.hearing = tiny::hear(*chat.library, "5");
    event.history[{"it/it", "calm"}] = {{1, 1, 5}};
    chat.send(event);
    CHECK(chat.last.effects[1].text == "2: 5 2 January 1970, 5 to 5, Yes, 0 (low) 10 (high).");
  }
}

TEST_CASE("a measure of memory is one, whoever asks for it", "[engine][chart]") {
  CHECK(measure_name("it/it", "my.count") == MeasureName{"", "my.count"});
  CHECK(measure_name("it/it", "calm") == MeasureName{"it/it", "calm"});
}
