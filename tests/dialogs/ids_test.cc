// Ids are given once, never changed, and the same whether written down or not.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "dialogs/language/line_ids.h"
#include "serialised.h"

using namespace attune::dialogs;

namespace {

std::string given(const std::string& text, const std::string& path = "listen/say-back.talk") {
  return give_ids({path, text});
}

std::vector<std::string> ids_of(const std::string& text, const std::string& path) {
  Script script = parse({path, text}).script;
  std::vector<std::string> ids;
  for (const Readable& line : readable_lines(script)) ids.push_back(*line.id);
  return ids;
}

const char* const kEverything = R"(cast: Sam

remarks soft
  when blame
    Bot: Softer.

== start
Bot: One,
  .. and on.
choose
  Bot: Two?
  * A (not now) -> end
  * B -> start
    only if x < 3
  * C
    Sam: D.
ask x
  vary
    if y: Bot: E?
    Bot: F?
  on answer
    Bot: G.
  otherwise
    Bot: H.
  nudge after 2h: I.
rate z: low .. high
consent heavy
  Bot: J?
if y
  Bot: K.
otherwise
  Bot: L.
each
  part A
    Bot: M.
reveal x both ways
  asks: N?
  shows: O.
end
)";

}  // namespace

TEST_CASE("every line that can be read gets one, behind its text", "[dialogs][ids]") {
  CHECK(given(kEverything) == R"(cast: Sam

remarks soft
  when blame
    Bot: Softer. #sayback01

== start
Bot: One, #sayback02
  .. and on.
choose
  Bot: Two? #sayback03
  * A #sayback04 (not now) -> end
  * B #sayback05 -> start
    only if x < 3
  * C #sayback06
    Sam: D. #sayback07
ask x
  vary
    if y: Bot: E? #sayback08
    Bot: F? #sayback09
  on answer
    Bot: G. #sayback10
  otherwise
    Bot: H. #sayback11
  nudge after 2h: I. #sayback12
rate z: low .. high #sayback13
consent heavy
  Bot: J? #sayback14
if y
  Bot: K. #sayback15
otherwise
  Bot: L. #sayback16
each
  part A
    Bot: M. #sayback17
reveal x both ways
  asks: N? #sayback18
  shows: O. #sayback19
end
)");
}

TEST_CASE("a second time changes nothing", "[dialogs][ids]") {
  const std::string once = given(kEverything);
  CHECK(given(once) == once);
}

TEST_CASE("a script without ids runs under those that it would get", "[dialogs][ids]") {
  const std::string path = "listen/say-back.talk";
  CHECK(ids_of(kEverything, path) == ids_of(given(kEverything, path), path));
}

TEST_CASE("new lines carry on the file's letters after its highest number", "[dialogs][ids]") {
  CHECK(given("== start\nBot: A. #back07\nBot: B.\nBot: C. #back02\nBot: D. #x99\nend\n") ==
        "== start\nBot: A. #back07\nBot: B. #back08\nBot: C. #back02\nBot: D. #x99 #back09\nend\n");
  CHECK(given("== start\nBot: A. #aa01\nBot: B. #bb01\nBot: C. #bb02\nBot: D.\n") ==
        "== start\nBot: A. #aa01\nBot: B. #bb01\nBot: C. #bb02\nBot: D. #bb03\n");
}

TEST_CASE("letters come from the file's name", "[dialogs][ids]") {
  const std::string text = "== start\nBot: A.\n";
  CHECK(given(text, "practice/late-home.talk") == "== start\nBot: A. #latehome01\n");
  CHECK(given(text, "prevent/monthly-checkin.talk") == "== start\nBot: A. #mnthlych01\n");
  CHECK(given(text, "a.talk") == "== start\nBot: A. #aa01\n");
  CHECK(given(text, "forgive/step-2.talk") == "== start\nBot: A. #step01\n");
  CHECK(given(text, "9.talk") == "== start\nBot: A. #line01\n");
}

TEST_CASE("nothing else is touched", "[dialogs][ids]") {
  CHECK(given("\xEF\xBB\xBF== start\r\n// note\r\nBot: A.  \r\n\r\n  \r\nend", "ab.talk") ==
        "\xEF\xBB\xBF== start\r\n// note\r\nBot: A. #ab01  \r\n\r\n  \r\nend");
  const std::string wrong = "== start\nBot: A.\nnonsense\n";
  CHECK(given(wrong) == wrong);
}

TEST_CASE("more lines than numbers", "[dialogs][ids]") {
  std::string text = "== start\nBot: A. #ab9998\n";
  for (int i = 0; i < 3; ++i) text += "Bot: B.\n";
  const std::vector<std::string> ids = ids_of(given(text), "ab.talk");
  CHECK(ids == std::vector<std::string>{"ab9998", "ab9999", "abx01", "abx02"});
}

TEST_CASE("lines taken out and put in: ids stay with their lines and never meet",
          "[dialogs][ids]") {
  std::mt19937 random(20261123);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> lines;
    for (auto i = 2 + random() % 12; i > 0; --i) lines.push_back("Bot: A.");
    for (int edit = 0; edit < 8; ++edit) {
      std::string text = "== start\n";
      for (const std::string& line : lines) text += line + "\n";
      const std::string with_ids = given(text);
      const std::vector<std::string> ids = ids_of(with_ids, "listen/say-back.talk");
      REQUIRE(std::set<std::string>(ids.begin(), ids.end()).size() == lines.size());
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string now = "Bot: A. #" + ids[i];
        REQUIRE((lines[i] == "Bot: A." || lines[i] == now));
        lines[i] = now;
      }
      if (lines.size() > 2) lines.erase(lines.begin() + static_cast<long>(random() % lines.size()));
      lines.insert(lines.begin() + static_cast<long>(random() % lines.size()), "Bot: A.");
    }
  }
}
