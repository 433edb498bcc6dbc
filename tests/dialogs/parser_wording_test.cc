// Everyday wording, typed as it is, in every place where people write text. Twenty sentences of the
// kind that trips other formats, each in six places: kept to the letter.
#include <catch2/catch.hpp>

#include "serialised.h"

using namespace attune::dialogs;

namespace {

const char* const kSentences[] = {
    "\"I hear you\", she said: \"go on.\"",
    "Well: here's the thing: I'm tired.",
    "It costs 50% of my energy & all my patience.",
    "- like a list, but not one",
    "#metoo is on my mind",
    "I feel #1 and #lonely",
    "Let me think...",
    "...and then he left",
    "What? Really?! (yes, really)",
    "@home: 24/7 'on call'",
    "a -- b — c – d",
    "if I say it, ask me again when you can",
    "end of the day: no, not yet!",
    "Bot: that's what they call me",
    "50/50 [maybe] <b>bold</b> | or not | 3 > 2",
    "*sigh* fine, `ok`, ~sure~ \\o/",
    "yes: no: true: null",
    "== this is not a scene ==",
    "// not a comment, see http://example.org/a?b=c#d",
    "Grüße, Zoë! 你好 🙂 it’s “fine”",
};

std::string with(const std::string& form, const std::string& sentence) {
  std::string text = form;
  const std::size_t at = text.find('@');
  return text.replace(at, 1, sentence);
}

const Line& label(const Step& step, std::size_t i) {
  return std::get<Choose>(step.what).choices[i].label;
}

}  // namespace

TEST_CASE("120 everyday sentences pass as typed", "[dialogs][parser]") {
  for (const std::string sentence : kSentences) {
    INFO(sentence);
    const auto steps = [&](const char* form) {
      return parsed(with(form, sentence)).scenes[0].steps;
    };
    CHECK(std::get<Say>(steps("== start\nBot: @ #say01\n")[0].what).line.text.source() == sentence);
    CHECK(std::get<Say>(steps("== start\nBot: @\n")[0].what).line.text.source() == sentence);
    CHECK(std::get<Say>(steps("== start\nBot: One\n  .. @\n")[0].what).line.text.source() ==
          "One " + sentence);
    CHECK(label(steps("== start\nchoose\n  * @ #say02 -> start\n  * No\n")[0], 0).text.source() ==
          sentence);
    const Step ask = steps("== start\nask x\n  Bot: @\n  nudge after 2h: Hm.\n")[0];
    CHECK(std::get<Say>(std::get<Ask>(ask.what).question.prompts[0]).line.text.source() ==
          sentence);
    const Script script = parsed(with("about: @\n\n== start\nend\n", sentence));
    CHECK(script.header.about == sentence);
  }
}

TEST_CASE("an arrow in the middle of a label is text, and so is one in a sentence",
          "[dialogs][parser]") {
  const Script script =
      parsed("== start\nBot: from sad -> calm\nchoose\n  * a -> b -> start\n  * c\n");
  CHECK(std::get<Say>(script.scenes[0].steps[0].what).line.text.source() == "from sad -> calm");
  CHECK(label(script.scenes[0].steps[1], 0).text.source() == "a -> b");
}

TEST_CASE("an id stands only at the very end", "[dialogs][parser]") {
  const auto line = [](const std::string& text) {
    return std::get<Say>(parsed("== start\nBot: " + text + "\n").scenes[0].steps[0].what).line;
  };
  CHECK(line("Room #kit01 is free").text.source() == "Room #kit01 is free");
  CHECK_FALSE(line("Room #kit01 is free").id_given);
  CHECK(line("We call it #covid19.").text.source() == "We call it #covid19.");
  CHECK(line("Hello #kit01").text.source() == "Hello");
  CHECK(line("Hello #kit01").id == "kit01");
}

TEST_CASE("what is nearly a mark is warned about, not swallowed", "[dialogs][parser]") {
  CHECK(mistakes("== start\nBot: Hello #Kit01\n") == "2:12 AT042");
  CHECK(mistakes("== start\nBot: Hello#kit01\n") == "2:11 AT042");
  CHECK(mistakes("== start\nchoose\n  * Yes->start\n  * No→start\n  * Later (Not now)\n") ==
        "3:8 AT046, 4:7 AT046, 5:11 AT042");
}
