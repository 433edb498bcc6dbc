// One mistake, one message, at its line; and ten at once, each at its own.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "newcomer_table.h"
#include "small_library.h"

using namespace attune::dialogs;
using newcomer::kGood;
using newcomer::kSlips;
using newcomer::Slip;

namespace {

struct Told {
  std::string code;
  std::string line;
};

std::string line_of(const std::string& text, int number) {
  std::istringstream lines(text);
  std::string line;
  for (int at = 0; at < number; ++at) std::getline(lines, line);
  const std::size_t from = std::min(line.find_first_not_of(" \t"), line.size());
  return line.substr(from);
}

// All but that ids are missing: nobody writes them by hand.
std::vector<Told> told(const std::string& text) {
  std::vector<Told> all;
  for (const Diagnostic& one : small::load_with({{"listen/quarrel.talk", text}}).diagnostics) {
    if (one.code != "AT133") all.push_back({one.code, line_of(text, one.place.line)});
  }
  return all;
}

bool has(const std::vector<Told>& all, const Slip& slip) {
  return std::any_of(all.begin(), all.end(), [&](const Told& one) {
    return one.code == slip.code && one.line == slip.line;
  });
}

std::string listed(const std::vector<Told>& all) {
  std::string text;
  for (const Told& one : all) text += "\n  " + one.code + "  " + one.line;
  return text;
}

// The lines of the good script that a slip touches: from the one before it to the one after it.
std::pair<std::size_t, std::size_t> span_of(const Slip& slip) {
  const std::string good = kGood;
  const std::size_t at = good.find(slip.right);
  const std::size_t end = at + std::string(slip.right).size();
  return {good.rfind('\n', at) - 1, good.find('\n', end) + 1};
}

std::string with(std::string text, const Slip& slip) {
  const std::size_t at = text.find(slip.right);
  if (at == std::string::npos) return "";
  return text.replace(at, std::string(slip.right).size(), slip.wrong);
}

}  // namespace

TEST_CASE("a newcomer's script is good", "[dialogs][newcomer]") {
  const auto all = told(kGood);
  INFO(listed(all));
  CHECK(all.empty());
}

TEST_CASE("a newcomer's slip is told once, by its own name", "[dialogs][newcomer]") {
  for (const Slip& slip : kSlips) {
    const auto all = told(with(kGood, slip));
    INFO(slip.right << "\n  ->\n" << slip.wrong << "\ntold:" << listed(all));
    CHECK(all.size() == 1);
    CHECK(has(all, slip));
  }
  CHECK(std::size(kSlips) >= 90);
}

// What is held back because it may follow from another mistake is told when that one is mended: at
// most one in twenty, and never in its place something that is not there.
TEST_CASE("thirty times ten slips at once: each at its line, and nothing else",
          "[dialogs][newcomer]") {
  std::mt19937 random(20261125);
  std::size_t seeded = 0;
  std::size_t held_back = 0;
  for (int round = 0; round < 30; ++round) {
    std::string text = kGood;
    std::vector<const Slip*> slips;
    for (int tries = 0; slips.size() < 10 && tries < 5000; ++tries) {
      const Slip& slip = kSlips[random() % std::size(kSlips)];
      const auto span = span_of(slip);
      const bool apart = std::all_of(slips.begin(), slips.end(), [&](const Slip* other) {
        const auto taken = span_of(*other);
        return span.second < taken.first || taken.second < span.first;
      });
      const std::string next = apart ? with(text, slip) : "";
      if (next.empty()) continue;
      text = next;
      slips.push_back(&slip);
    }
    REQUIRE(slips.size() == 10);
    const auto all = told(text);
    std::string seeds;
    for (const Slip* slip : slips) seeds += std::string("\n  ") + slip->code + "  " + slip->line;
    INFO(text << "\nseeded:" << seeds << "\ntold:" << listed(all));
    seeded += slips.size();
    for (const Slip* slip : slips) held_back += !has(all, *slip);
    for (const Told& one : all) {
      CHECK(std::any_of(slips.begin(), slips.end(),
                        [&](const Slip* slip) { return one.code == slip->code; }));
    }
    CHECK(all.size() <= slips.size());
  }
  CHECK(held_back * 20 <= seeded);
}

// A line of the script, with other words in it.
static std::vector<Told> told_with(const std::string& words) {
  std::string text = kGood;
  const std::string from = "Bot: Sad is a heavy one.";
  return told(text.replace(text.find(from), from.size(), "Bot: " + words));
}

