#include "intents/matcher.h"

#include <thread>

#include "building.h"
#include "intents/normal_form.h"

using namespace attune::intents;
using building::heard;
using building::hears;
using building::matcher;
using building::phrases;
using building::words;

TEST_CASE("words are matched whole, in any case, with or without apostrophes") {
  const auto m = phrases("why don't you\nself-harm");
  CHECK(hears(*m, "Why don\u2019t you call?"));
  CHECK(hears(*m, "WHY DONT YOU"));
  CHECK(hears(*m, "about self harm"));
  CHECK_FALSE(hears(*m, "why dont your friends"));
  CHECK_FALSE(hears(*m, "selfharm"));
}

TEST_CASE("alternatives, optional words, one word, up to five words") {
  const auto m = phrases(
      "you (need|ought to|have to) go\n"
      "i [really|so] [did] mean it\n"
      "such a * person\n"
      "have you tried ... again\n"
      "(give me (a|one) break|leave [me] alone)");
  CHECK(hears(*m, "you ought to go"));
  CHECK_FALSE(hears(*m, "you to go"));
  CHECK(hears(*m, "i mean it"));
  CHECK(hears(*m, "i really did mean it"));
  CHECK_FALSE(hears(*m, "i really so mean it"));
  CHECK(hears(*m, "such a cold person"));
  CHECK_FALSE(hears(*m, "such a person"));
  CHECK_FALSE(hears(*m, "such a very cold person"));
  CHECK(hears(*m, "have you tried again"));
  CHECK(hears(*m, "have you tried a b c d e again"));
  CHECK_FALSE(hears(*m, "have you tried a b c d e f again"));
  CHECK(hears(*m, "just give me one break"));
  CHECK(hears(*m, "leave alone"));
}

TEST_CASE("the start and the end of the message, and the end of a question") {
  const auto m = matcher(
      "intent first\n  < you\n  yes you did\n"
      "intent last\n  again >\n  yes again\n"
      "intent asks\n  right ?\n  yes right?\n");
  CHECK(heard(*m, "\"You did it again.\"") == std::vector<std::string>{"first", "last"});
  CHECK(heard(*m, "and you again and again then").empty());
  CHECK(heard(*m, "Is that right?") == std::vector<std::string>{"asks"});
  CHECK(heard(*m, "That is right.").empty());
}

TEST_CASE("a gap stays in its sentence, unless the scope is the message") {
  const auto sentence = matcher("intent x\n  you ... late\n  yes you were late\n");
  CHECK_FALSE(hears(*sentence, "I saw you. It was late."));
  const auto message =
      matcher("intent x\n  scope: message\n  you ... late\n  yes I saw you. It was late.\n");
  CHECK(words(*message, "I saw you. It was late.") == "you. It was late");
  CHECK_FALSE(hears(*message, "you a b c d e f late"));
}

TEST_CASE("raw RE2 stays in its sentence too") {
  const auto m = phrases("/you.*late/");
  CHECK(hears(*m, "You were LATE"));
  CHECK_FALSE(hears(*m, "I saw you. It was late."));
}

TEST_CASE("opening fits only where the message begins") {
  const auto m = matcher("intent x\n  scope: opening\n  you\n  yes You did.\n");
  CHECK(hears(*m, "\u2026You did it"));
  CHECK_FALSE(hears(*m, "Well, you did."));
  CHECK_FALSE(hears(*m, "No. You did."));
}

TEST_CASE("a limit on words counts the whole message") {
  const auto m = matcher("intent x\n  at most 3 words\n  sure\n  yes sure\n");
  CHECK(hears(*m, "Sure, why not?"));
  CHECK_FALSE(hears(*m, "I am sure now"));
}

TEST_CASE("a command fits only a whole message") {
  const auto m = matcher(
      "intent stop\n  command\n  [please] stop [it]\n  except\n    sign\n  yes Please, stop!\n");
  CHECK(hears(*m, "STOP.", "stop"));
  CHECK(hears(*m, "Please. Stop. It!", "stop"));
  CHECK(hears(*m, "\"stop\"", "stop"));
  CHECK_FALSE(hears(*m, "he never stops", "stop"));
  CHECK_FALSE(hears(*m, "please stop shouting", "stop"));
  CHECK_FALSE(hears(*m, "he said stop", "stop"));
}

