// What the parser makes of each form of the language: raw text in, a compact form out.
#include <catch2/catch.hpp>

#include "serialised.h"

using namespace attune::dialogs;

namespace {

// A scene's steps, in their compact form.
std::string steps(const std::string& text) {
  const std::string whole = serialised(parsed("cast: Sam, Aunt May\n\n== start\n" + text));
  return whole.substr(8, whole.size() - 9);
}

std::string condition(const std::string& text) {
  const Script script = parsed("== start\nif " + text + "\n  Bot: Yes.\n");
  return serialised(std::get<If>(script.scenes[0].steps[0].what).arms[0].condition);
}

}  // namespace

TEST_CASE("the whole script of the language page", "[dialogs][parser]") {
  const Script script = parsed(R"(
title: Say back what you heard
about: Practise showing that you heard.
for: one
minutes: 6
model: reflective listening: paraphrase, then check
not for: someone who is afraid of the other person
needs: not safety.open and done help/welcome
needs otherwise: safety/solo-care
or because days since my.hurt < 7: safety/steady
reviewed: draft
heavy: yes
keep: 7 days
topic: listening
language: en
cast: Sam

slots
  reply: text up to 400, keep run
  calm: number 0 to 10, measure

hears
  late: late | six (o'clock|) | on time
    .. | /six|seven/

== start
Bot: Let's practise. #back01
choose
  * Let's try it #back02 -> kitchen
  * Not today #back05 (not now) -> end paused

== kitchen (calm) (checkpoint)
Sam: You said six. #back06
end completed
)");
  CHECK(serialised(script) == R"(reply: text 0..400 keep run
calm: number 0..10 measure
hears late: 'late' 'six (o'clock|)' 'on time' '/six|seven/'
== start Bot'Let's practise.'#back01 (choose (* 'Let's try it'#back02 -> kitchen) (* 'Not today'#back05 not-now -> end-paused))
== kitchen calm checkpoint Sam'You said six.'#back06 (-> end-completed)
)");
  CHECK(script.header.title == "Say back what you heard");
  CHECK(script.header.fields.at("model").first == "reflective listening: paraphrase, then check");
  CHECK(script.header.fields.at("not for").second.line == 7);
  CHECK(script.header.cast == std::vector<std::string>{"Sam"});
  CHECK(script.header.heavy);
  CHECK_FALSE(script.header.for_two);
  CHECK(script.header.keep.duration == 7 * 86400);
  REQUIRE(script.header.needs.size() == 2);
  CHECK(serialised(script.header.needs[0].refuse) ==
        "(not (and (not flag:safety.open) [done help/welcome 0]))");
  CHECK(script.header.needs[0].script == "safety/solo-care");
  CHECK(serialised(script.header.needs[1].refuse) == "[days my.hurt < 7]");
  CHECK(script.header.needs[1].script == "safety/steady");
}

TEST_CASE("a file is what its path says", "[dialogs][parser]") {
  const Script always = parsed(R"(yes: Yes
no: No
on start call help/welcome
on stop switch to safety/stop
)",
                               "always.talk");
  CHECK(always.kind == Script::Kind::kAlways);
  CHECK(serialised(always) == "on start call help/welcome\non stop switch safety/stop\n");
  CHECK(always.header.fields.at("yes").first == "Yes");
  const Script memory =
      parsed("slots\n  my.region: choice\n  our.name: text up to 40\n", "memory.talk");
  CHECK(serialised(memory) == "my.region: choice 0..0\nour.name: text 0..40\n");
  const Script remarks =
      parsed("remarks soft\n  when blame\n    Bot: Softer.\n    again at most 2\n", "remarks.talk");
  CHECK(serialised(remarks) == "remarks soft (when blame Bot'Softer.' again 2)\n");
  CHECK(parsed("== start\nend\n", "listen/always.talk").kind == Script::Kind::kScript);
}

