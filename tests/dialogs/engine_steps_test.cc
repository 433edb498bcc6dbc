// Each step that is not a question, the way back, and how long words live.
#include <functional>

#include "support/tiny_library.h"

using namespace attune::dialogs;
using tiny::Chat;
using tiny::house_with;

TEST_CASE("if, otherwise if, otherwise", "[engine][steps]") {
  const auto line = [](int heat) {
    Chat chat(house_with("\nslots\n  heat: number 0 to 10, starts at " + std::to_string(heat) +
                         "\n\n== start\nif heat >= 7 or heat is 3\n  Bot: Hot. #it01\notherwise if "
                         "not (heat < 5) and heat <= 6\n"
                         "  Bot: Warm. #it02\notherwise\n  Bot: Cool. #it03\nend completed\n"));
    chat.begin("it/it");
    return chat.lines();
  };
  CHECK(line(7) == "it01");
  CHECK(line(3) == "it01");
  CHECK(line(6) == "it02");
  CHECK(line(5) == "it02");
  CHECK(line(4) == "it03");
}

TEST_CASE("conditions on what was done, visited, when", "[engine][steps]") {
  const auto holds = [](const std::string& condition,
                        const std::function<void(Chat&)>& prepare = {}) {
    Chat chat(
        house_with("\nslots\n  word: choice, starts at late\n  flag: yes/no, starts at yes\n  "
                   "none: number 0 to 5\n\n== start\n-> then\n\n== then\nif " +
                   condition + "\n  Bot: Yes. #it01\nend completed\n"));
    if (prepare) prepare(chat);
    chat.begin("it/it");
    return chat.lines() == "it01";
  };
  const auto done = [](Time ago) {
    return [ago](Chat& chat) { chat.last.state.person.done["help/topic"] = {chat.now - ago, 1}; };
  };
  CHECK(holds("word is late"));
  CHECK(holds("word is not early"));
  CHECK_FALSE(holds("word is not late"));
  CHECK(holds("flag is yes"));
  CHECK_FALSE(holds("flag is no"));
  CHECK_FALSE(holds("none is set"));
  CHECK_FALSE(holds("none < 3"));
  CHECK(holds("none is not 3"));
  CHECK(holds("visited then"));
  CHECK_FALSE(holds("visited then 2 times"));
  CHECK_FALSE(holds("done help/topic"));
  CHECK(holds("done help/topic", done(999'999)));
  CHECK(holds("done help/topic within 2 days", done(2 * 86'400)));
  CHECK_FALSE(holds("done help/topic within 2 days", done(2 * 86'400 + 1)));
  CHECK(holds("hour >= 22", [](Chat& chat) { chat.hour = 22; }));
  CHECK_FALSE(holds("hour >= 22", [](Chat& chat) { chat.hour = 21; }));
  const auto since = [](std::int64_t days) {
    return [days](Chat& chat) {
      chat.last.state.person.memory["my.since"] = Day{chat.now / 86'400 - days};
    };
  };
  CHECK(holds("days since my.since > 3", since(4)));
  CHECK_FALSE(holds("days since my.since > 3", since(3)));
  CHECK_FALSE(holds("days since my.since > 3"));
}

TEST_CASE("set and add stay in the declared range; a measure is kept each time",
          "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  n: number 2 to 9, measure\n\n== start\nadd 1 to n\nadd 50 to n\nadd "
                 "-3 to n\nset n = 1\n"
                 "Bot: {n} #it01\nend completed\n"));
  chat.begin("it/it");
  std::vector<std::int64_t> kept;
  for (const Effect& effect : chat.last.effects) {
    if (effect.kind == Effect::Kind::kMeasure) kept.push_back(effect.number);
  }
  CHECK(kept == std::vector<std::int64_t>{3, 9, 6, 2});
  CHECK(chat.last_text() == "2");
}

TEST_CASE("vary says the least recently seen that fits, and a repeat says the same",
          "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  n: number 0 to 9, starts at 0\n\n== start\nadd 1 to n\nask n\n  "
                 "vary\n    Bot: A. #it01\n"
                 "    if n > 3: Bot: B. #it02\n    Bot: C. #it03\n-> start\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it01");
  chat.say("repeat");
  CHECK(chat.lines() == "it01");
  chat.say("x");
  CHECK(chat.lines() == "badvalue01 it01");
  std::string order;
  for (const char* n : {"0", "0", "3", "3", "3"}) {
    chat.say(n);
    order += chat.lines() + " ";
  }
  CHECK(order == "it03 it01 it02 it03 it01 ");
}

TEST_CASE("back: the question before, with the values it had; five deep; then no further",
          "[engine][steps]") {
  std::string text = "\nslots\n  n: number 0 to 99, starts at 50\n\n== start\n";
  for (int i = 1; i <= 8; ++i) text += "ask n\n  Bot: Was {n}. #it0" + std::to_string(i) + "\n";
  Chat chat(house_with(text + "end completed\n"));
  chat.begin("it/it");
  chat.say("back");
  CHECK(chat.lines() == "noback01 it01");
  for (int i = 1; i <= 7; ++i) chat.say(std::to_string(i));
  CHECK(chat.lines() == "it08");
  for (int i = 7; i >= 3; --i) {
    chat.say("back");
    CHECK(chat.lines() == "it0" + std::to_string(i));
    CHECK(chat.last_text() == "Was " + std::to_string(i - 1) + ".");
  }
  chat.say("back");
  CHECK(chat.lines() == "noback01 it03");
  chat.say("77");
  CHECK(chat.last_text() == "Was 77.");
}

TEST_CASE("back out of a called script, and out of an interrupt", "[engine][steps]") {
  tiny::Files files = house_with(
      "\n== start\nask my.name\n  Bot: One? #it01\nask my.name\n  Bot: Two? #it02\ncall "
      "it/two\nend completed\n");
  files["it/two.talk"] =
      "title: T\nabout: T.\n\n== start\nask my.name\n  Bot: Inner? #two01\nend completed\n";
  Chat chat(files);
  chat.begin("it/it");
  chat.say("Kim One");
  Chat help(chat), low(chat);
  chat.say("Kim Two");
  CHECK(chat.lines() == "two01");
  chat.say("back");
  CHECK(chat.lines() == "it02");
  help.say("help");
  help.say("back");
  CHECK(help.lines() == "it02");
  CHECK(help.at() == "it/it#it02");
  low.say("it is hopeless");
  low.say("back");
  CHECK(low.lines() == "noback01 low01");  // safety is not backed out of
}

TEST_CASE("back while a branch waits for another answer", "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  a: text up to 50\n  b: text up to 50\n\n== start\nask a\n  Bot: One? "
                 "#it01\nask b\n  Bot: Two? #it02\n"
                 "  otherwise\n    Bot: More. #it03\n    again at most 2\nend completed\n"));
  chat.begin("it/it");
  chat.say("first");
  chat.say("second");
  CHECK(chat.lines() == "it03");
  chat.say("second, other words");
  CHECK(chat.lines() == "it03");
  chat.say("back");
  CHECK(chat.lines() == "it01");
  chat.say("first again");
  chat.say("second");
  CHECK(chat.lines() == "it03");  // its two are counted anew
  chat.say("third");
  CHECK(chat.lines() == "it03");
  chat.say("fourth");
  CHECK(chat.idle());
}

TEST_CASE("skip goes where the script says, or says that it cannot", "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  a: text up to 50\n\n== start\nask a\n  Bot: Lead. #it01\n  Bot: Must. "
                 "#it02\nask a\n  Bot: May. #it03\n"
                 "  skip -> rest\nend completed\n\n== rest\nBot: Skipped. #it04\nend completed\n"));
  chat.begin("it/it");
  chat.say("skip");
  CHECK(chat.lines() == "noskip01 it02");
  CHECK(chat.top().misses == 0);
  chat.say("something");
  chat.say("skip");
  CHECK(chat.lines() == "it04");
}

TEST_CASE("rewind: slots as they were, memory as it is, visits go on", "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  n: number 0 to 9, starts at 1\n\n== start\nset n = 2\n-> point\n\n== "
                 "point (checkpoint)\nask n\n"
                 "  Bot: Was {n}, {my.count}. #it01\nset my.count = 7\nif visited point 2 times\n  "
                 "-> over\nset n = 9\nrewind to point\n\n"
                 "== over\nBot: Over. #it02\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.last_text() == "Was 2, ….");
  chat.say("5");
  CHECK(chat.last_text() == "Was 2, 7.");
  chat.say("back");
  CHECK(chat.lines() == "noback01 it01");
  chat.say("5");
  CHECK(chat.lines() == "it02");
}

TEST_CASE("rewind keeping: what is named stays as it is, and only that", "[engine][steps]") {
  Chat chat(house_with(
      "\nslots\n  line: text up to 99\n  first: text up to 99, starts at none\n  n: number 0 to "
      "9, starts at 1\n\n== start\n-> point\n\n== point (checkpoint)\nask line\n  Bot: {n}, "
      "{first}. #it01\nif visited point 2 times\n  Bot: {first}, then {line}. #it02\n  end\nset "
      "n = 9\nset first = {line}\nrewind to point keeping first\n"));
  chat.begin("it/it");
  CHECK(chat.last_text() == "1, none.");
  chat.say("you never");
  CHECK(chat.last_text() == "1, you never.");
  chat.say("so");
  CHECK(chat.last_text() == "you never, then so.");
}

TEST_CASE("a slot takes another's value; words are copied under its own lifetime",
          "[engine][steps]") {
  Chat chat(house_with(
      "\nslots\n  a: text up to 99, keep none\n  b: text up to 99, keep run\n  n: number 0 to 9, "
      "starts at 7\n  small: number 0 to 3, starts at 1\n\n== start\nask a\n  Bot: What? #it01\n"
      "set b = {a}\nset small = {n}\nask n\n  Bot: {b}, {small}. #it02\nforget a\nask n\n  Bot: "
      "Still {b}. #it03\nend\n"));
  chat.begin("it/it");
  chat.say("my own words");
  CHECK(chat.last_text() == "my own words, 3.");
  chat.now += 400 * 86'400;
  chat.say("4");
  CHECK(chat.last_text() == "Still my own words.");
  CHECK(chat.last.state.conversation.texts.size() == 1);
}

TEST_CASE("a call hands over what a slot holds, and brings it back", "[engine][steps]") {
  tiny::Files files = house_with(
      "\nslots\n  heat: number 0 to 10, starts at 5\n  line: text up to 99\n  mood: choice, starts "
      "at none\n\n== start\nask line\n  Bot: What? #it01\ncall it/other with heat = {heat}, said = "
      "{line}, mood = {mood} save heat\nask line\n  Bot: {heat} now. #it02\nend\n");
  files["it/other.talk"] =
      "slots\n  heat: number 0 to 10, starts at 0\n  said: text up to 99, starts at nothing\n  "
      "mood: "
      "choice, starts at sad\n\n== start\nif mood is none\n  add 2 to heat\nBot: {said} at {heat}. "
      "#other01\nend\n";
  Chat chat(files);
  chat.begin("it/it");
  chat.say("you never");
  CHECK(chat.lines() == "other01 it02");
  CHECK(chat.last.effects.front().text == "you never at 7.");
  CHECK(chat.last_text() == "7 now.");
  CHECK(chat.last.state.conversation.texts.size() == 1);  // the copy went with the called script
}

TEST_CASE("forget is now, in the trail and the checkpoints too", "[engine][steps]") {
  Chat chat(house_with(
      "\nslots\n  did: text up to 99\n  n: number 0 to 9\n\n== start\nask did\n  Bot: What? "
      "#it01\n-> point\n\n== point (checkpoint)\n"
      "ask n\n  Bot: N? #it02\nforget did\nask n\n  Bot: And {did}? #it03\nend completed\n"));
  chat.begin("it/it");
  chat.say("what I did that night");
  CHECK(chat.slot("did") == "\"what I did that night\"");
  chat.say("4");
  CHECK(chat.last_text() == "And …?");
  CHECK(chat.last.state.conversation.texts.empty());
  chat.say("back");
  CHECK(chat.slot("did") == "");
}

TEST_CASE("how long words live", "[engine][steps]") {
  const auto kept = [](const std::string& keep, Seconds later) {
    Chat chat(house_with("\nslots\n  it: text up to 99" + keep +
                         "\n  n: number 0 to 9\n\n== start\nask it\n  Bot: What? #it01\n"
                         "  when blame\n    Bot: \"{heard}\" in {it}. #it02\nask n\n  Bot: N? "
                         "#it03\nask n\n  Bot: {it}. #it04\nend completed\n"));
    chat.begin("it/it");
    chat.say("you never ask");
    CHECK(chat.last.effects.front().text ==
          "\"you never ask\" in you never ask.");  // here in this turn, whatever its class
    chat.now += later;
    chat.say("1");
    return chat.last_text() == "you never ask.";
  };
  CHECK_FALSE(kept(", keep none", 0));
  CHECK(kept(", keep run", 900 * 86'400));
  CHECK(kept(", keep 7 days", 7 * 86'400 - 60));
  CHECK_FALSE(kept(", keep 7 days", 7 * 86'400));
  CHECK(kept("", 29 * 86'400));  // the script's own: 30 days
  CHECK_FALSE(kept("", 30 * 86'400));
}

TEST_CASE("holes", "[engine][steps]") {
  const auto shown = [](const std::string& hole, const std::function<void(Slots&)>& prepare = {}) {
    Chat chat(house_with("\nslots\n  flag: yes/no, starts at no\n\n== start\nBot: {{" + hole +
                         "} is {" + hole + "} #it01\nend completed\n"));
    if (prepare) prepare(chat.last.state.person.memory);
    chat.begin("it/it");
    return chat.last_text();
  };
  CHECK(shown("flag") == "{flag} is No");
  CHECK(shown("my.count") == "{my.count} is …");
  CHECK(shown("heard") == "{heard} is …");
  CHECK(shown("partner") == "{partner} is your partner");
  CHECK(shown("card.crisis") == "{card.crisis} is a help line");
  const auto germany = [](Slots& memory) { memory["my.region"] = std::string("de"); };
  CHECK(shown("card.crisis", germany) == "{card.crisis} is 0800");
  CHECK(shown("card.emergency", germany) == "{card.emergency} is the emergency number");
  const auto on = [](std::int64_t day) {
    return [day](Slots& memory) { memory["my.since"] = Day{day}; };
  };
  CHECK(shown("my.since", on(20'780)) == "{my.since} is 23 November 2026");
  CHECK(shown("my.since", on(0)) == "{my.since} is 1 January 1970");
  CHECK(shown("my.since", on(-1)) == "{my.since} is 31 December 1969");
  CHECK(shown("my.since", on(11'016)) == "{my.since} is 29 February 2000");
  const auto length = [](Slots& memory) { memory["my.since"] = Length{5'400}; };
  CHECK(shown("my.since", length) == "{my.since} is 1 hour 30 minutes");
}

TEST_CASE("remarks used by a question come before its own branches", "[engine][steps]") {
  tiny::Files files = house_with(
      "\nslots\n  a: text up to 99\n\nremarks mine\n  when defend\n    Bot: Mine. #it01\n    again "
      "at most 1\n\n== start\nask a\n"
      "  Bot: Say. #it02\n  use mine\n  use theirs\n  when blame or defend\n    Bot: Own. "
      "#it03\nend completed\n");
  files["remarks.talk"] =
      "remarks theirs\n  when blame\n    Bot: Theirs. #shared01\n    again at most 1\n";
  Chat chat(files);
  chat.begin("it/it");
  chat.say("i was only");
  CHECK(chat.lines() == "it01");
  chat.say("you never");
  CHECK(chat.lines() == "shared01");
  CHECK(chat.last.effects.front().script == "remarks");
  chat.say("i was only");
  CHECK(chat.lines() == "it03");
}

TEST_CASE("a question that is gone back to has all of its answers again", "[engine][steps]") {
  Chat chat(
      house_with("\nslots\n  a: text up to 50\n\n== start\nask a\n  Bot: One? #it01\n  otherwise\n "
                 "   Bot: More. #it02\n"
                 "    again at most 1\nask a\n  Bot: Two? #it03\nend completed\n"));
  chat.begin("it/it");
  chat.say("first");
  CHECK(chat.lines() == "it02");
  chat.say("second");
  CHECK(chat.lines() == "it03");
  chat.say("back");
  CHECK(chat.lines() == "it01");
  chat.say("first");
  CHECK(chat.lines() == "it02");
}
