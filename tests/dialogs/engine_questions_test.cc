// Each question, each way to answer it, each way not to.
#include "support/tiny_library.h"

using namespace attune::dialogs;
using Catch::Matchers::Contains;
using tiny::Chat;
using tiny::house_with;

namespace {

const char* const kAsk = R"(
slots
  reply: text up to 30, keep run
  seen: number 0 to 9, starts at 0

hears
  late: late | waited

== start
Bot: Hello. #it01
ask reply
  Bot: First prompt. #it02
  Bot: What do you say? #it03
  on answer
    add 1 to seen
  when blame or defend
    Bot: "{heard}" can wait. #it04
    again at most 1
  when late and not advice
    Bot: You caught it. #it05
  otherwise
    Bot: Try again. #it06
    again at most 2
Bot: You said {reply}. #it07
ask reply
  Bot: Anything more? #it08
end completed
)";

}  // namespace

TEST_CASE("a text question takes the first branch that fits", "[engine][questions]") {
  Chat chat(house_with(kAsk));
  chat.begin("it/it");
  CHECK(chat.lines() == "it01 it02 it03");
  chat.say("Well, You always do");
  CHECK(chat.lines() == "it04");
  CHECK(chat.last_text() == "\"Well, You always do\" can wait.");
  CHECK_THAT(chat.why(), Contains("when blame or defend fits: heard blame in \"You always\""));
  chat.say("i was only late");  // used up: the next branch decides
  CHECK(chat.lines() == "it05 it07 it08");
  CHECK(chat.slot("seen") == "2");
  chat.say("that is all");
  CHECK(chat.idle());
  CHECK(chat.ended() == "it/it completed");
  CHECK(chat.last.state.person.done.at("it/it").times == 1);
}

TEST_CASE("otherwise waits as often as it says, then the conversation goes on",
          "[engine][questions]") {
  Chat chat(house_with(kAsk));
  chat.begin("it/it");
  chat.say("one");
  CHECK(chat.lines() == "it06");
  chat.say("two");
  CHECK(chat.lines() == "it06");
  chat.say("three");
  CHECK(chat.lines() == "it07 it08");
  CHECK(chat.last.effects.front().text == "You said three.");
}

TEST_CASE("six answers to one question at the most", "[engine][questions]") {
  Chat chat(house_with(
      "\nslots\n  reply: text up to 30\n\n== start\nask reply\n  Bot: Say. #it01\n  otherwise\n"
      "    Bot: More. #it02\n    again at most 6\nBot: On. #it03\nend completed\n"));
  chat.begin("it/it");
  for (int i = 1; i < 6; ++i) {
    chat.say("again");
    CHECK(chat.lines() == "it02");
  }
  chat.say("again");
  CHECK(chat.lines() == "it02 it03");
}

TEST_CASE("a question inside a branch leaves the counts of the outer one alone",
          "[engine][questions]") {
  Chat chat(
      house_with("\nslots\n  reply: text up to 30\n  inner: text up to 30\n\n== start\nask reply\n "
                 " Bot: Outer. #it01\n"
                 "  otherwise\n    ask inner\n      Bot: Inner. #it02\n    again at most 2\nBot: "
                 "On. #it03\nend completed\n"));
  chat.begin("it/it");
  for (int i = 0; i < 2; ++i) {
    chat.say("outer");
    CHECK(chat.lines() == "it02");
    chat.say("inner");
    CHECK(chat.lines() == "");
    CHECK(chat.at() == "it/it#it01");
  }
  chat.say("outer");
  CHECK(chat.lines() == "it03");
}

namespace {

const char* const kChoose = R"(
slots
  pick: choice
  open: yes/no, starts at no

== start
choose pick
  Bot: Lead. #it01
  Bot: Which one? #it02
  * The tea #it03
    means tea
    also: a cup | brew
    Bot: Tea. #it04
  * A secret #it05
    only if open is yes
  * Coffee #it06 -> strong
  * Not today #it07 (not now) -> end paused
Bot: After {pick}. #it08
end completed

== strong
Bot: Strong {pick}. #it09
end completed
)";

}  // namespace

