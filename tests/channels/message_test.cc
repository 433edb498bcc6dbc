// A reply made to fit: which form choices get, how they degrade, where texts are split.
#include <catch2/catch.hpp>
#include <random>

#include "bot/channels/message.h"

using namespace attune::bot;
using Form = Fitted::Form;

namespace {

Reply asking(std::vector<std::string> labels, std::string text = "What now?") {
  Reply reply;
  reply.messages.push_back({"Bot", std::move(text), "listen/say-back", "back01"});
  reply.offer.emplace();
  int i = 0;
  for (auto& label : labels) reply.offer->choices.push_back({std::move(label), "listen/say-back#back0" + std::to_string(++i), false});
  return reply;
}

Room roomy() {
  Room room;
  room.quick = {2, 10, 64, 0};
  room.buttons = {3, 20, 64, 0};
  room.list = {5, 24, 64, 72};
  return room;
}

std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

}  // namespace

TEST_CASE("choices degrade from quick replies to buttons to a list to numbered text") {
  const auto form = [](std::vector<std::string> labels) { return fit(asking(std::move(labels)), roomy()).back().form; };
  CHECK(form({"Go on", "Pause"}) == Form::kQuick);
  CHECK(form({"Go on", "Pause", "Stop"}) == Form::kButtons);
  CHECK(form({"Go on from here", "Pause"}) == Form::kButtons);
  CHECK(form({"Go on", "Pause", "Stop", "Help"}) == Form::kList);
  CHECK(form({"Why would that help anybody?", "Pause"}) == Form::kList);
  CHECK(form({"1", "2", "3", "4", "5", "6"}) == Form::kNone);
  CHECK(form({std::string(80, 'x'), "Pause"}) == Form::kNone);
}

TEST_CASE("numbered text has every choice, whole, in the order of its number") {
  const auto fitted = fit(asking({"Go on", "Take a break"}), Room{});
  REQUIRE(fitted.size() == 1);
  CHECK(fitted[0].form == Form::kNone);
  CHECK(fitted[0].text == "What now?\n1. Go on\n2. Take a break");
}

TEST_CASE("a label too long for a row stands whole in its second line") {
  const std::string label = "Why would that help anybody at all?";
  const auto fitted = fit(asking({label, "Pause"}), roomy());
  const auto& choice = fitted.back().choices.front();
  CHECK(choice.label == "Why would that help…");
  CHECK(choice.detail == label);
  CHECK(choice.value == "listen/say-back#back01");
  CHECK(fitted.back().choices.back().detail.empty());
}

TEST_CASE("a value that a button cannot carry makes the question numbered text") {
  Room room = roomy();
  room.quick.value = room.buttons.value = room.list.value = 10;
  CHECK(fit(asking({"Go on", "Pause"}), room).back().form == Form::kNone);
}

TEST_CASE("a scale says its ends, and is not numbered a second time") {
  Reply reply = asking({"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, "How settled?");
  reply.offer->scale = true;
  reply.offer->ends = "wound up .. settled";
  CHECK(fit(reply, Room{}).back().text == "How settled?\n0 wound up .. 10 settled");
  Room room;
  room.buttons = {100, 64, 64, 0};
  const auto fitted = fit(reply, room);
  CHECK(fitted.back().choices.size() == 11);
  CHECK(fitted.back().numbered == "How settled?\n0 wound up .. 10 settled");
}

TEST_CASE("what safety says is marked, in its place") {
  Reply reply;
  reply.messages = {{"Bot", "one", "listen/say-back", "a01"}, {"Bot", "help here", "safety/danger", "s01"}};
  CHECK_FALSE(fit(reply, Room{})[0].safety);
  CHECK(fit(reply, Room{})[1].safety);
  reply.safety = true;
  CHECK(fit(reply, Room{})[0].safety);
}

TEST_CASE("a long text is split between words, the choices on its last part") {
  Room room = roomy();
  room.text = room.text_with_choices = 60;
  const std::string text = "This is a first sentence. This is a second one, and longer. And here is the third of them.";
  const auto fitted = fit(asking({"Go on", "Pause"}, text), room);
  REQUIRE(fitted.size() > 1);
  CHECK(fitted.front().text == "This is a first sentence. This is a second one, and longer.");
  std::string all;
  for (const auto& part : fitted) {
    CHECK(utf16_units(part.text) <= 60);
    all += part.text + " ";
  }
  CHECK(squeezed(all) == squeezed(text));
  CHECK(fitted.front().form == Form::kNone);
  CHECK(fitted.back().form == Form::kQuick);
  CHECK(fitted.back().numbered.ends_with("\n1. Go on\n2. Pause"));
}

TEST_CASE("whatever is written, parts fit, nothing is lost and no character is cut") {
  std::mt19937 random(1);
  const std::vector<std::string> pieces = {"a", "é", "日", "😀", " ", "\n", "\n\n", ". ", "word ", "é̂", "longerword"};
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (int i = std::uniform_int_distribution<int>(0, 60)(random); i > 0; --i) text += pieces[std::uniform_int_distribution<std::size_t>(0, pieces.size() - 1)(random)];
    const auto unit = round % 2 == 0 ? Room::Unit::kUtf16 : Room::Unit::kBytes;
    const std::size_t most = std::uniform_int_distribution<std::size_t>(4, 30)(random);
    std::string all;
    for (const auto& part : split(text, most, unit)) {
      REQUIRE((unit == Room::Unit::kBytes ? part.size() : utf16_units(part)) <= most);
      REQUIRE((part.empty() || (static_cast<unsigned char>(part[0]) & 0xC0) != 0x80));
      all += part;
    }
    REQUIRE(squeezed(all) == squeezed(text));
  }
}

TEST_CASE("units are counted as platforms count them") {
  CHECK(utf16_units("") == 0);
  CHECK(utf16_units("aé日") == 3);
  CHECK(utf16_units("😀") == 2);
}
