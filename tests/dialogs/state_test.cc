// State as bytes: exact, deterministic, texts apart by class.
#include "dialogs/engine/state.h"

#include <catch2/catch.hpp>

using namespace attune::dialogs;

namespace {

Conversation full() {
  Conversation all;
  Frame frame;
  frame.script = "listen/say-back";
  frame.edition = "abc";
  frame.why = Frame::Why::kInterrupt;
  frame.scene = "start";
  frame.at = "back07+2";
  frame.slots = {{"n", std::int64_t{-7}},
                 {"yes", true},
                 {"word", std::string("la\"te\\\n\x01")},
                 {"day", Day{-3}},
                 {"length", Length{60}},
                 {"text", TextRef{4}},
                 {"list", std::vector<TextRef>{{5}, {6}}}};
  frame.visits = {{"start", 2}};
  frame.save_to = "my.name";
  frame.answers = 3;
  frame.misses = 2;
  frame.again = {{0, 1}, {511, 2}};
  frame.trail = {{"start", "back02", {{"text", TextRef{5}}}, {{"start", 1}}}};
  frame.checkpoints = {{"start", {"start", "", {}, {}}}};
  frame.started = 1'764'000'000;
  all.frames = {frame, Frame{}};
  all.texts = {{4, {"the person's \"words\" — ü\n", -1, 5}},
               {5, {"seven days", 604'800, 6}},
               {6, {"run", -1, 7}}};
  all.next_text = 7;
  all.seen = {"a#b01", "a#b02"};
  all.last_message = 9;
  all.last_notice = 8;
  all.use_began = 7;
  all.paused = true;
  all.runs = 4;
  return all;
}

Person person() {
  Person someone;
  someone.memory = {{"my.name", TextRef{1}}, {"my.count", std::int64_t{3}}};
  someone.done = {{"a/b", {5, 2}}};
  someone.safety_open = true;
  someone.safety_since = 11;
  someone.safety_class = "danger";
  someone.consents = {{"heavy", "yes 12"}};
  someone.texts = {{1, {"Kim", -1, 3}}};
  someone.next_text = 2;
  return someone;
}

}  // namespace

TEST_CASE("what is written is read back, to the same bytes", "[state]") {
  const Written written = write(full());
  CHECK(read_conversation(written) == full());
  CHECK(write(read_conversation(written)).control == written.control);
  CHECK(write(read_conversation(written)).texts == written.texts);
  CHECK(read_conversation(write(Conversation{})) == Conversation{});
  CHECK(read_person(write(person())) == person());
  CHECK(read_person(write(Person{})) == Person{});
}

TEST_CASE("every field of a state counts", "[state]") {
  // Were one forgotten in write(), the state read back would differ; so each is changed alone.
  const auto differs = [](auto change) {
    Conversation other = full();
    change(other);
    return !(read_conversation(write(other)) == full()) && read_conversation(write(other)) == other;
  };
  CHECK(differs([](Conversation& c) { c.paused = false; }));
  CHECK(differs([](Conversation& c) { c.use_began = 0; }));
  CHECK(differs([](Conversation& c) { c.frames[0].misses = 0; }));
  CHECK(differs([](Conversation& c) { c.frames[0].why = Frame::Why::kRepair; }));
  CHECK(differs([](Conversation& c) { c.frames[0].again.clear(); }));
  CHECK(differs([](Conversation& c) { c.frames[0].trail[0].visits.clear(); }));
  CHECK(differs([](Conversation& c) { c.frames[0].checkpoints["x"].at = "y"; }));
  CHECK(differs([](Conversation& c) { c.texts[5].since = 100; }));
  CHECK(differs([](Conversation& c) { c.frames.pop_back(); }));
}

TEST_CASE("words lie apart by class, and control data has none", "[state]") {
  const Written written = write(full());
  CHECK(written.control.find("words") == std::string::npos);
  CHECK(written.control.find("seven days") == std::string::npos);
  REQUIRE(written.texts.size() == 2);
  CHECK(written.texts.at("604800").find("seven days") != std::string::npos);
  CHECK(written.texts.at("run").find("seven days") == std::string::npos);
  Conversation with_none = full();
  with_none.texts[9] = {"not kept", 0, 1};
  CHECK(write(with_none).texts == written.texts);
}

TEST_CASE("a class whose key is gone reads as forgotten", "[state]") {
  Written written = write(full());
  written.texts.erase("604800");
  const Conversation left = read_conversation(written);
  CHECK(left.texts.size() == 2);
  CHECK(std::get<std::vector<TextRef>>(left.frames[0].slots.at("list")) ==
        std::vector<TextRef>{{6}});
  CHECK(left.frames[0].trail[0].slots.empty());
  CHECK(left.frames[0].slots.count("text") == 1);
  written.texts.clear();
  const Conversation none = read_conversation(written);
  CHECK(none.texts.empty());
  CHECK(none.frames[0].slots.count("text") == 0);
  CHECK(none.frames[0].slots.count("list") == 0);
  CHECK(none.frames[0].slots.count("n") == 1);
  CHECK(read_conversation(write(none)) == none);
  Written nobody = write(person());
  nobody.texts.clear();
  CHECK(read_person(nobody).memory.count("my.name") == 0);
}

TEST_CASE("bytes that write() did not make are refused", "[state]") {
  const Written good = write(full());
  const auto refused = [&](const std::string& control) {
    CHECK_THROWS_AS(read_conversation({control, good.texts}), std::invalid_argument);
    CHECK_THROWS_AS(read_person({control, {}}), std::invalid_argument);
  };
  for (const char* bad :
       {"", "{", "[]", "null", "{}", "{\"v\":2}", "{\"v\":1,\"strange\":1}", "{\"v\":\"1\"}",
        "{\"v\":1,\"next_text\":-1}", "{\"v\":1,\"next_text\":4294967296}",
        "{\"v\":1,\"next_text\":1.5}", "{\"v\":1,\"next_text\":18446744073709551615}"}) {
    INFO(bad);
    refused(bad);
  }
  for (const char* frame :
       {"1", "{\"why\":9}", "{\"slots\":{\"a\":null}}", "{\"slots\":{\"a\":{\"what\":1}}}",
        "{\"slots\":{\"a\":{\"text\":-1}}}", "{\"again\":[1]}", "{\"again\":[1,\"x\"]}",
        "{\"trail\":[{\"x\":1}]}", "{\"trail\":{}}", "{\"visits\":[]}"}) {
    INFO(frame);
    refused("{\"v\":1,\"frames\":[" + std::string(frame) + "]}");
  }
  for (const auto& texts : std::vector<std::map<std::string, std::string>>{
           {{"run", "x"}},
           {{"0", "{}"}},
           {{"week", "{}"}},
           {{"run", "{\"a\":[\"t\",1]}"}},
           {{"run", "{\"1\":[1,1]}"}},
           {{"run", "{\"1\":[\"t\",1]}"}, {"60", "{\"1\":[\"t\",1]}"}}}) {
    CHECK_THROWS_AS(read_conversation({write(Conversation{}).control, texts}),
                    std::invalid_argument);
  }
  // Cut anywhere, it is refused, and the message never quotes what was stored.
  for (std::size_t cut = 0; cut < good.control.size(); ++cut) {
    CHECK_THROWS_AS(read_conversation({good.control.substr(0, cut), {}}), std::invalid_argument);
  }
  try {
    read_conversation({good.control, {{"run", "{\"1\":[\"my secret words\",}"}}});
    FAIL("it was read");
  } catch (const std::invalid_argument& error) {
    CHECK(std::string(error.what()).find("secret") == std::string::npos);
  }
}
