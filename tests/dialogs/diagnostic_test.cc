// What a person sees, to the letter.
#include <catch2/catch.hpp>

#include "dialogs/language/definitions.h"
#include "serialised.h"

using namespace attune::dialogs;

TEST_CASE("a message, the line, a caret, what to write", "[dialogs][diagnostic]") {
  const std::string text = "== start\nBot: Hi.\naks reply\n  Bot: What?\n";
  const Parsed result = parse({"listen/x.talk", text});
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(render(result.diagnostics[0], text) ==
        "listen/x.talk:3:1: error AT007: 'aks' is not a step.\n"
        "  aks reply\n"
        "  ^~~\n"
        "  Did you mean 'ask'? A line begins with a step word (`ask`, `choose`, `if`, `->` ...) or "
        "with who speaks (`Bot: `). A text that goes on in a second line begins there with `.. "
        "`.\n");
}

TEST_CASE("the caret counts characters, not bytes", "[dialogs][diagnostic]") {
  const Diagnostic one{"AT000", Severity::kWarning, "x.talk", {1, 9, 3}, "There.", ""};
  CHECK(render(one, "Zoë é \xC3\xA9x here\r\n") ==
        "x.talk:1:9: warning AT000: There.\n  Zoë é éx here\n        ^~\n");
  const Diagnostic point{"AT000", Severity::kError, "x.talk", {1, 4, 0}, "End.", ""};
  CHECK(render(point, "abc") == "x.talk:1:4: error AT000: End.\n  abc\n     ^\n");
}

TEST_CASE("a long line is cut around its place", "[dialogs][diagnostic]") {
  const std::string text = std::string(300, 'a') + "HERE" + std::string(300, 'b');
  const Diagnostic one{"AT000", Severity::kError, "x.talk", {1, 301, 4}, "Long.", ""};
  CHECK(render(one, text) == "x.talk:1:301: error AT000: Long.\n  …" + std::string(50, 'a') +
                                 "HERE" + std::string(46, 'b') + "…\n" + std::string(53, ' ') +
                                 "^~~~\n");
}

TEST_CASE("no source, no such line, bytes that cannot be shown", "[dialogs][diagnostic]") {
  const Diagnostic one{"AT000", Severity::kError, "x.talk", {7, 3, 2}, "Lost.", "Find it."};
  CHECK(render(one, "") == "x.talk:7:3: error AT000: Lost.\n  Find it.\n");
  CHECK(render(one, "a\nb") == "x.talk:7:3: error AT000: Lost.\n  \n  ^\n  Find it.\n");
  const Diagnostic bad{"AT000", Severity::kError, "x.talk", {1, 2, 1}, "Bad.", ""};
  CHECK(render(bad, "a\xFF\x1b") == "x.talk:1:2: error AT000: Bad.\n  a?\?\n   ^\n");
}

TEST_CASE("arguments are quoted, cut and made printable", "[dialogs][diagnostic]") {
  const Diagnostic one =
      make(diagnostics::kUnknownStep, "x.talk", {1, 1, 1}, {std::string("a\x01\xFF\n"), ""});
  CHECK(one.code == "AT007");
  CHECK(one.message == "'a?\?\?' is not a step.");
  CHECK(one.advice.find("Did you mean") == std::string::npos);
  const Diagnostic cut = make(diagnostics::kUnknownStep, "x", {}, {std::string(500, 'x')});
  CHECK(cut.message == "'" + std::string(80, 'x') + "…' is not a step.");
  std::string wide;
  while (wide.size() < 200) wide += "é";
  CHECK(make(diagnostics::kUnknownStep, "x", {}, {"x" + wide}).message.size() ==
        std::string("''…' is not a step.").size() - 1 + 79);
  CHECK(make(diagnostics::kUnknownStep, "x", {}, {"{1}", "{0}"}).message == "'{1}' is not a step.");
}

TEST_CASE("the nearest word", "[dialogs][diagnostic]") {
  const std::vector<std::string> words = {"choose", "ask", "otherwise", "Bot"};
  CHECK(nearest("chose", words) == "choose");
  CHECK(nearest("aks", words) == "ask");
  CHECK(nearest("Ask", words) == "ask");
  CHECK(nearest("othrwies", words) == "otherwise");
  CHECK(nearest("bot", words) == "Bot");
  CHECK(nearest("as", words).empty());
  CHECK(nearest("hello", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest(std::string(1'000'000, 'a'), words).empty());
}
