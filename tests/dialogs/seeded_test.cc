// One good script, and forty ways to get one line of it wrong: each is told at that line, with the
// right code, and whoever made all of them at once hears about every one.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "small_library.h"

using namespace attune::dialogs;

namespace {

const char* const kGood = R"(title: The first minute
about: Practise the first minute after you come home late.
for: one
minutes: 6
model: softened start-up
not for: someone whose partner frightens them
needs: not safety.open
needs otherwise: help/help
reviewed: draft
cast: Sam

slots
  line: text up to 300, keep run
  feeling: choice
  heat: number 0 to 10, starts at 5
  turns: number 0 to 6, starts at 0
  glad: text up to 200

hears
  waiting: late | six | waited

remarks softer
  when defend
    Bot: "{heard}" answers before Sam is heard. #first01
    again at most 1

== start (checkpoint)
Bot: This is a rehearsal. Sam is made up. #first02
Sam: You said six. #first03
-> table

== table
ask line
  Bot: What do you say? #first04
  use softer
  on answer
    add 1 to turns
  when blame and waiting
    Bot: "{heard}": half of that was about Sam. #first05
  when blame or advice
    add 2 to heat
    Sam: I know what I said. #first06
  when waiting
    set heat = 3
    Sam: Yes. That's how it was. #first07
  otherwise
    Bot: Sam waits for more. #first08
if turns >= 3 or heat < 4
  -> close
-> table

== close
choose feeling
  Bot: How are you now? #first09
  * Calm #first10
    means calm
  * Wound up #first11
    means wound-up
    also: tense
  * Not sure #first12
    means unsure
if feeling is wound-up
  Bot: That was a hard one. #first13
choose
  Bot: You said: {line}. What now? #first14
  * Once more #first15 -> once-more
  * Look back #first16 -> review
  * Enough #first17 -> rest

== once-more
rewind to start

== review
ask glad
  Bot: Which of your lines are you glad of? #first18
  skip -> rest
Bot: "{glad}": keep that one. #first19
-> rest

== rest (calm)
Bot: Let it rest now. #first20
end completed
)";

struct Mistake {
  const char* kind;
  const char* line;  // as it is, without its indentation
  const char* instead;
  const char* code;
};

const Mistake kMistakes[] = {
    // a name that nobody has
    {"name", "when blame and waiting", "when blam and waiting", "AT050"},
    {"name", "when waiting", "when wating", "AT050"},
    {"name", "Bot: \"{glad}\": keep that one. #first19", "Bot: \"{gald}\": keep that one. #first19",
     "AT051"},
    {"name", "choose feeling", "choose feelings", "AT051"},
    {"name", "needs otherwise: help/help", "needs otherwise: help/hepl", "AT053"},
    {"name", "use softer", "use softly", "AT054"},
    // a target that is not there
    {"target", "* Once more #first15 -> once-more", "* Once more #first15 -> once-mor", "AT052"},
    {"target", "skip -> rest", "skip -> rst", "AT052"},
    {"target", "rewind to start", "rewind to strat", "AT052"},
    {"target", "rewind to start", "rewind to close", "AT069"},
    // a name that is taken
    {"taken", "turns: number 0 to 6, starts at 0", "visited: number 0 to 6, starts at 0", "AT057"},
    {"taken", "glad: text up to 200", "heat: text up to 200", "AT059"},
    {"taken", "waiting: late | six | waited", "blame: late | six | waited", "AT058"},
    {"taken", "== review", "== glad", "AT058"},
    {"taken", "glad: text up to 200", "line: text up to 200", "AT059"},
    {"taken", "Bot: Let it rest now. #first20", "Bot: Let it rest now. #first19", "AT015"},
    // a value that does not fit
    {"value", "set heat = 3", "set heat = 30", "AT082"},
    {"value", "heat: number 0 to 10, starts at 5", "heat: number 0 to 10, starts at 11", "AT082"},
    {"value", "if turns >= 3 or heat < 4", "if turns >= 30 or heat < 4", "AT082"},
    {"value", "if feeling is wound-up", "if feeling is woundup", "AT085"},
    {"value", "add 1 to turns", "add 1 to line", "AT084"},
    {"value", "if feeling is wound-up", "if line is wound-up", "AT083"},
    {"value", "if feeling is wound-up", "if feeling > 3", "AT083"},
    // a question that can't fill its slot
    {"question", "ask glad", "ask feeling", "AT081"},
    {"question", "choose feeling", "choose heat", "AT081"},
    // read before it is set
    {"unset", "Sam: You said six. #first03", "Sam: You said {line}. #first03", "AT080"},
    {"unset", "Bot: What do you say? #first04", "Bot: After {line}, what do you say? #first04",
     "AT080"},
    {"unset", "Bot: Let it rest now. #first20", "Bot: Let {glad} rest now. #first20", "AT080"},
    // choices and branches
    {"branch", "also: tense", "also: calm", "AT072"},
    {"branch", "* Look back #first16 -> review", "* Once more! #first16 -> review", "AT072"},
    {"branch", "when waiting", "when blame and advice", "AT074"},
    {"branch", "if turns >= 3 or heat < 4", "if turns >= 3 and turns < 2", "AT075"},
    // words of nobody
    {"heard", "Bot: Sam waits for more. #first08", "Bot: \"{heard}\": Sam waits for more. #first08",
     "AT076"},
    {"heard", "Bot: That was a hard one. #first13", "Bot: {heard} was a hard one. #first13",
     "AT076"},
    // a way that ends nowhere
    {"way", "-> rest", "add 1 to turns", "AT067"},
    {"way", "end completed", "add 1 to turns", "AT067"},
    {"way", "-> close", "Sam: Hm. #first21", "AT065"},
    // what this version does not run, or a script for one does not have
    {"later", "add 2 to heat", "do tell-them", "AT126"},
    {"later", "add 2 to heat", "floor swap", "AT127"},
    {"later", "glad: text up to 200", "glad: text up to 200, private", "AT127"},
    // how a line is written
    {"written", "Sam: Yes. That's how it was. #first07", "Sma: Yes. That's how it was. #first07",
     "AT014"},
    {"written", "add 2 to heat", "ad 2 to heat", "AT007"},
    {"written", "on answer", "on anwser", "AT027"},
    // what a tired hand leaves behind
    {"tired", "reviewed: draft", "reviewed: 2026-31-11 mk", "AT009"},
    {"tired", "* Look back #first16 -> review", " * Look back #first16 -> review", "AT006"},
    {"tired", "Sam: You said six. #first03", "Sam You said two things: six, and soon. #first03",
     "AT046"},
    {"tired", "when blame or advice", "when blame or blame", "AT078"},
    {"tired", "Bot: Sam waits for more. #first08", "Bot: Well done! Sam waits for more. #first08",
     "AT146"},
};

