// What is wrong is found where it stands, all of it, and once.
#include <catch2/catch.hpp>

#include "serialised.h"

using namespace attune::dialogs;

TEST_CASE("ten slips in one file, each at its line and column", "[dialogs][parser]") {
  const std::string text = R"(titel: Home
about: A try.
for: three

slots
  reply: text upto 40
  heat: numbr 0 to 10
== start
Bott: Hello.
aks reply
  Bot: What {now?
  wehn blame
    Bot: Hm.
    again at most once
choose
  * Yes -> Next Scene
if heat => 3
  Bot: Warm.
-> nowhere at all
)";
  CHECK(mistakes(text) ==
        "1:1 AT008, 3:6 AT009, 6:10 AT021, 7:9 AT021, 9:1 AT014, 10:1 AT007, 11:13 AT013, "
        "12:3 AT007, 14:5 AT046, 15:1 AT034, 16:12 AT026, 17:9 AT046, 19:4 AT026");
}

TEST_CASE("a misspelt word is taken as the one it resembles", "[dialogs][parser]") {
  const Parsed result = parse({"x.talk", "== start\nchose mood\n  Bot: Which?\n  * A\n  * B\n"});
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(result.diagnostics[0].message == "'chose' is not a step.");
  CHECK(result.diagnostics[0].advice.find("Did you mean 'choose'?") == 0);
  CHECK(serialised(result.script) == "== start (choose mood Bot'Which?' (* 'A') (* 'B'))\n");
}

TEST_CASE("did you mean: header keys, flags, types, speakers, marks", "[dialogs][parser]") {
  const auto advice = [](const std::string& text) {
    const Parsed result = parse({"x.talk", text});
    return result.diagnostics.empty() ? std::string() : result.diagnostics[0].advice.substr(0, 30);
  };
  CHECK(advice("mintues: 6\n== start\nend\n") == "Did you mean 'minutes'? There ");
  CHECK(advice("slots\n  a: text up to 9, measuer\n== start\nend\n") ==
        "Did you mean 'measure'? Flags ");
  CHECK(advice("slots\n  a: choise\n== start\nend\n") == "Write `choice`. Types are `tex");
  CHECK(advice("cast: Sam\n== start\nSma: Hi.\n") == "Did you mean 'Sam'? Speakers a");
  CHECK(advice("== start\nbot: Hi.\n") == "Did you mean 'Bot'? Speakers a");
  CHECK(advice("topic: forgivness\n== start\nend\n") == "Write `forgiveness`.");
  CHECK(advice("topic: grief\n== start\nend\n") == "");
  CHECK(advice("== start\nremind in 3 dyas: call a/b\nend\n") == "Write a number and `minutes`, ");
  CHECK(advice("== start\nwait 3 dyas\nend\n") == "Write a number and `minutes`, ");
  CHECK(advice("slots\n  a: text up to 99, starts at \xE2\x80\x9Cnow, and then\xE2\x80\x9D\n== start\nend\n") == "");
  CHECK(advice("== start (chekpoint)\nend\n") == "Did you mean 'checkpoint'? Mar");
}