TEST_CASE("an exception takes back what is in the same sentence, no more") {
  const auto m = matcher(
      "intent x\n  you should\n  except\n    sounds like\n  yes You should go.\n"
      "  no Sounds like you should go.\n");
  CHECK(hears(*m, "Sounds like fun. You should go."));
  CHECK(words(*m, "It sounds like you should go. You should rest.") == "You should");
  const auto all = matcher(
      "intent x\n  scope: message\n  you should\n  except\n    sounds like\n  yes You should "
      "go.\n");
  CHECK_FALSE(hears(*all, "Sounds like fun. You should go."));
}

TEST_CASE("the cases that a flat list of words gets wrong") {
  const auto m = matcher(
      "intent minimise\n  (calm|settle) down\n  except\n    (i|we) (need|want|have) to "
      "(calm|settle) down\n"
      "  yes Calm down.\n"
      "intent ultimatum\n  you must\n  except\n    you must be (exhausted|tired|sad)\n"
      "  yes You must stop.\n"
      "intent risk\n  ending my life\n  yes ending my life\n");
  CHECK(heard(*m, "I need to calm down").empty());
  CHECK(heard(*m, "You need to calm down") == std::vector<std::string>{"minimise"});
  CHECK(heard(*m, "You must be exhausted.").empty());
  CHECK(heard(*m, "I am spending my life in debt").empty());
}

TEST_CASE("what somebody else said does not count, save for safety") {
  const auto m = matcher("intent never\n  you never\n  yes you never\n");
  CHECK_FALSE(hears(*m, "He said \"you never listen\" and I left", "never"));
  CHECK_FALSE(hears(*m, "> you never listen\nthat hurt", "never"));
  CHECK(hears(*m, "He said \"hm\" and you never answered", "never"));
  CHECK(hears(*m, "\"You never listen\"", "never"));
}

TEST_CASE("the words that fired are the person's own, merged and in order") {
  const auto m = phrases("you should\nshould go\nnow");
  const std::string text = "NOW you  SHOULD\u00A0go, now!";
  const auto spans = m->hear(text).heard[0].spans;
  REQUIRE(spans.size() == 3);
  CHECK(text.substr(spans[1].begin, spans[1].end - spans[1].begin) == "you  SHOULD\u00A0go");
  CHECK(text.substr(spans[2].begin, spans[2].end - spans[2].begin) == "now");
}

TEST_CASE("Hearing has the text in both forms, and what could be read in it") {
  const auto m = phrases("late");
  const auto hearing = m->hear("About 7/10, I'd say!");
  CHECK(hearing.raw == "About 7/10, I'd say!");
  CHECK(hearing.folded == "about 7/10 id say");
  CHECK(hearing.number == 7);
  CHECK(hearing.safety_ran);
  CHECK(m->hear("yesterday").date == std::nullopt);
  CHECK(m->hear("yesterday", 20000).date == 19999);
  CHECK(m->hear("").heard.empty());
  CHECK(m->hear("").safety_ran);
}

TEST_CASE("lists of one script are heard under their own name") {
  Intent list;
  list.name = "listen/say-back:late";
  list.path = "listen/say-back.talk";
  list.phrases = {{"on time", {4, 3, 7}}, {"wait*", {4, 11, 5}}};
  const auto wrong = Matcher::build({list});
  CHECK(building::codes(wrong.diagnostics) == std::vector<std::string>{"AT161"});
  CHECK(wrong.diagnostics[0].path == "listen/say-back.talk");
  CHECK(wrong.diagnostics[0].place.column == 15);
  list.phrases.pop_back();
  const auto m = building::build({list});
  CHECK(hears(*m, "I was on time", "listen/say-back:late"));
  CHECK(m->vocabulary().empty());
}