struct Edited {
  std::string text;
  int line = 0;  // the edited one
};

Edited edited(const std::string& text, const std::string& line, const std::string& instead) {
  std::size_t at = 0;
  int number = 1;
  for (std::size_t end; at < text.size(); at = end + 1, ++number) {
    end = text.find('\n', at);
    const std::size_t start = text.find_first_not_of(' ', at);
    if (text.compare(start, end - start, line) != 0) continue;
    return {text.substr(0, start) + instead + text.substr(end), number};
  }
  return {};
}

Diagnostics check(const std::string& text) {
  return small::load_with({{"practice/first-minute.talk", text}}).diagnostics;
}

bool has(const Diagnostics& list, const std::string& code, int line) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Diagnostic& d) { return d.code == code && d.place.line == line; });
}

}  // namespace

TEST_CASE("the good script is good, without a warning", "[dialogs][seeded]") {
  const Diagnostics list = check(kGood);
  INFO(small::told(list, {{"practice/first-minute.talk", kGood}}));
  CHECK(list.empty());
}

TEST_CASE("each of forty mistakes is caught at its line", "[dialogs][seeded]") {
  std::set<std::string> kinds;
  for (const Mistake& mistake : kMistakes) {
    kinds.insert(mistake.kind);
    const Edited wrong = edited(kGood, mistake.line, mistake.instead);
    INFO(mistake.line << "  ->  " << mistake.instead);
    REQUIRE(wrong.line > 0);
    const Diagnostics list = check(wrong.text);
    INFO(small::told(list, {{"practice/first-minute.talk", wrong.text}}));
    // A scene that nobody reaches any more is told where it stands, not where the way was lost.
    const int line = std::string(mistake.code) == "AT065"
                         ? list.empty() ? 0 : list.front().place.line
                         : wrong.line;
    CHECK(has(list, mistake.code, line));
  }
  CHECK(std::size(kMistakes) >= 40);
  CHECK(kinds.size() >= 10);
}

TEST_CASE("ten mistakes of ten kinds at once: every one is told", "[dialogs][seeded]") {
  std::string text = kGood;
  std::set<std::string> lines;
  std::vector<std::pair<std::string, int>> expected;
  for (const int pick : {1, 7, 12, 19, 25, 29, 31, 32, 38, 40}) {
    const Mistake& mistake = kMistakes[pick];
    REQUIRE(lines.insert(mistake.line).second);
    const Edited wrong = edited(text, mistake.line, mistake.instead);
    REQUIRE(wrong.line > 0);
    text = wrong.text;
    expected.emplace_back(mistake.code, wrong.line);
  }
  const Diagnostics list = check(text);
  INFO(small::told(list, {{"practice/first-minute.talk", text}}));
  for (const auto& [code, line] : expected) {
    INFO(code << " in line " << line);
    CHECK(has(list, code, line));
  }
}

TEST_CASE("mangled scripts: always an answer, always the same, and served only if whole",
          "[dialogs][seeded][hostile]") {
  std::vector<std::string> good;
  for (std::size_t at = 0, end; at < std::string(kGood).size(); at = end + 1) {
    end = std::string(kGood).find('\n', at);
    good.push_back(std::string(kGood).substr(at, end - at));
  }
  std::mt19937 random(20261123);
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  std::size_t served = 0;
  for (int round = 0; round < 600; ++round) {
    std::vector<std::string> lines = good;
    for (std::size_t cuts = 1 + any(6); cuts > 0; --cuts) {
      const std::size_t at = any(lines.size());
      switch (any(4)) {
        case 0:
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        case 1:
          std::swap(lines[at], lines[any(lines.size())]);
          break;
        case 2:
          lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), good[any(good.size())]);
          break;
        default:
          lines[at] = lines[at].substr(0, any(lines[at].size() + 1));
          break;
      }
    }
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    const Loaded one = small::load_with({{"practice/first-minute.talk", text}});
    CHECK(small::found(one.diagnostics) == small::found(check(text)));
    REQUIRE((one.library != nullptr) == !has_errors(one.diagnostics));
    served += one.library != nullptr;
  }
  CHECK(served > 0);
  CHECK(served < 300);
}
