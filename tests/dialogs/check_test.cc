// The check, family by family. The examples of every definition are tests too: what its page shows
// as refused is refused for that reason, and what it shows as mended is clean.
#include "dialogs/check/check.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "definition_examples.h"
#include "dialogs/check/logic.h"
#include "dialogs/check/reading_ease.h"
#include "dialogs/language/definitions.h"

using namespace attune::dialogs;
using small::Files;

namespace {

Files headed(const Files& files) {
  Files all;
  for (const auto& [path, text] : files) all[path] = small::with_header(path, text);
  return all;
}

const Diagnostic* find(const Diagnostics& list, const std::string& code) {
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const Diagnostic& d) { return d.code == code; });
  return at == list.end() ? nullptr : &*at;
}

// Everything found in one script of the small library, but for what short examples lack: ids, a use
// for every slot, a word before a pause.
Diagnostics check(const std::string& text, const std::string& path = "listen/example.talk") {
  Diagnostics list = small::load_with({{path, small::with_header(path, text)}}).diagnostics;
  list.erase(std::remove_if(list.begin(), list.end(),
                            [](const Diagnostic& d) {
                              return d.code == "AT133" || d.code == "AT140" || d.code == "AT144";
                            }),
             list.end());
  return list;
}

std::vector<std::string> codes(const std::string& text,
                               const std::string& path = "listen/example.talk") {
  std::vector<std::string> list;
  for (const Diagnostic& one : check(text, path)) list.push_back(one.code);
  return list;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("the small library is clean", "[dialogs][check]") {
  const Loaded loaded = small::load_with({});
  INFO(small::told(loaded.diagnostics, small::files()));
  CHECK(loaded.diagnostics.empty());
  REQUIRE(loaded.library);
}

TEST_CASE("every example of the check's definitions: refused, and mended clean",
          "[dialogs][check][definitions]") {
  const std::vector<small::Examples> all = small::all_examples();
  std::size_t tried = 0;
  for (const small::Examples& one : all) {
    if (one.code < "AT050" || one.code > "AT149") continue;
    ++tried;
    const Files refused = headed(one.refused);
    const Files mended = headed(one.mended);
    const Diagnostics bad = small::load_with(refused).diagnostics;
    const Diagnostics good = small::load_with(mended).diagnostics;
    INFO(one.code << "\nrefused:\n"
                  << small::told(bad, refused) << "\nmended:\n"
                  << small::told(good, mended));
    CHECK(find(bad, one.code));
    CHECK(std::all_of(good.begin(), good.end(), [&](const Diagnostic& d) {
      return d.code == "AT133" && one.code != "AT133";
    }));
  }
  // All but those that no script can show: a file too large, no safety intents, a
  // word processor's file.
  const auto& defined = definitions();
  const auto ours = std::count_if(defined.begin(), defined.end(), [](const Definition* d) {
    return d->code >= "AT050" && d->code <= "AT149";
  });
  CHECK(tried == static_cast<std::size_t>(ours) - 3);
}

TEST_CASE("a name says what it might have been", "[dialogs][check][names]") {
  const Diagnostics list = check(
      "slots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: What?\n  when blam\n    Bot: "
      "So.\n-> endng\n\n== ending\nend\n");
  REQUIRE(find(list, "AT050"));
  CHECK(find(list, "AT050")->advice.find("Did you mean 'blame'?") == 0);
  CHECK(find(list, "AT050")->place.line == 12);
  REQUIRE(find(list, "AT052"));
  CHECK(find(list, "AT052")->advice.find("'ending'") != std::string::npos);
}

TEST_CASE("ways are told in scenes and choices", "[dialogs][check][ways]") {
  const Diagnostics list = check(
      "slots\n  event: text up to 99\n\n== start\nchoose\n  Bot: Shall we?\n  * Tell me more -> "
      "more\n  * Go on -> close\n\n"
      "== more\nask event\n  Bot: What happened?\n  skip -> close\n-> close\n\n== close\nBot: "
      "{event}. That's it.\nend\n");
  REQUIRE(find(list, "AT080"));
  CHECK(find(list, "AT080")->message.find("The way: start > \"Go on\" > close.") !=
        std::string::npos);
}

TEST_CASE("a slot is set on every way, or it is not", "[dialogs][check][reads]") {
  const std::string top = "slots\n  event: text up to 99\n  heat: number 0 to 9\n\n";
  SECTION("asked") {
    CHECK(codes(top + "== start\nask event\n  Bot: What?\nBot: {event}.\nend\n").empty());
  }
  SECTION("in its own question") {
    CHECK(codes(top + "== start\nask event\n  Bot: {event}?\nend\n") == Codes{"AT080"});
  }
  SECTION("set on one arm") {
    CHECK(codes(top + "== start\nif safety.open\n  set heat = 3\nBot: {heat}.\nend\n") ==
          Codes{"AT080"});
  }
  SECTION("set on both arms") {
    CHECK(codes(top + "== start\nif safety.open\n  set heat = 3\notherwise\n  set heat = 4\nBot: "
                      "{heat}.\nend\n")
              .empty());
  }
  SECTION("proved by a condition") {
    CHECK(codes(top + "== start\nif heat is set and heat > 3\n  Bot: {heat}.\nend\n").empty());
    CHECK(codes(top + "== start\nif not heat is set or heat > 3\n  Bot: So.\nend\n").empty());
    CHECK(
        codes(top +
              "== start\nif not heat is set\n  -> close\nBot: {heat}.\n-> close\n\n== close\nend\n")
            .empty());
  }
  SECTION("not proved by the other outcome") {
    CHECK(codes(top + "== start\nif heat is set\n  Bot: So.\notherwise\n  Bot: {heat}.\nend\n") ==
          Codes{"AT080"});
  }
  SECTION("a branch that lets go proves nothing by not being taken") {
    const std::string ask =
        top + "== start\nask event\n  Bot: What?\n  when not heat is set\n    Bot: a.\n";
    const std::string after = "  otherwise\n    Bot: {heat}.\nend\n";
    CHECK(codes(ask + after).empty());
    CHECK(codes(ask + "    again at most 1\n" + after) == Codes{"AT080"});
  }
  SECTION("compared too early") {
    CHECK(codes(top + "== start\nif heat > 3\n  Bot: So.\nend\n") == Codes{"AT080"});
  }
  SECTION("forgotten") {
    CHECK(codes(top + "== start\nask event\n  Bot: What?\nforget event\nBot: {event}.\nend\n") ==
          Codes{"AT080"});
  }
  SECTION("kept for one answer only") {
    const std::string brief =
        "slots\n  event: text up to 99, keep none\n  other-thing: text up to 99\n\n== start\nask "
        "event\n  Bot: What?\n";
    CHECK(codes(brief + "Bot: {event}.\nend\n").empty());
    CHECK(codes(brief + "ask other-thing\n  Bot: Else?\nBot: {event}.\nend\n") == Codes{"AT080"});
  }
  SECTION("what is remembered may be compared, not said") {
    CHECK(codes("== start\nif my.region is de\n  Bot: Hello.\nend\n").empty());
    CHECK(codes("== start\nBot: Hello {my.name}.\nend\n") == Codes{"AT080"});
  }
  SECTION("in a guarded choice and a guarded line") {
    CHECK(codes(top + "== start\nchoose\n  vary\n    if event is set: Bot: {event}?\n    Bot: "
                      "So?\n  * One\n  * Two\n  * {heat}\n    only if heat is set\nend\n")
              .empty());
  }
}

TEST_CASE("a value that is handed on fits, and is there", "[dialogs][check][slots]") {
  const std::string top =
      "slots\n  heat: number 0 to 9, starts at 1\n  event: text up to 99\n  brief: text up to 9\n  "
      "mood: choice, starts at calm\n\n== start\n";
  CHECK(codes(top + "set mood = {heat}\nBot: So.\nend\n") == Codes{"AT082"});
  CHECK(codes(top + "ask event\n  Bot: What?\nset brief = {event}\nend\n") == Codes{"AT082"});
  CHECK(codes(top + "set brief = {event}\nBot: So.\nend\n") == Codes{"AT080", "AT082"});
  CHECK(codes(top + "set mood = {mod}\nBot: So.\nend\n") == Codes{"AT051"});
  CHECK(codes("slots\n  n: number 0 to 9\n\n== start (checkpoint)\nask n\n  Bot: "
              "N?\nif visited start 2 times\n  end\nrewind to start keeping m\n") ==
        Codes{"AT051"});
  // What no step of a script fills is handed in by a call, so any word may come.
  CHECK(codes(top + "if mood is wild\n  Bot: So.\nend\n").empty());
  CHECK(codes(top + "if mood is wild\n  Bot: So.\nset mood = calm\nend\n") == Codes{"AT085"});
}

TEST_CASE("remarks.talk may name what whoever uses it has", "[dialogs][check][names]") {
  const std::string remarks =
      "remarks weighed\n  when blame and mine\n    add 2 to heat\n    set mood = hot\n    -> "
      "over\n";
  const auto found = [&](const std::string& slots, const std::string& rest) {
    Codes list;
    const std::string text = slots + "\n== start\nask reply\n  Bot: What?\n  use weighed\n" + rest;
    for (const Diagnostic& one :
         small::load_with(
             {{"remarks.talk", remarks},
              {"listen/example.talk", small::with_header("listen/example.talk", text)}})
             .diagnostics) {
      if (one.code == "AT133" || one.code == "AT144") continue;
      CHECK(one.path.find("example.talk") != std::string::npos);
      list.push_back(one.code);
    }
    return list;
  };
  const std::string slots =
      "slots\n  reply: text up to 99\n  heat: number 0 to 9, starts at 1\n  mood: choice, starts "
      "at "
      "calm\n";
  const std::string hears = "\nhears\n  mine: late\n";
  const std::string over = "if mood is hot\n  Bot: Hot.\nend\n\n== over\nBot: Over.\nend\n";
  CHECK(found(slots + hears, over).empty());
  CHECK(found(slots, over) == Codes{"AT050"});
  CHECK(found("slots\n  reply: text up to 99\n  mood: choice, starts at calm\n" + hears, over) ==
        Codes{"AT051"});
  CHECK(
      found("slots\n  reply: text up to 99\n  heat: choice, starts at low\n  mood: choice, starts "
            "at calm\n" +
                hears,
            over) == Codes{"AT084"});
  CHECK(found(slots + hears, "if mood is hot\n  Bot: Hot.\nend\n") == Codes{"AT052"});
}

TEST_CASE("branches: what hides what", "[dialogs][check][questions]") {
  const std::string ask = "slots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: What?\n";
  CHECK(codes(ask + "  when blame\n    Bot: a.\n  when blame and advice\n    Bot: b.\nend\n") ==
        Codes{"AT074"});
  CHECK(codes(ask + "  when blame and advice\n    Bot: a.\n  when blame\n    Bot: b.\nend\n")
            .empty());
  CHECK(codes(ask +
              "  when blame\n    Bot: a.\n    again at most 1\n  when blame\n    Bot: b.\nend\n")
            .empty());
  CHECK(codes(ask + "  when blame\n    Bot: a.\n  when advice\n    Bot: b.\n  when blame or "
                    "advice\n    Bot: c.\nend\n") == Codes{"AT074"});
  CHECK(codes(ask + "  when blame\n    Bot: a.\n  when not blame\n    Bot: b.\n  otherwise\n    "
                    "Bot: c.\nend\n") == Codes{"AT074"});
  const std::string rate =
      "slots\n  heat: number 0 to 9\n\n== start\nrate heat: low .. high\n  Bot: How?\n";
  CHECK(codes(rate + "if heat < 5\n  Bot: a.\notherwise if heat >= 5\n  Bot: b.\notherwise\n  Bot: "
                     "c.\nend\n") == Codes{"AT074"});
  CHECK(
      codes(rate +
            "if heat < 5\n  Bot: a.\notherwise if heat > 5\n  Bot: b.\notherwise\n  Bot: c.\nend\n")
          .empty());
  CHECK(codes(rate + "if heat > 3 and heat < 3\n  Bot: a.\nend\n") == Codes{"AT075"});
}

TEST_CASE("choices: alike only where both can be open", "[dialogs][check][questions]") {
  const std::string choose = "== start\nchoose\n  Bot: So?\n  * Not now\n  * Later\n";
  CHECK(codes(choose + "    also: not now\nend\n") == Codes{"AT072"});
  CHECK(codes(choose +
              "  * Go on\n    only if safety.open\n  * Go on\n    only if not safety.open\nend\n")
            .empty());
  CHECK(codes(choose + "  * Go on\n    only if safety.open\n  * Go on\nend\n") == Codes{"AT072"});
}

TEST_CASE("{heard} only where something must have been heard", "[dialogs][check][questions]") {
  const std::string ask = "slots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: What?\n";
  CHECK(codes(ask + "  when blame or advice\n    if reply is set\n      Bot: {heard}.\nend\n")
            .empty());
  CHECK(codes(ask + "  when blame or reply is set\n    Bot: {heard}.\nend\n") == Codes{"AT076"});
  CHECK(codes(ask + "  when not blame\n    Bot: {heard}.\nend\n") == Codes{"AT076"});
}

TEST_CASE("heavy: consent and calm on every way", "[dialogs][check][gates]") {
  const std::string consent =
      "heavy: yes\n\n== start\nconsent heavy\n  Bot: This may stir things up. Go on?\n  declined "
      "-> rest\n";
  const std::string choose = "choose\n  Bot: So?\n  * One\n  * Two\n";
  CHECK(codes(consent + choose + "-> rest\n\n== rest (calm)\nend completed\n").empty());
  SECTION("asked also after a no") {
    CHECK(codes(consent + "end paused\n\n== rest (calm)\n" + choose + "end completed\n") ==
          Codes{"AT094"});
  }
  SECTION("calm, and then asked once more") {
    const auto list = codes(consent + "-> rest\n\n== rest (calm)\n-> more\n\n== more\n" + choose +
                            "end completed\n");
    CHECK(list == Codes{"AT094", "AT096"});
  }
  SECTION("leaving without completing needs no calm") {
    CHECK(codes(consent + choose + "end paused\n\n== rest (calm)\nend\n").empty());
  }
}

TEST_CASE("forgiveness: the gate is a proof, not a hope", "[dialogs][check][gates]") {
  const auto gate = [](const std::string& needs) {
    return codes("topic: forgiveness\nneeds: " + needs +
                 "\nneeds otherwise: help/help\n\n== start\nBot: So.\nend\n");
  };
  CHECK(gate("not safety.open").empty());
  CHECK(gate("not safety.open and done help/help").empty());
  CHECK(gate("done help/help") == Codes{"AT097"});
  CHECK(gate("not safety.open or done help/help") == Codes{"AT097"});
  CHECK(gate("not (safety.open and done help/help)") == Codes{"AT097"});
}

TEST_CASE("time is checked: what a reminder calls, and how long", "[dialogs][check][time]") {
  const auto time = [](const std::string& remind) {
    return codes("slots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: What?\n  nudge after 2 hours: "
                 "No rush.\n  timeout after 2 days -> close\nwait 20 minutes\nBot: {reply}\n" + remind +
                 "\nforget reminder\n-> close\n\n== close\nBot: Bye.\nend\n");
  };
  CHECK(time("remind in 7 days: call help/help").empty());
  CHECK(time("remind every week on sunday at 19:00: call help/help").empty());
  CHECK(time("remind in 7 days: call help/nobody") == Codes{"AT053"});
  CHECK(time("remind both in 7 days: call help/help") == Codes{"AT127"});
}

TEST_CASE("steps of later issues are refused politely, one by one", "[dialogs][check][later]") {
  const Diagnostics list = check(
      "slots\n  heat: number 0 to 9\n\n== start\nrate heat: low .. high\n  Bot: How hot?\n"
      "do note-it\n-> close\n\n== close\nend\n");
  Codes found;
  for (const Diagnostic& one : list)
    found.push_back(one.code + " " + std::to_string(one.place.line));
  CHECK(found == Codes{"AT126 12"});
  const auto two = codes(
      "slots\n  reply: text up to 99, private\n\n== start\nask reply from A\n  Bot to A: "
      "What?\nfloor swap\nend\n");
  CHECK(two == Codes{"AT127", "AT127", "AT127", "AT127"});
  CHECK(codes("for: two\n\nslots\n  reply: text up to 99, private\n\n== start\nask reply from A\n  "
              "Bot to A: What?\nfloor swap\nend\n") == Codes{"AT128"});
}

TEST_CASE("nothing is said that only follows from a line that could not be read",
          "[dialogs][check]") {
  // `ednd` is the parser's to tell; that the scene runs out, that `close` is not reached and that
  // the loop has no question would only confuse.
  const Diagnostics list = check("== start\nchoos\n-> clos\n\n== close\nset heat = 3\n-> close\n");
  for (const Diagnostic& one : list) {
    CHECK(one.code != "AT065");
    CHECK(one.code != "AT067");
    CHECK(one.code != "AT068");
  }
  CHECK(find(list, "AT051"));
  CHECK(find(list, "AT052"));
}

TEST_CASE("words the bot never says", "[dialogs][check][wording]") {
  const auto say = [](const std::string& line) {
    return codes("cast: Sam\n\n== start\n" + line + "\nend\n");
  };
  CHECK(say("Bot: I understand how you feel.") == Codes{"AT132"});
  CHECK(say("Bot: I am a program, not a therapist, and this is no therapy.").empty());
  CHECK(say("Bot: Keep your numbers secure, and take the curve slowly.").empty());
  CHECK(say("Sam: Why did you do that?").empty());
  CHECK(say("Bot: Why did you do that?") == Codes{"AT131"});
  CHECK(say("Bot: Nine of ten, or 90%, get better.") == Codes{"AT138"});
  CHECK(say("Bot: Say it at 100 steps, % and all.").empty());
}

TEST_CASE("the reading grade is near what others measure", "[dialogs][check][wording]") {
  CHECK(reading_grade("The cat sat on the mat. It was warm. The dog came in and lay down too.") <
        2);
  const double middle = reading_grade(
      "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.");
  CHECK(middle > 10);
  CHECK(middle < 14);
  CHECK(plain("  I'm  NOT sure… ") == "im not sure");
}

TEST_CASE("three-valued: certain only if it is", "[dialogs][check][logic]") {
  Condition heard;
  Condition flag;
  flag.kind = Condition::Kind::kFlag;
  flag.name = "safety.open";
  Condition either;
  either.kind = Condition::Kind::kOr;
  either.parts = {heard, flag};
  CHECK(while_safety(either, true) == Truth(true));
  CHECK(while_safety(either, false) == Truth());
  either.kind = Condition::Kind::kAnd;
  CHECK(while_safety(either, true) == Truth());
  CHECK(while_safety(either, false) == Truth(false));
  CHECK(needs_hearing(either));
}