TEST_CASE("indentation: one slip, one message, and the lines around it are read",
          "[dialogs][parser]") {
  const Parsed result = parse({"x.talk", R"(== start
ask reply
   Bot: What?
   when blame
     Bot: Hm.
  when threat
    Bot: Oh.
 Bot: Thanks.
end
)"});
  CHECK(found(result.diagnostics) == "3:1 AT006, 8:1 AT006");
  CHECK(mistakes("== start\nBot: A.\n    Bot: B.\n    Bot: C.\nBot: D.\n") == "3:1 AT006");
  CHECK(mistakes("== start\nBot: A.\n  Bot: B.\n  Bot: C.\n") == "3:3 AT018");
  CHECK(mistakes("== start\n  Bot: A.\n  end\n") == "");
  CHECK(mistakes("== start\nchoose\n\t* A\n\t* B\n") == "3:1 AT005");
}

TEST_CASE("parts in the wrong place", "[dialogs][parser]") {
  CHECK(mistakes("== start\nask a\n  when b\n    Bot: B.\n  Bot: A?\n  -> start\n") == "5:3 AT028");
  CHECK(mistakes("== start\nchoose\n  * A\n  * B\n  when c\n    Bot: C.\n") == "5:3 AT028");
  CHECK(mistakes("== start\notherwise\n  Bot: A.\nwhen b\n  Bot: B.\n* C\nagain at most 1\n") ==
        "2:1 AT030, 4:1 AT045, 6:1 AT032, 7:1 AT045");
  CHECK(mistakes("== start\nask a\n  Bot: A?\n  when b\n    again at most 1\n    Bot: B.\n") ==
        "5:5 AT031");
  CHECK(mistakes("== start\nchoose\n  * A -> start\n    Bot: B.\n  * C\n") == "4:5 AT033");
  CHECK(mistakes("== start\nask a\n  Bot: A?\n  skip -> x\n  skip -> y\n  otherwise\n    Bot: B.\n"
                 "  otherwise\n    Bot: C.\n") == "5:3 AT029, 8:3 AT029");
}

TEST_CASE("one slip, one message", "[dialogs][parser]") {
  CHECK(mistakes("== start\nBot: {my event}\n") == "2:6 AT013");
  CHECK(
      mistakes(
          "== start\nif a: Bot: Hi.\nif a Bot: Hi.\nif b:\n  Bot: Hi.\notherwise:\n  Bot: Ho.\n") ==
      "2:5 AT020, 3:6 AT020, 4:5 AT020, 6:1 AT046");
  CHECK(mistakes("== start\nask a\n  Bot: A?\n  when b:\n    Bot: B.\n  when c d\n") ==
        "4:9 AT020, 6:10 AT020");
}

TEST_CASE("missing things", "[dialogs][parser]") {
  CHECK(mistakes("") == "1:1 AT035");
  CHECK(mistakes("title: A\n") == "1:1 AT035");
  CHECK(mistakes("== start\nBot:\n* \n") == "2:1 AT012, 3:1 AT032");
  CHECK(mistakes("== start\nask a\nvary\nif b\n") == "2:1 AT017, 3:1 AT017, 4:1 AT017");
  CHECK(mistakes("slots\nhears\n== start\nend\n") == "1:1 AT017, 2:1 AT017");
  CHECK(mistakes("== start\n== next\nend\n") == "1:1 AT017");
  CHECK(mistakes("needs: a\n== start\nend\n") == "1:8 AT039");
  CHECK(mistakes("needs otherwise: a/b\n== start\nend\n") == "1:18 AT039");
}

TEST_CASE("what does not end where it should", "[dialogs][parser]") {
  CHECK(mistakes(
            "== start\nset a = 1 2\nadd one to a\ncall A/b\nswitch a\nrewind start\nend now\n") ==
        "2:9 AT025, 3:5 AT027, 4:6 AT019, 5:8 AT027, 6:8 AT027, 7:5 AT027");
  CHECK(mistakes("== start\nforget a b\nforget everything now\ncall a save B\n") ==
        "2:10 AT027, 3:19 AT027, 4:13 AT019");
  CHECK(mistakes("== start\nrate a: low to high\nrate b\nconsent everything\n  Bot: Go on?\n") ==
        "2:9 AT027, 3:7 AT027, 4:9 AT027");
}

TEST_CASE("whether safety is open is never filled by a script", "[dialogs][parser]") {
  CHECK(mistakes("== start\nset safety.open = no\nadd 1 to safety.open\nforget safety.open\n"
                 "ask safety.open\n  Bot: Is it?\ncall a save safety.open\n") ==
        "2:5 AT019, 3:10 AT019, 4:8 AT019, 5:5 AT019, 7:13 AT019");
  CHECK(mistakes("slots\n  safety.open: yes/no\n== start\nend\n") == "2:3 AT019");
}

TEST_CASE("conditions: the caret stands where sense ends", "[dialogs][parser]") {
  const auto place = [](const std::string& text) {
    return mistakes("== start\nif " + text + "\n  Bot: A.\n");
  };
  CHECK(place("a and") == "2:9 AT020");
  CHECK(place("a b") == "2:6 AT020");
  CHECK(place("(a or b") == "2:11 AT020");
  CHECK(place("heat >= high") == "2:12 AT020");
  CHECK(place("mood is very calm") == "2:17 AT020");
  CHECK(place("heat = 3") == "2:9 AT046");
  CHECK(place("visited") == "2:11 AT020");
  CHECK(place("done x within soon") == "2:18 AT020");
  CHECK(place("Blame") == "2:4 AT020");
  CHECK(place(std::string(40, '(') + "a") == "2:21 AT020");
}

TEST_CASE("files that hold one thing", "[dialogs][parser]") {
  CHECK(mistakes("slots\n  a: date\nBot: Hi.\n", "memory.talk") == "2:3 AT019, 3:1 AT038");
  CHECK(mistakes("== start\nend\n", "remarks.talk") == "1:1 AT038");
  CHECK(mistakes("on help help/help\non stop switch safety/stop\non x call y\n", "always.talk") ==
        "1:9 AT040, 2:16 AT040");
  CHECK(mistakes("yes: Yes\n== start\nend\n") == "1:1 AT008");
}

TEST_CASE("bytes that are no text", "[dialogs][parser]") {
  CHECK(mistakes("== start\nBot: a\xFF\nend\n") == "2:7 AT003");
  CHECK(mistakes(
            "== start\nBot: \xC3\nBot: \xE0\x80\x80\nBot: \xED\xA0\x80\nBot: \xF4\x90\x80\x80\n") ==
        "2:6 AT003");
  CHECK(mistakes(std::string("== start\nBot: a\0b\nBot: a\x1b[0m\nBot: a\rb\n", 39 - 1)) ==
        "2:7 AT004, 3:7 AT004, 4:7 AT004");
  CHECK(mistakes("== start\nchoose\n\xC2\xA0 * A\n\xC2\xA0 * B\n") == "3:1 AT005");
}

TEST_CASE("a continuation needs a text", "[dialogs][parser]") {
  CHECK(mistakes(".. a\n== start\nBot: A.\n  ...b\nset c = 1\n  .. d\n") ==
        "1:1 AT016, 4:3 AT016, 6:3 AT016");
}