TEST_CASE("a choice by button, label, also and number", "[engine][questions]") {
  const auto result = [](const std::string& said, bool pressed) {
    Chat chat(house_with(kChoose));
    chat.begin("it/it");
    REQUIRE(chat.labels() == std::vector<std::string>{"The tea", "Coffee", "Not today"});
    CHECK(chat.offer()->choices[2].not_now);
    pressed ? chat.press(said) : chat.say(said);
    return chat.lines() + "|" + chat.last_text();
  };
  CHECK(result("it/it#it02=it03", true) == "it04 it08|After tea.");
  CHECK(result("the tea!", false) == "it04 it08|After tea.");
  CHECK(result("brew", false) == "it04 it08|After tea.");
  CHECK(result("2", false) == "it09|Strong Coffee.");  // as shown, not as written
  CHECK(result("it/it#it02=it06", true) == "it09|Strong Coffee.");
  CHECK(result("it/it#it02=it07", true) == "|");
  CHECK(result("it/it#it02=it05", true) ==
        "resume01 it02|Which one?");  // guarded: never shown, no answer
  CHECK(result("a secret", false) == "nomatch01 it02|Which one?");
  CHECK(result("4", false) == "nomatch01 it02|Which one?");
  CHECK(result("other/script#it03", true) == "resume01 it02|Which one?");
}