TEST_CASE("what nobody can promise is warned about", "[dialogs][newcomer]") {
  for (const char* promise :
       {"Everything will be fine.", "It will all be okay: everything will be okay.",
        "Trust me, it gets easier.", "It's hard. Trust me.", "You'll be okay.",
        "It is going to be all right.", "This is confidential.",
        "What you write stays confidential.", "Nobody else will ever read this.",
        "No one will ever see it.", "This always works."}) {
    const auto all = told_with(promise);
    INFO(promise << listed(all));
    REQUIRE(all.size() == 1);
    CHECK(all[0].code == "AT143");
  }
  for (const char* plain :
       {"This is not confidential: others in the house may read it.", "Nothing always works.",
        "You can trust me with nothing; say \"Trust me\" to nobody.", "Whom do you trust?",
        "Okay. One more.", "Do you think it will be fine?", "A short answer is okay.",
        "I can't say that everything will be fine."}) {
    const auto all = told_with(plain);
    INFO(plain << listed(all));
    const bool first = std::string(plain).rfind("You can trust me", 0) == 0;
    CHECK(all.size() == (first ? 1 : 0));
  }
}

TEST_CASE("a word processor's file is told once, as what it is", "[dialogs][newcomer]") {
  std::string wide("\xFF\xFE");
  for (const char c : std::string(kGood)) wide += c, wide += '\0';
  for (const std::string& file :
       {std::string("PK\x03\x04\x14\x00\x06\x00 word/document.xml", 28),
        std::string("{\\rtf1\\ansi\n") + kGood, wide, wide.substr(2), std::string("%PDF-1.7\nx")}) {
    const auto all = told(file);
    INFO(listed(all));
    REQUIRE(all.size() == 1);
    CHECK(all[0].code == "AT061");
  }
}

namespace {

// What is told of the script with `right` written as `wrong`, as it is shown.
std::string shown(const std::string& right, const std::string& wrong) {
  std::string text = kGood;
  text.replace(text.find(right), right.size(), wrong);
  std::string all;
  for (const Diagnostic& one : small::load_with({{"listen/quarrel.talk", text}}).diagnostics) {
    if (one.code != "AT133") all += render(one, text);
  }
  return all;
}

}  // namespace

TEST_CASE("the message says the line as it should be", "[dialogs][newcomer]") {
  using Catch::Matchers::Contains;
  struct Case {
    const char* right;
    const char* wrong;
    const char* told;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"reviewed: draft", "reviewed: draft\nminutes 5", "minutes: 5"},
           {"reviewed: draft", "reviewed: draft\nminutes about five", "minutes: 5"},
           {"reviewed: draft", "reviewed: draft\nminutes: five", "minutes: 5"},
           {"end completed", "**End**", "end completed"},
           {"  when blame\n", "  when \"blame\" or sorry-word\n", "without quotes: `blame`"},
           {"Bot: Sad is a heavy one.", "You can rest here a little.",
            "Bot: You can rest here a little."},
           {"model: recalling one situation", "model: recalling one situation\nYou can rest here.",
            "Bot: You can rest here."},
           {"end paused", "-> end pause", "-> end paused"},
           {"cool .. boiling", "cool … boiling", "rate heat: cool .. boiling"},
           {"cool .. boiling", "cool ... boiling", "rate heat: cool .. boiling"},
           {"  when sorry-word\n", "  skip\n  when sorry-word\n", "skip -> close"},
           {"  when blame\n", "  when blaming\n", "Did you mean 'blame'"},
           {"model: recalling one situation\n", "", "Write it, such as"}}) {
    INFO(one.wrong);
    CHECK_THAT(shown(one.right, one.wrong), Contains(one.told));
  }
}

TEST_CASE("the caret stands under the words that are meant", "[dialogs][newcomer]") {
  using Catch::Matchers::Contains;
  const std::string line = "Bot: Sad is a heavy one.";
  const auto under = [&](const std::string& words, const std::string& what) {
    const std::string text = "Bot: " + words;
    const std::string carets = "  " + std::string(2 + text.find(what), ' ') + "^" +
                               std::string(what.size() - 1, '~') + "\n";
    INFO(carets);
    CHECK_THAT(shown(line, text), Contains("\n" + carets));
  };
  under("Well, why did you go?", "why did you");
  under("This is no game, it is a therapy for two.", "therapy");
  under("So you must go now.", "you must");
  under("In the end everything will be fine.", "will be fine");
  CHECK_THAT(shown("What happened, in a sentence or two?", "Who was it? And where were they?"),
             Contains("\n" + std::string(21, ' ') + "^~~~~~~~~~~~~~~~~~~~\n"));
}

TEST_CASE("praise for whatever was written is warned about", "[dialogs][newcomer]") {
  const std::string line = "    Bot: Thank you for telling me.";
  for (const char* praise :
       {"Bot: \"{event}\": that is something a partner can hear.", "Bot: Good. You wrote {event}",
        "Bot: {event}. Thank you for sharing."}) {
    INFO(praise);
    CHECK(shown(line, std::string("    ") + praise).find("AT146") != std::string::npos);
  }
  for (const char* plain :
       {"Bot: You wrote {event}. Thank you for trying.", "Bot: Good that you are here.",
        "Bot: \"{event}\". That is not one that they can hear.",
        "Bot: {event}. What would be a good time?", "Sam: {event}. Good."}) {
    INFO(plain);
    CHECK(shown(line, std::string("    ") + plain).find("AT146") == std::string::npos);
  }
}
