// Whatever bytes come in, the parser ends, soon, with a list.
#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <random>

#include "serialised.h"

using namespace attune::dialogs;

namespace {

constexpr unsigned kSeed = 20261123;

// Every diagnostic can be shown, points into its file, and the parse is the same a second time.
void survives(const std::string& text) {
  const SourceFile file{"listen/example.talk", text};
  const Parsed result = parse(file);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const Diagnostic& one : result.diagnostics) {
    REQUIRE(one.place.line >= 1);
    REQUIRE(one.place.line <= lines);
    REQUIRE(one.place.column >= 1);
    REQUIRE(one.place.length >= 0);
    REQUIRE_FALSE(one.message.empty());
    REQUIRE(one.message.find("{0}") == std::string::npos);
  }
  if (!result.diagnostics.empty()) REQUIRE_FALSE(render(result.diagnostics.front(), text).empty());
  const std::string with_ids = give_ids(file);
  if (has_errors(result.diagnostics)) {
    REQUIRE(with_ids == text);
  } else {
    REQUIRE(give_ids({file.path, with_ids}) == with_ids);
    REQUIRE_FALSE(has_errors(parse({file.path, with_ids}).diagnostics));
  }
}

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const char* name : {"floor-exchange", "late-home", "monthly-checkin"}) {
    all.push_back(file_text(std::string("tests/dialogs/examples/") + name + ".talk"));
  }
  return all;
}

// Time of this process alone, so that a busy machine does not count.
double seconds_for(const std::string& text) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const std::clock_t start = std::clock();
    const Parsed result = parse({"listen/example.talk", text});
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

std::string repeated(const std::string& piece, std::size_t bytes) {
  std::string all;
  while (all.size() + piece.size() < bytes) all += piece;
  return all;
}

}  // namespace

TEST_CASE("random bytes", "[dialogs][parser][hostile]") {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 400, ' ');
    for (char& c : text) c = static_cast<char>(random() % 256);
    survives(text);
  }
}

TEST_CASE("random pieces of the language", "[dialogs][parser][hostile]") {
  static const char* const kPieces[] = {"== ",
                                        "start",
                                        "ask ",
                                        "choose",
                                        "* ",
                                        " -> ",
                                        "end",
                                        "if ",
                                        "otherwise",
                                        "when ",
                                        "again at most ",
                                        "Bot: ",
                                        "vary",
                                        "\n",
                                        "\n",
                                        "\n",
                                        "\n  ",
                                        "\n  ",
                                        "\n    ",
                                        "\n      ",
                                        ":",
                                        " .. ",
                                        "..",
                                        "{",
                                        "{{",
                                        "}",
                                        "\"",
                                        "(",
                                        ")",
                                        " #abc01",
                                        "(not now)",
                                        "slots",
                                        "hears",
                                        "remarks x",
                                        "a",
                                        "b",
                                        " is ",
                                        " not ",
                                        " and ",
                                        " or ",
                                        ">=",
                                        "12",
                                        "24h",
                                        "rate ",
                                        "nudge after ",
                                        "skip",
                                        "use ",
                                        "on answer",
                                        "also:",
                                        "means ",
                                        "only if ",
                                        "|",
                                        "title: ",
                                        "cast: ",
                                        "needs: ",
                                        "or because ",
                                        "text up to 9",
                                        ", ",
                                        "keep run",
                                        "\t",
                                        "\r\n",
                                        "//",
                                        "///",
                                        "each",
                                        "part A",
                                        "reveal ",
                                        "\xC3\xA9",
                                        "\xE2\x80\x9C",
                                        "\xFF",
                                        "set ",
                                        " = ",
                                        "call ",
                                        "with ",
                                        "save "};
  std::mt19937 random(kSeed + 1);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (auto i = random() % 60; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
    survives(text);
  }
}

TEST_CASE("real scripts with a byte, a word or a line changed", "[dialogs][parser][hostile]") {
  std::mt19937 random(kSeed + 2);
  for (const std::string& seed : seeds()) {
    for (int round = 0; round < 400; ++round) {
      std::string text = seed;
      for (auto change = random() % 3; change < 3; ++change) {
        const std::size_t at = random() % text.size();
        switch (random() % 5) {
          case 0:
            text.erase(at, 1 + random() % 8);
            break;
          case 1:
            text.insert(at, 1, static_cast<char>(random() % 256));
            break;
          case 2:
            text[at] = static_cast<char>(random() % 128);
            break;
          case 3:
            text.insert(at, text.substr(random() % text.size(), random() % 60));
            break;
          default:
            text.erase(at, text.find('\n', at) - at);
            break;
        }
      }
      survives(text);
    }
  }
}

TEST_CASE("too long and too deep are one diagnostic", "[dialogs][parser][hostile]") {
  CHECK(mistakes(std::string(1'000'001, 'a')) == "1:1 AT001");
  CHECK(mistakes(std::string(1'000'000, 'a')) == "1:1 AT008, 1:1 AT035");
  std::string deep = "== start\n";
  for (std::size_t level = 0; level < 30; ++level) deep += std::string(level * 2, ' ') + "if a\n";
  CHECK(mistakes(deep) == "19:35 AT002");
  std::string fits = "== start\n";
  for (std::size_t level = 0; level < 16; ++level) fits += std::string(level * 2, ' ') + "if a\n";
  CHECK(mistakes(fits + std::string(32, ' ') + "Bot: Here.\n") == "");
}

TEST_CASE("a thousand mistakes are enough", "[dialogs][parser][hostile]") {
  const Parsed result = parse({"x.talk", "== start\n" + repeated("nonsense here\n\n", 900'000)});
  REQUIRE(result.diagnostics.size() == 1001);
  CHECK(result.diagnostics.back().code == "AT043");
}

TEST_CASE("time grows with the length of the file, whatever is in it",
          "[dialogs][parser][hostile]") {
  const char* const kPieces[] = {
      "Bot: Hello there, how are you today? #abc01\n",
      "Bot: Hello there.\n",
      "if a or b or c and not d\n  Bot: {e}{f}{{\n",
      "choose\n  * A -> b\n  * B (not now)\n    also: c | d, e\n",
      "nonsense\n",
      "Bot: {{{{{{{{{{{{{{{{{{{{",
      "Bot: {{a -> #-> #-> #->(not now) (not now)",
      "  .. more\n",
      "\xFF\xFE\n",
  };
  for (const char* piece : kPieces) {
    INFO(piece);
    const double small = seconds_for("== start\n" + repeated(piece, 60'000));
    const double large = seconds_for("== start\n" + repeated(piece, 960'000));
    // 16 times the bytes; a quadratic parser would take 256 times as long.
    CHECK(large < 16 * 8 * std::max(small, 0.0002));
  }
}