TEST_CASE("slots", "[dialogs][parser]") {
  CHECK(serialised(parsed(R"(slots
  a: text up to 120, shared
  b: choice, starts at "a b, c"
  c: number -2 to 3, starts at -1, private
  d: yes/no, starts at no
  e: date
  f: duration, keep none
  g: list up to 5, keep 2 weeks, measure

== start
end
)")) == R"(a: text 0..120 shared
b: choice 0..0 starts "a b, c"
c: number -2..3 starts -1 private
d: yes/no 0..0 starts no
e: date 0..0
f: duration 0..0 keep none
g: list 0..5 measure keep 1209600
== start (-> end-completed)
)");
}

TEST_CASE("saying and going", "[dialogs][parser]") {
  CHECK(steps("Bot: Hi.\nSam: Hi. #kit01\nAunt May: Well.\nBot to A: You.\n-> start\n") ==
        " Bot'Hi.' Sam'Hi.'#kit01 Aunt May'Well.' Bot>A'You.' (-> start)");
  CHECK(steps("-> end\n") == " (-> end-completed)");
  CHECK(steps("-> end stopped\n") == " (-> end-stopped)");
  CHECK(steps("end paused\n") == " (-> end-paused)");
  CHECK(steps("Bot: One line,\n  .. and more,\n  .. and the rest. #kit02\n") ==
        " Bot'One line, and more, and the rest.'#kit02");
  CHECK(steps("Bot: {heard}, {my.name}: {{really}. {card.crisis}\n") ==
        " Bot'{heard}, {my.name}: {{really}. {card.crisis}'");
  const Script script = parsed("== start\n/// Warmly.\n/// Not too fast.\nBot: Hi {{you} {a}!\n");
  const Line& line = std::get<Say>(script.scenes[0].steps[0].what).line;
  CHECK(line.note == "Warmly.\nNot too fast.");
  REQUIRE(line.text.parts.size() == 3);
  CHECK(line.text.parts[0].text == "Hi {you} ");
  CHECK(line.text.parts[1].hole);
  CHECK(line.text.parts[1].place.column == 16);
  CHECK(line.text.parts[1].place.length == 3);
  CHECK(line.place.column == 6);
  CHECK(line.place.length == 14);
}

TEST_CASE("asking", "[dialogs][parser]") {
  CHECK(steps(R"(ask reply from A
  Bot: What? #ask01
  vary
    if heat >= 8: Sam: Don't. #ask02
    Bot: Go on. #ask03
  use softer
  use no-excuses
  nudge after 24h: No rush. #ask04
  on answer
    add 1 to turns
  when blame or defend
    Bot: Hm.
    again at most 2
  when threat
    -> hold
  skip -> end
  otherwise
    Bot: Thanks.
    again at most 1
  timeout after 7 days -> hold
)") == " (ask reply from A Bot'What?'#ask01 (vary [heat >= 8]?Sam'Don't.'#ask02 Bot'Go on.'#ask03)"
       " (use softer) (use no-excuses) (on-answer (add 1 turns)) (when (or blame defend) Bot'Hm.' "
       "again 2)"
       " (when threat (-> hold)) (otherwise Bot'Thanks.' again 1) (nudge 86400 Bot'No rush.'#ask04)"
       " (timeout 604800 hold) (skip end-completed))");
}

TEST_CASE("choosing: mark, id and target in any order, the last arrow is the target",
          "[dialogs][parser]") {
  CHECK(steps(R"(choose mood from floor
  Bot: Which?
  * Plain
  * Id #ch01
  * Target -> a
  * One #ch02 (not now) -> b
  * Two (not now) #ch03 -> b
  * Three (not now) -> end paused
  * Four -> c #ch04
  * Five -> c (not now)
  * From sad -> calm -> d
  * Long
    .. label #ch05
    also: yes please | ok, fine
    only if pieces < 3
    means "a b"
    Bot: Good.
    -> e
)") == " (choose mood from floor Bot'Which?' (* 'Plain') (* 'Id'#ch01) (* 'Target' -> a)"
       " (* 'One'#ch02 not-now -> b) (* 'Two'#ch03 not-now -> b) (* 'Three' not-now -> end-paused)"
       " (* 'Four'#ch04 -> c) (* 'Five' not-now -> c) (* 'From sad -> calm' -> d)"
       " (* 'Long label'#ch05 also 'yes please' also 'ok' also 'fine' only-if [pieces < 3]"
       " means \"a b\" Bot'Good.' (-> e)))");
}

TEST_CASE("rating and consent", "[dialogs][parser]") {
  CHECK(steps("rate calm: wound up .. very settled #rate01\n  Bot: How?\n  skip -> end\n") ==
        " (rate calm 'wound up' 'very settled'#rate01 Bot'How?' (skip end-completed))");
  CHECK(steps("rate calm: low .. high\n") == " (rate calm 'low' 'high')");
  CHECK(steps("consent save texts\n  Bot: May I?\n  declined -> end paused\n") ==
        " (consent save texts Bot'May I?' (declined end-paused))");
}

TEST_CASE("branches, values, other scripts", "[dialogs][parser]") {
  CHECK(
      steps(
          "if a\n  Bot: A.\notherwise if b is set\n  Bot: B.\notherwise\n  if c\n    Bot: C.\n") ==
      " (if (a Bot'A.') ([b set] Bot'B.') (else (if (c Bot'C.'))))");
  CHECK(steps("set a = 3\nset b = yes\nset c = calm\nset d = \"very calm\"\nset my.e = "
              "\xE2\x80\x9Cx y\xE2\x80\x9D\n"
              "add -2 to heat\nforget a, my.b\nforget everything\n") ==
        " (set a 3) (set b yes) (set c \"calm\") (set d \"very calm\") (set my.e \"x y\") (add -2 "
        "heat)"
        " (forget a my.b) (forget everything)");
  CHECK(
      steps("call listen/say-back with a = 1, b = two save c\ncall help/x\nswitch to safety/stop\n"
            "rewind to start\n") ==
      " (call listen/say-back a=1 b=\"two\" save c) (call help/x) (switch safety/stop) (rewind "
      "start)");
  CHECK(steps("set a = {b}\ncall help/x with a = {b}, c = {my.d}, e = 1\n"
              "rewind to start keeping a, b\n") ==
        " (set a {b}) (call help/x a={b} c={my.d} e=1) (rewind start keeping a keeping b)");
}

TEST_CASE("steps of later issues are understood", "[dialogs][parser]") {
  CHECK(steps("wait 20 minutes\nwait until 20:00\nremind in 1 month: call a/b\nforget reminder\n"
              "remind both every week on sunday at 19:05: call a\nchart calm\n") ==
        " (wait 1200) (wait until 1200) (remind in 2592000 a/b) (forget reminder)"
        " (remind both day 6 at 1145 a) (chart calm)");
  CHECK(steps("hand off \"worried: now\" urgent\n  resumed -> a\n  timeout after 2 hours -> b\ndo look-up with a = 1 save b\n  "
              "failed -> c\n") ==
        " (hand off 'worried: now' urgent resumed a timeout 7200 b) (do look-up a=1 save b failed c)");
  CHECK(steps("each within 24 hours otherwise -> a\n  Bot: Hi.\neach\n  part A\n    Bot: A.\n  "
              "part B\n    Bot: B.\n") ==
        " (each within 86400 otherwise a Bot'Hi.') (each (A Bot'A.') (B Bot'B.'))");
  CHECK(steps("reveal x from A to B\n  asks: May {x} be shown? #rev01\n  shows: Here: {x}\n  "
              "declined -> a\n"
              "reveal x both ways\nrelay x from floor to other\nfloor swap\n") ==
        " (reveal x A B asks Bot'May {x} be shown?'#rev01 shows Bot'Here: {x}' declined a)"
        " (reveal x both ways) (relay x floor other) (floor swap)");
}

TEST_CASE("conditions", "[dialogs][parser]") {
  CHECK(condition("blame") == "blame");
  CHECK(condition("a and b or not c and d") == "(or (and a b) (and (not c) d))");
  CHECK(condition("not (a or b) and c") == "(and (not (or a b)) c)");
  CHECK(condition("not not a") == "a");
  CHECK(condition("mood is calm") == "[mood is \"calm\"]");
  CHECK(condition("mood is not \"a and b\"") == "[mood is-not \"a and b\"]");
  CHECK(condition("ok is yes") == "[ok is yes]");
  CHECK(condition("my.name is set") == "[my.name set]");
  CHECK(condition("my.name is not set") == "(not [my.name set])");
  CHECK(condition("heat>=7 and heat<9") == "(and [heat >= 7] [heat < 9])");
  CHECK(condition("A.heat <= 3 or B.heat > -1") == "(or [A.heat <= 3] [B.heat > -1])");
  CHECK(condition("both mood is calm") == "[both.mood is \"calm\"]");
  CHECK(condition("visited change 2 times or visited start") ==
        "(or [visited change 2] [visited start 1])");
  CHECK(condition("done listen/say-back within 7 days") == "[done listen/say-back 604800]");
  CHECK(condition("days since last > 3 and hour >= 22") == "(and [days last > 3] [hour >= 22])");
  CHECK(condition("safety.open") == "flag:safety.open");
}

TEST_CASE("the examples parse whole", "[dialogs][parser]") {
  for (const char* name : {"floor-exchange", "late-home", "monthly-checkin"}) {
    INFO(name);
    const std::string path = std::string("tests/dialogs/examples/") + name + ".talk";
    const std::string text = file_text(path);
    REQUIRE(text.size() > 1000);
    const Script script = parsed(text, path);
    CHECK(script.scenes.size() >= 4);
    CHECK(give_ids({path, text}) == text);
  }
}

TEST_CASE("line ends, marks at the start of the file, blank lines and comments",
          "[dialogs][parser]") {
  const std::string plain = "== start\nBot: Hi.\nend\n";
  const std::string expected = serialised(parsed(plain));
  CHECK(serialised(parsed("== start\r\nBot: Hi.\r\nend\r\n")) == expected);
  CHECK(serialised(parsed("\xEF\xBB\xBF" + plain)) == expected);
  CHECK(serialised(parsed("// A comment.\n\n== start\n   // anywhere\n\t\nBot: Hi.  \n\nend")) ==
        expected);
}
