// Scripts that are changed while somebody is in the middle of them.
#include <catch2/catch.hpp>

#include "dialogs/language/structure.h"
#include "support/publishing.h"

using namespace attune::dialogs;
using publishing::edition;
using publishing::Visitor;
using publishing::script;

namespace {

const std::string kYesNo =
    "\n== start\nchoose reply\n  Bot: Do you agree? #it01\n"
    "  * Yes #it02\n    Bot: You said yes. #it03\n"
    "  * No #it04\n    Bot: You said no. #it05\n"
    "ask more\n  Bot: Say more. #it06\nend completed\n";
const std::string kSlots = "\nslots\n  reply: choice\n  more: text up to 200\n";

std::string with_maybe() {
  std::string body = kYesNo;
  body.insert(body.find("  * Yes"), "  * Maybe #it07\n    Bot: You said maybe. #it08\n");
  return script(kSlots + body);
}

const std::string kHurt =
    "\nslots\n  hurt: text up to 200\n  name: text up to 200\n  ok: choice\n\n== start\n";

std::string asks_hurt() {
  return script(kHurt + "ask hurt\n  Bot: What hurt? #it01\nask name\n  Bot: Your name? #it02\n"
                        "Bot: {name}: {hurt}. #it03\nchoose ok\n  Bot: Right? #it04\n  * Yes #it05\n  * No #it06\n"
                        "end completed\n");
}

// Something to agree to comes first.
std::string asks_consent_first() {
  return script(kHurt + "choose ok\n  Bot: Shall we begin? #it07\n  * Yes #it08\n  * No #it09 -> end stopped\n"
                        "ask name\n  Bot: Your name? #it02\nask hurt\n  Bot: What hurt? #it01\n"
                        "Bot: {name}: {hurt}. #it03\nend completed\n");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("inkjs 2.4.0: a choice put in before yes; yes is still yes", "[moving]") {
  for (const bool move : {false, true}) {
    Visitor person(edition("one", script(kSlots + kYesNo)));
    REQUIRE(person.offer()->choices.size() == 2);
    const std::string yes = person.offer()->choices[0].value;
    Visitor typed(person), numbered(person);
    for (Visitor* each : {&person, &typed, &numbered}) {
      each->publish(edition("two", with_maybe()), move);
      each == &person ? each->press(yes) : each == &typed ? each->say("yes") : each->say("1");
      CHECK(each->lines() == "it03 it06");
      CHECK(each->slot("reply") == "Yes");
      CHECK(each->top()->edition == (move ? "two" : "one"));
    }
  }
}

TEST_CASE("botbuilder-dialogs 4.23.3: a step put in first; the answer stays with its question", "[moving]") {
  for (const bool move : {false, true}) {
    Visitor person(edition("one", asks_hurt()));
    REQUIRE(person.lines() == "it01");
    person.publish(edition("two", asks_consent_first()), move);
    person.say("the affair");
    CHECK(person.slot("hurt") == "the affair");
    CHECK(person.slot("name") == "");
    CHECK(person.lines() == "it02");
    person.say("Ada");
    CHECK(person.slot("name") != "the affair");
    if (!move) CHECK(person.lines() == "it03 it04");
    if (move) CHECK(person.lines() == "it01");  // the new script asks it after the name
  }
}

TEST_CASE("a rewording is heard from the next message on, and answered as it was read", "[moving]") {
  Visitor person(edition("one", script(kSlots + kYesNo)));
  std::string swapped = replaced(replaced(kYesNo, "* Yes #it02", "* Rather not #it02"), "* No #it04", "* Certainly #it04");
  swapped = replaced(swapped, "Say more.", "Say more, please.");
  // The label is the slot's value: other labels are another structure.
  const auto other = edition("two", script(kSlots + swapped));
  CHECK(other->structure.at("it/it") != person.live->structure.at("it/it"));

  const auto without_slot = [](std::string body) { return script("\nslots\n  more: text up to 200\n" + replaced(std::move(body), "choose reply", "choose")); };
  Visitor chooser(edition("one", without_slot(kYesNo)));
  const auto reworded = edition("two", without_slot(swapped));
  REQUIRE(reworded->structure.at("it/it") == chooser.live->structure.at("it/it"));
  chooser.publish(reworded, false);
  Visitor again(chooser);
  chooser.say("yes");  // no label any more
  CHECK(chooser.text() == "You said yes.\nSay more, please.\n");
  CHECK(chooser.top()->edition == "two");
  again.say("something that fits nothing");
  CHECK(again.offer()->choices[0].label == "Rather not");  // asked again, in the new words
  again.say("yes");
  CHECK(again.lines().find("it03") == std::string::npos);
}

TEST_CASE("another structure: the run stays on its edition until it ends", "[moving]") {
  Visitor person(edition("one", asks_hurt()));
  person.publish(edition("two", asks_consent_first()), false);
  person.say("the affair");
  person.say("Ada");
  CHECK(person.lines() == "it03 it04");
  CHECK(person.top()->edition == "one");
  person.say("yes");
  CHECK(person.top() == nullptr);
  person.say("hello");
  CHECK(person.lines() == "it07");
  CHECK(person.top()->edition == "two");
}

TEST_CASE("a moved run goes where `moved:` leads, else to its scene's beginning, else it is asked", "[moving]") {
  const std::string slots = "\nslots\n  one: text up to 200\n  two: text up to 200\n";
  const auto body = [&](const std::string& scene, const std::string& id, const std::string& header = "") {
    return script(slots + "\n== start\nask one\n  Bot: One? #it01\n-> " + scene + "\n\n== " + scene +
                  "\nBot: Now. #it02\nask two\n  Bot: Two? #" + id + "\nBot: {one}, {two}. #it04\nend completed\n", header);
  };
  const auto after = [&](const std::string& next) {
    Visitor person(edition("one", body("second", "it03")));
    person.publish(edition("two", next), true);
    person.say("first words");
    return person;
  };
  CHECK(after(body("second", "it03")).at() == "it/it#it03");

  const Visitor moved = after(body("third", "it09", "moved: it03 -> it09\n"));
  CHECK(moved.lines() == "it02 it09");  // it02 was said by the edition that was left
  CHECK(moved.top()->scene == "third");
  CHECK(moved.slot("one") == "first words");

  const Visitor scene = after(body("second", "it09"));
  CHECK(scene.lines() == "it02 it02 it09");
  CHECK(scene.top()->visits.at("second") == 2);

  Visitor asked = after(body("third", "it09"));
  CHECK(asked.lines() == "it02 chang02");
  Visitor stops(asked), mumbles(asked), pauses(asked);
  asked.press_label("Start it again");
  CHECK(asked.lines() == "it01");
  CHECK(asked.top()->edition == "two");
  CHECK(asked.slot("one") == "");
  CHECK(asked.last.state.conversation.frames.size() == 1);
  stops.say("stop here");
  CHECK(stops.top() == nullptr);
  for (int i = 0; i < 5; ++i) mumbles.say("mumble mumble");
  CHECK(mumbles.at() == "repair/changed#chang02");  // never taken for an answer
  pauses.say("pause");
  pauses.say("hello again");
  CHECK(pauses.at() == "repair/changed#chang02");
}

TEST_CASE("a moved run never says a blank", "[moving]") {
  const std::string slots = "\nslots\n  one: text up to 200\n  two: text up to 200\n  new: text up to 200\n";
  Visitor person(edition("one", script(slots + "\n== start\nask one\n  Bot: One? #it01\nask two\n  Bot: Two? #it02\n"
                                              "Bot: {one}, {two}. #it03\nask new\n  Bot: And? #it05\nend completed\n")));
  person.publish(edition("two", script(slots + "\n== start\nask one\n  Bot: One? #it01\nask new\n  Bot: New? #it04\n"
                                               "ask two\n  Bot: Two? #it02\nBot: {one}, {two}, {new}. #it03\nend completed\n")), true);
  person.say("first");
  CHECK(person.lines() == "it01");  // from the beginning of the scene: at it02 {new} would be a blank
  person.say("first");
  CHECK(person.lines() == "it04");
  person.say("second");
  person.say("third");
  CHECK(person.text() == "first, third, second.\n");
}

TEST_CASE("a moved run never says a blank in the line that its question leans on", "[moving]") {
  const std::string slots = "\nslots\n  it: text up to 200\n  n: number 0 to 9\n\n== start\n";
  const std::string asks = "ask it\n  Bot: What? #it01\n";
  const std::string says = "Bot: You said {it}. #it02\nrate n: low .. high #it03\nend completed\n";
  Visitor person(edition("one", script(slots + "ask it\n  Bot: Which? #it05\n  skip -> next\n-> next\n\n"
                                               "== next\nrate n: low .. high #it03\nend completed\n")));
  person.publish(edition("two", script(slots + asks + says)), true);
  person.say("skip");
  person.say("not a number");
  CHECK(person.text().find("…") == std::string::npos);
}

TEST_CASE("what was agreed to or allowed for one edition is not taken for the next", "[moving]") {
  const std::string slots = "\nslots\n  one: text up to 200\n  two: text up to 200\n";
  const std::string body = "ask one\n  Bot: One? #it01\nask two\n  Bot: Two? #it02\n";
  Visitor person(edition("one", script(slots + "\n== start\n" + body + "end completed\n")));
  Visitor gated(person);
  const auto heavy = edition("two", script(slots + "\n== start\nconsent heavy\n  Bot: It may stir things up. #it03\n  declined -> close\n" + body + "-> close\n\n== close (calm)\nBot: Well done. #it04\nend completed\n", "heavy: yes\n"));
  REQUIRE(heavy);
  person.publish(heavy, true);
  person.say("first");
  CHECK(person.lines() == "chang02");
  person.press_label("Start it again");
  CHECK(person.lines() == "it03");

  const auto needs = edition("two", script(slots + "\n== start\n" + body + "end completed\n", "needs: done it/two\nneeds otherwise: help/menu\n"));
  REQUIRE(needs);
  gated.publish(needs, true);
  gated.say("first");
  CHECK(gated.lines() == "chang02");
  gated.press_label("Start it again");
  CHECK(gated.lines() == "menu01");  // the gate, as for anybody who begins
}

TEST_CASE("a called script moves by itself; its caller when it asks again", "[moving]") {
  const std::string slots = "\nslots\n  one: text up to 200\n";
  const auto body = [&](const std::string& id) {
    return script(slots + "\n== start\ncall it/two\nask one\n  Bot: One? #" + id + "\nend completed\n", id == "it01" ? "" : "moved: it01 -> " + id + "\n");
  };
  const std::string longer = "Bot: Inside. #two01\nask inside\n  Bot: Inside, what? #two02\nBot: New. #two03\nend completed\n";
  Visitor person(edition("one", body("it01")));
  REQUIRE(person.at() == "it/two#two02");
  person.publish(edition("two", body("it05"), longer), true);
  person.say("repeat");  // asked again, whole: this is already the new one
  CHECK(person.top()->edition == "two");
  CHECK(person.last.state.conversation.frames[0].edition == "one");
  person.say("inside words");
  CHECK(person.lines() == "two03 it05");
  CHECK(person.top()->edition == "two");
  CHECK(person.last.state.conversation.frames.size() == 1);
}

TEST_CASE("a button of another question is never an answer, whichever edition it came from", "[moving]") {
  const std::string slots = "\nslots\n  one: choice\n  two: choice\n";
  const auto body = [&](bool at_first) {
    const std::string wandering = "  * Wandering #it05\n";
    return script(slots + "\n== start\nchoose one\n  Bot: One? #it01\n  * A #it02\n  * B #it03\n" + (at_first ? wandering : "") +
                  "choose two\n  Bot: Two? #it04\n  * C #it06\n  * D #it07\n" + (at_first ? "" : wandering) + "Bot: Done. #it08\nend completed\n");
  };
  Visitor person(edition("one", body(true)));
  const std::string wandering = person.offer()->choices[2].value;
  person.publish(edition("two", body(false)), true);
  person.press_label("A");
  REQUIRE(person.at() == "it/it#it04");
  REQUIRE(person.top()->edition == "two");
  person.press(wandering);  // the old button is still on the screen
  CHECK(person.at() == "it/it#it04");
  CHECK(person.slot("two") == "");
}

TEST_CASE("structure is what a run depends on, wording what is only read", "[moving][structure]") {
  const auto hash = [](const std::string& text) { return edition("x", text)->structure.at("it/it"); };
  const auto texts = [](const std::string& text) {
    const auto library = edition("x", text);
    return structured(*library->find("it/it")->script, library->shared, library->memory, [](const std::string& intent) { return intent; }).wording;
  };
  const std::string header = "\nslots\n  words: text up to 200\n  n: number 0 to 9, starts at 0\n  day: date\n\nhears\n  late: late | six\n\n== start\n";
  const std::string body =
      "ask words\n  Bot: What? #it01\n  when late\n    Bot: Late. #it02\n    again at most 1\n  when n > 4\n    Bot: Much. #it09\n  skip -> third\n"
      "rate n: low .. high #it03\nif n > 4\n  Bot: Much. #it04\n"
      "choose\n  Bot: Which? #it05\n  * One #it06\n    also: first\n  * Two #it07\n    only if n < 8\n  * Three #it10\n-> third\n\n== third\nask day\n  Bot: When? #it11\nBot: Bye. #it08\nend completed\n";
  const std::string text = script(header + body);
  const std::pair<const char*, const char*> words[] = {
      {"Bot: What? #it01", "Bot: What was it? #it01"}, {"low .. high", "calm .. wild"}, {"* One #it06", "* The first #it06"},
      {"also: first", "also: first, number one, top"}, {"title: It", "title: Other"}, {"Bot: Bye.", "Bot: Bye, {words}."}};
  for (const auto& [from, to] : words) {
    if (std::string(to).find("{words}") != std::string::npos) continue;  // a blank on the way of `skip`
    INFO(to);
    CHECK(hash(replaced(text, from, to)) == hash(text));
    CHECK(texts(replaced(text, from, to)) != texts(text));
  }
  const std::pair<const char*, const char*> structure[] = {
      {"#it01", "#it21"}, {"when late", "when not late"}, {"again at most 1", "again at most 2"}, {"skip -> third", "skip -> end"},
      {"number 0 to 9", "number 0 to 8"}, {"up to 200", "up to 300"}, {"late | six", "late | seven"}, {"n > 4\n  Bot: Much. #it04", "n > 5\n  Bot: Much. #it04"},
      {"only if n < 8", "only if n < 7"}, {"  * Three #it10\n", ""}, {"Bot: Late. #it02", "Bot: Late. #it02\n    Bot: Very. #it22"},
      {"end completed", "end stopped"}, {"words: text up to 200", "words: text up to 200, keep run"}, {"reviewed: draft\n", "reviewed: draft\nkeep: 2 days\n"}};
  for (const auto& [from, to] : structure) {
    INFO(to);
    CHECK(hash(replaced(text, from, to)) != hash(text));
  }
  const std::pair<const char*, const char*> neither[] = {{"\n== third", "\n// a comment\n== third"}, {"reviewed: draft\n", "reviewed: draft\nmoved: it99 -> it01\n"}};
  for (const auto& [from, to] : neither) {
    CHECK(hash(replaced(text, from, to)) == hash(text));
    CHECK(texts(replaced(text, from, to)) == texts(text));
  }
}

TEST_CASE("which slot another takes its value from, and what a rewind keeps, is structure", "[moving][structure]") {
  const std::string slots = "\nslots\n  one: text up to 200\n  two: text up to 200\n  copy: text up to 400\n  next: choice\n";
  const std::string text =
      script(slots + "\n== start (checkpoint)\nask one\n  Bot: One? #it01\nask two\n  Bot: Two? #it02\nset copy = {one}\nBot: {copy} #it03\n"
                     "choose next\n  Bot: Again? #it04\n  * Yes #it05\n    rewind to start keeping one\n  * No #it06\nend completed\n");
  const auto hash = [](const std::string& of) { return edition("x", of)->structure.at("it/it"); };
  CHECK(hash(replaced(text, "set copy = {one}", "set copy = {two}")) != hash(text));
  CHECK(hash(replaced(text, "keeping one", "keeping two")) != hash(text));
  CHECK(hash(replaced(text, "Bot: {copy} #it03", "Bot: So: {copy} #it03")) == hash(text));

  // Whoever is in the middle of it goes on with the steps that were there.
  Visitor person(edition("one", text));
  person.publish(edition("two", replaced(text, "set copy = {one}", "set copy = {two}")), false);
  person.say("first");
  person.say("second");
  CHECK(person.text().find("first") != std::string::npos);
}