TEST_CASE("explain shows what won, what lost and why") {
  const auto m = matcher(
      "intent advice\n  you should\n  except\n    sounds like\n  yes You should go.\n"
      "intent brief\n  at most 2 words\n  go\n  yes go\n"
      "intent stop\n  command\n  go\n  yes go\n");
  const auto findings = m->explain("Sounds like you should go");
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].intent == "advice");
  CHECK_FALSE(findings[0].won);
  CHECK(findings[0].phrase == "you should");
  CHECK(findings[0].lost_because == "except `sounds like`");
  CHECK(findings[1].lost_because == "over 2 words");
  CHECK(findings[2].lost_because == "only as a whole message");
  const auto won = m->explain("You should go");
  CHECK(won[0].won);
  CHECK(won[0].lost_because == "");
  CHECK(won[0].words.end == 10);
}

TEST_CASE("patterns that would harm are refused where they stand") {
  const auto refused = [](const std::string& phrase) {
    Intent intent;
    intent.name = "x";
    intent.path = "t.intents";
    intent.phrases = {{phrase, {2, 3, static_cast<int>(phrase.size())}}};
    const auto built = Matcher::build({intent});
    return built.matcher ? std::string("accepted") : building::codes(built.diagnostics)[0];
  };
  CHECK(refused("/(?=a)/") == "AT166");
  CHECK(refused("/(a)\\1/") == "AT166");
  CHECK(refused("/a{1001}/") == "AT167");
  CHECK(refused("right ? then") == "AT160");
  CHECK(refused("(right ?|so)") == "AT160");
  CHECK(refused("/[/") == "AT166");
  CHECK(refused("//") == "AT165");
  CHECK(refused("/a*/") == "AT165");
  CHECK(refused("/ ?/") == "AT165");
  CHECK(refused("[a] ... [b]") == "AT165");
  CHECK(refused("...") == "AT165");
  CHECK(refused("/((((a{1,30}b){1,30}c){1,30}))/") == "AT167");
  CHECK(refused("/(late )+/") == "accepted");
}

TEST_CASE("too many patterns that nothing can hold back are refused") {
  std::vector<Intent> all;
  for (int i = 0; i < 65; ++i) {
    Intent intent;
    intent.name = "x" + std::to_string(i);
    intent.phrases = {{"/l[ao]+t" + std::to_string(i % 10) + "/", {}}};
    all.push_back(intent);
  }
  const auto built = Matcher::build(all);
  CHECK(built.matcher == nullptr);
  CHECK(building::codes(built.diagnostics).back() == "AT174");
  all.pop_back();
  CHECK(Matcher::build(all).matcher != nullptr);
}

TEST_CASE("evil patterns and evil messages take no longer than their length") {
  const auto m = phrases("/(x+x+)+y/\n/(a|aa)+$/\na ... a ... a ... a\n* * * b");
  for (const std::string& message :
       {std::string(4000, 'x'), std::string(4000, 'a'), std::string(2000, '\xCC')}) {
    CHECK(m->hear(message).safety_ran);
  }
  std::string spaced;
  for (int i = 0; i < 2000; ++i) spaced += "a ";
  const auto hearing = m->hear(spaced);
  REQUIRE(hearing.heard.size() == 1);
  CHECK(hearing.heard[0].spans.size() <= 64 * 4);
}

TEST_CASE("four threads hear what one hears") {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "intent n" + std::to_string(i) + "\n  word" + std::to_string(i) +
            " ... end\n  yes word" + std::to_string(i) + " x end\n";
  }
  const auto m = matcher(text);
  std::vector<std::string> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 2000; ++i) {
        const std::size_t n = (i * 7 + t * 31) % 200;
        const std::string name = "n" + std::to_string(n);
        const auto names = heard(
            *m, "so word" + std::to_string(n) + " novel" + std::to_string(i * 4 + t) + " end");
        if (names != std::vector<std::string>{name}) wrong[t] = name;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<std::string>(4));
}
