// The picture of a script shows every scene and every way, and no text of a script becomes part of the
// drawing.
#include <catch2/catch.hpp>

#include "dialogs/graph/dot.h"
#include "dialogs/language/parser.h"

using namespace attune::dialogs;

namespace {

Outline drawn(const std::string& text) {
  const Parsed parsed = parse({"listen/x.talk", text});
  REQUIRE(!has_errors(parsed.diagnostics));
  return outline(parsed.script, {});
}

// "a > b: label / label", one a line.
std::string arrows(const Outline& one) {
  std::string all;
  for (const auto& arrow : one.arrows) {
    all += one.scenes[static_cast<std::size_t>(arrow.from)].name + " > " + one.scenes[static_cast<std::size_t>(arrow.to)].name + ":";
    for (const auto& label : arrow.labels) all += " " + label + " /";
    all += "\n";
  }
  return all;
}

const char* const kScript = R"(title: Ways
needs: not safety.open
needs otherwise: safety/solo-care

slots
  reply: text up to 400
  calm: number 0 to 10

remarks soft
  when blame
    -> third

== first (checkpoint)
Bot: Hello. #way01
choose
  Bot: Which? #way02
  * Go #way03 -> second
  * Go too #way04
    -> second
  * Not today #way05 -> end paused

== second
ask reply
  Bot: Well? #way06
  use soft
  when defend
    Bot: Hm. #way07
    -> third
  otherwise
    call help/menu
  skip -> third
rate calm: low .. high #way08
  Bot: How calm? #way09
if calm > 5
  -> third
otherwise
  rewind to first

== third (calm)
Bot: Bye. #way10
switch to listen/other
)";

}  // namespace

TEST_CASE("an outline has every scene, every way and why it is taken", "[dialogs][graph]") {
  const Outline one = drawn(kScript);
  REQUIRE(one.scenes.size() == 3);
  CHECK(one.scenes[0].checkpoint);
  CHECK(one.scenes[0].first == "Hello.");
  CHECK(one.scenes[0].steps == std::vector<std::string>{"choice of 3", "ends paused"});
  CHECK(one.scenes[0].lines == std::vector<std::string>{"way01", "way02", "way03", "way04", "way05"});
  CHECK(one.scenes[1].steps == std::vector<std::string>{"asks reply", "calls help/menu", "rates calm"});
  CHECK(one.scenes[1].lines == std::vector<std::string>{"way06", "way07", "way08", "way09"});
  CHECK(one.scenes[2].calm);
  CHECK(arrows(one) ==
        "first > second: \"Go\" / \"Go too\" /\n"
        "second > third: when blame / when defend / skip / if calm > 5 /\n"
        "second > first: otherwise, back to /\n");
  REQUIRE(one.ways.size() == 3);
  CHECK(one.ways[0].script == "help/menu");
  CHECK(one.ways[1].kind == Outline::Way::Kind::kSwitch);
  CHECK(one.ways[2].kind == Outline::Way::Kind::kTurnedAway);
  CHECK(one.ways[2].script == "safety/solo-care");
}

TEST_CASE("what a script says is escaped in the drawing", "[dialogs][graph]") {
  const Outline one = drawn("title: A <b>\"big\" & \\N\n\n== start\nchoose\n  Bot: <i>this</i>; or \"that\"]?\n  * </TABLE>> -> start\n  * \\\" -> start\n");
  const std::string dot = script_as_dot(one, {});
  CHECK(dot.find("A &lt;b&gt;&quot;big&quot; &amp; \\N") != std::string::npos);
  CHECK(dot.find("&lt;i&gt;this&lt;/i&gt;; or &quot;that&quot;]?") != std::string::npos);
  CHECK(dot.find("<b>") == std::string::npos);
  CHECK(dot.find("&lt;/TABLE&gt;&gt;") != std::string::npos);
}

TEST_CASE("shades are told in colour and in words, with a legend", "[dialogs][graph]") {
  Shading shading;
  shading.heading = "Lines";
  shading.legend = {{"#111111", "none"}, {"#222222", "all"}};
  shading.scenes["listen/x second"] = {1, "4 of 4"};
  const std::string dot = script_as_dot(drawn(kScript), shading);
  CHECK(dot.find("BGCOLOR=\"#111111\"") != std::string::npos);
  CHECK(dot.find("\"second\" [fillcolor=\"#222222\"") != std::string::npos);
  CHECK(dot.find("4 of 4") != std::string::npos);
  CHECK(dot.find("\"first\" [fillcolor=\"#ffffff\"") != std::string::npos);
}

TEST_CASE("the library is drawn by folders, with what always.talk hears", "[dialogs][graph]") {
  Outline one = drawn(kScript);
  On on;
  on.intent = "danger";
  on.script = "listen/x";
  const std::string dot = library_as_dot({one}, {on}, {});
  CHECK(dot.find("subgraph \"cluster listen\"") != std::string::npos);
  CHECK(dot.find("3 scenes, 10 lines") != std::string::npos);
  CHECK(dot.find("on danger") != std::string::npos);
  CHECK(dot.find("\"listen/x\" -> \"listen/other\" [style=dashed]") != std::string::npos);
  CHECK(dot.find("\"listen/x\" -> \"help/menu\";") != std::string::npos);
}