TEST_CASE("guards that leave one choice or none: the flow goes on", "[engine][questions]") {
  Chat chat(
      house_with("\nslots\n  open: yes/no, starts at no\n\n== start\nchoose\n  Bot: Which? #it01\n "
                 " * One #it02\n"
                 "    only if open is yes\n  * Two #it03\n    Bot: Two. #it04\nBot: After. "
                 "#it05\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it05");
}

TEST_CASE("a question without a prompt leans on the line before it", "[engine][questions]") {
  Chat chat(
      house_with("\n== start\nBot: Hello. #it01\nchoose\n  * One #it02\n    -> end\n  * Two "
                 "#it03\n    -> end\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it01");
  chat.say("neither");
  CHECK(chat.lines() == "nomatch01 it01");
  CHECK(chat.labels().size() == 2);
}

TEST_CASE("and never on a line that was not said", "[engine][questions]") {
  Chat chat(house_with(
      "\nslots\n  n: number 0 to 9, starts at 1\n\n== start\n"
      "if n is 1\n  Bot: One. #it01\notherwise\n  Bot: Other. #it02\n"
      "choose\n  * A #it03\n  * B #it04\nend completed\n"));
  chat.begin("it/it");
  CHECK(chat.lines() == "it01");
  chat.say("repeat");
  CHECK(chat.lines() == "");
  CHECK(chat.labels().size() == 2);
}

TEST_CASE("rate: buttons, numbers, range, measure", "[engine][questions]") {
  Chat chat(house_with(
      "\nslots\n  calm: number 0 to 10, measure\n\n== start\nrate calm: wound up .. settled #it01\n"
      "  Bot: How calm? #it02\nBot: {calm}. #it03\nend completed\n"));
  chat.begin("it/it");
  REQUIRE(chat.offer() != nullptr);
  CHECK(chat.offer()->scale);
  CHECK(chat.offer()->text == "wound up .. settled");
  CHECK(chat.offer()->choices[7].value == "it/it#it01=7");
  for (const char* wrong : {"it/it#it01=11", "it/it#it01=x", "it/it#it01=7x", "it/it#it01="}) {
    chat.press(wrong);
    CHECK(chat.lines() == "resume01 it02");
  }
  chat.say("11");
  CHECK(chat.lines() == "badvalue01 it02");
  Chat other(chat);
  chat.press("it/it#it01=7");
  CHECK(chat.last_text() == "7.");
  CHECK(chat.has(Effect::Kind::kMeasure));
  other.say("0");
  CHECK(other.last_text() == "0.");
}

TEST_CASE("consent is recorded, and a no is never gone past", "[engine][questions]") {
  const std::string declined = GENERATE(std::string(), std::string("  declined -> other\n"));
  Chat chat(
      house_with("\n== start\nconsent heavy\n  Bot: Go on? #it01\n" + declined +
                 "Bot: On. #it02\nend completed\n\n== other\nBot: Fine. #it03\nend paused\n"));
  chat.begin("it/it");
  CHECK(chat.labels() == std::vector<std::string>{"Yes", "No"});
  Chat no(chat), typed(chat), vague(chat);
  chat.press("it/it#it01=yes");
  CHECK(chat.lines() == "it02");
  CHECK(chat.last.state.person.consents.at("heavy").starts_with("yes "));
  no.press("it/it#it01=no");
  CHECK(no.lines() == (declined.empty() ? "" : "it03"));
  CHECK(no.ended() == "it/it paused");
  CHECK(no.last.state.person.consents.at("heavy").starts_with("no "));
  typed.say("sure");
  CHECK(typed.lines() == "it02");
  vague.say("yes or nope");
  CHECK(vague.lines() == "nomatch01 it01");
  CHECK(vague.last.state.person.consents.empty());
}

TEST_CASE("typed answers", "[engine][questions]") {
  const auto typed = [](const std::string& type, const std::string& words) {
    Chat chat(house_with(
        "\nslots\n  it: " + type +
        "\n\n== start\nask it\n  Bot: What? #it01\nask it\n  Bot: {it} #it02\nend completed\n"));
    chat.begin("it/it");
    chat.say(words);
    return chat.lines() + " " + chat.slot("it");
  };
  CHECK(typed("number 1 to 5", "3") == "it02 3");
  CHECK(typed("number 1 to 5", "9") == "badvalue01 it01 ");
  CHECK(typed("number 1 to 5", "many") == "badvalue01 it01 ");
  CHECK(typed("yes/no", "yes") == "it02 yes");
  CHECK(typed("yes/no", "nope") == "it02 no");
  CHECK(typed("yes/no", "1") == "it02 yes");
  CHECK(typed("yes/no", "2") == "it02 no");
  CHECK(typed("yes/no", "3") == "nomatch01 it01 ");
  CHECK(typed("yes/no", "perhaps") == "nomatch01 it01 ");
  CHECK(typed("date", "today") == "it02 day 20416");
  CHECK(typed("date", "some day") == "badvalue01 it01 ");
  CHECK(typed("duration", "20 minutes") == "it02 1200 s");
  CHECK(typed("list up to 3", "milk, bread and jam") == "it02 \"milk\"\"bread and jam\"");
  CHECK(typed("list up to 3", "one, two\nthree") == "it02 \"one, two\"\"three\"");
  CHECK(typed("list up to 2", "a, b, c") == "toolong01 it01 ");
  CHECK(typed("list up to 2", " , ") == "nothing01 it01 ");
  CHECK(typed("text up to 5", "héllo") == "it02 \"héllo\"");
  CHECK(typed("text up to 5", "hélloo") == "toolong01 it01 ");
  CHECK(typed("text up to 5", "  ") == "nothing01 it01 ");
}

TEST_CASE("yes/no has buttons, and a branch may hear what the type cannot hold",
          "[engine][questions]") {
  Chat chat(
      house_with("\nslots\n  it: yes/no\n\n== start\nask it\n  Bot: Is it? #it01\n  when blame\n   "
                 " Bot: Not yet. #it02\n"
                 "    again at most 1\nif it is yes\n  Bot: Yes it is. #it03\nBot: On. #it04\nend "
                 "completed\n"));
  chat.begin("it/it");
  CHECK(chat.labels() == std::vector<std::string>{"Yes", "No"});
  chat.say("you never say");
  CHECK(chat.lines() == "it02");
  CHECK(chat.labels().size() == 2);  // still on offer
  chat.press("it/it#it01=yes");
  CHECK(chat.lines() == "it03 it04");
}

TEST_CASE("the first miss says what, the second shows the choices, the third offers a pause",
          "[engine][repair]") {
  Chat chat(house_with(kChoose));
  chat.begin("it/it");
  chat.say("hm");
  CHECK(chat.lines() == "nomatch01 it02");
  CHECK(chat.labels().size() == 3);
  chat.say("hm");
  CHECK(chat.lines() == "unclear01 it02");
  CHECK(chat.labels().size() == 3);
  chat.say("hm");
  CHECK(chat.lines() == "rpause01");
  Chat on(chat), wait(chat), leave(chat), lost(chat);
  on.say("go on");
  CHECK(on.lines() == "it02");
  CHECK(on.at() == "it/it#it02");
  on.say("hm");
  CHECK(on.lines() == "nomatch01 it02");  // counted from the start again
  wait.say("wait");
  CHECK(wait.lines() == "");
  wait.say("I am here again");
  CHECK(wait.lines() == "welcomeback01 it01 it02");
  wait.say("brew");
  CHECK(wait.lines() == "it04 it08");
  leave.say("leave");
  CHECK(leave.ended() == "it/it stopped");
  CHECK(leave.idle());
  lost.say("hm");
  lost.say("hm");
  lost.say("hm");
  CHECK(lost.at() == "it/it#it02");  // the offer was missed too: the question is still there
}

TEST_CASE("an answer in between starts the counting of misses again", "[engine][repair]") {
  Chat chat(
      house_with("\nslots\n  n: number 0 to 5\n\n== start\nask n\n  Bot: One? #it01\nask n\n  Bot: "
                 "Two? #it02\nend completed\n"));
  chat.begin("it/it");
  chat.say("x");
  chat.say("x");
  CHECK(chat.lines() == "badvalue01 it01");
  chat.say("3");
  chat.say("x");
  CHECK(chat.lines() == "badvalue01 it02");
}

TEST_CASE("an answer that a branch took is no miss, and the counting starts again",
          "[engine][repair]") {
  Chat chat(
      house_with("\nslots\n  it: yes/no\n\n== start\nask it\n  Bot: Is it? #it01\n  when blame\n   "
                 " Bot: Not yet. #it02\n"
                 "    again at most 1\nend completed\n"));
  chat.begin("it/it");
  chat.say("hm");
  chat.say("you never say");
  CHECK(chat.lines() == "it02");
  chat.say("hm");
  CHECK(chat.lines() == "nomatch01 it01");
}

TEST_CASE("a label with a person's words in it is shown with them and stored without",
          "[engine][questions]") {
  Chat chat(
      house_with("\nslots\n  words: text up to 99\n  pick: choice\n\n== start\nask words\n  Bot: "
                 "What? #it01\nchoose pick\n  Bot: Which? #it02\n"
                 "  * About {words} #it03\n  * Another #it04\nask words\n  Bot: More? #it05\nend "
                 "completed\n"));
  chat.begin("it/it");
  chat.say("a private matter");
  CHECK(chat.labels().front() == "About a private matter");
  chat.press("it/it#it02=it03");
  CHECK(chat.slot("pick") == "About {words}");
  CHECK(write(chat.last.state.conversation).control.find("private") == std::string::npos);
}

TEST_CASE("marks and pictures are no words: neither kept nor quoted", "[engine][repair]") {
  for (const char* nothing : {"????", "...", "\xF0\x9F\x98\x80", "\xE2\x9D\xA4\xEF\xB8\x8F", "!?",
                              "-", "\xC2\xBF?", "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD !"}) {
    Chat chat(house_with(kAsk));
    chat.begin("it/it");
    INFO(nothing);
    chat.say(nothing);
    CHECK(chat.lines() == "nothing01 it03");
    CHECK(chat.slot("reply").empty());
    CHECK(chat.slot("seen") == "0");
    chat.say(nothing);
    CHECK(chat.lines() == "nothing01 it03");  // no answers to show: the same again
  }
  for (const char* words : {"7", "no", "\xD0\xB4\xD0\xB0", "\xE5\xAF\xB9\xE4\xB8\x8D\xE8\xB5\xB7",
                            "\xC3\xA9", "sorry \xF0\x9F\x98\x80"}) {
    Chat chat(house_with(kAsk));
    chat.begin("it/it");
    INFO(words);
    chat.say(words);
    CHECK(chat.lines() == "it06");
    CHECK(chat.slot("reply") == "\"" + std::string(words) + "\"");
  }
}

TEST_CASE("a list of marks is no list", "[engine][repair]") {
  Chat chat(
      house_with("\nslots\n  things: list up to 3\n\n== start\nask things\n  Bot: What? #it01\nend "
                 "completed\n"));
  chat.begin("it/it");
  chat.say("?, !");
  CHECK(chat.lines() == "nothing01 it01");
  chat.say("bread, tea");
  CHECK(chat.idle());
}

TEST_CASE("a number that is missed is asked for with its ends", "[engine][repair]") {
  tiny::Files files = house_with(
      "\nslots\n  calm: number 2 to 8\n\n== start\nrate calm: wound up .. settled #it01\n"
      "  Bot: How calm? #it02\nask calm\n  Bot: And now? #it03\nend completed\n");
  files["repair/out-of-range.talk"] =
      "title: It\nabout: It.\n\nslots\n  low: number 0 to 99, starts at 0\n"
      "  high: number 0 to 99, starts at 1\n\n== start\nBot: From {low} to {high}. #range01\n"
      "end completed\n";
  Chat chat(files);
  chat.begin("it/it");
  for (const char* missed : {"20", "very"}) {
    Chat rated(files);
    rated.begin("it/it");
    rated.say(missed);
    CHECK(rated.lines() == "range01 it02");
    CHECK(rated.last.effects.front().text == "From 2 to 8.");
  }
  chat.say("5");
  chat.say("nine");
  CHECK(chat.lines() == "range01 it03");
  chat.say("quite");
  CHECK(chat.lines() == "range01 it03");
}

TEST_CASE("{heard} shows the sentence it was heard in, or the words where that is long",
          "[engine][questions]") {
  std::string script = kAsk;
  script.replace(script.find("up to 30"), 8, "up to 300");
  const auto quoted = [&script](const std::string& words) {
    Chat chat(house_with(script));
    chat.begin("it/it");
    chat.say(words);
    const std::string text = chat.last_text();
    return text.substr(0, text.rfind(" can wait."));
  };
  CHECK(quoted("Hm. you always go. Bye") == "\"you always go\"");
  CHECK(quoted("you always go! Now.") == "\"you always go!\"");
  CHECK(quoted("I see.\nyou always go\nBye") == "\"you always go\"");
  CHECK(quoted("you always pay 3.50.") == "\"you always pay 3.50\"");
  CHECK(quoted("you always go " + std::string(100, 'x')) == "\"you always\"");
  CHECK(quoted("you always") == "\"you always\"");
}
