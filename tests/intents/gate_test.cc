#include "intents/gate.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace attune::intents;

namespace {

WordNumbers numbers;  // of all these gates

std::vector<int> seen(const Gate& gate, const std::string& text,
                      WordsAre words = WordsAre::kBetweenSpaces) {
  std::vector<int> found = gate.look(text, words_in(text, words, numbers)).numbers;
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("a gate says which segments a text has") {
  Gate gate;
  CHECK(gate.add({" you ", {}}, numbers) == 0);
  CHECK(gate.add({" (?:late|slow) ", {}}, numbers) == 1);
  CHECK(gate.add({" you ", {}}, numbers) == 0);
  gate.compile();
  CHECK(seen(gate, " you are late ") == std::vector<int>{0, 1});
  CHECK(seen(gate, " so slow ") == std::vector<int>{1});
  CHECK(seen(gate, " young ").empty());
}

TEST_CASE("an empty gate sees nothing") {
  Gate gate;
  gate.compile();
  CHECK(seen(gate, " anything ").empty());
}

TEST_CASE("what does not fit into one set goes into several, and answers the same") {
  const auto filled = [](std::size_t bytes) {
    Gate gate;
    for (int i = 0; i < 300; ++i)
      gate.add({" word" + std::to_string(i) + " and its (?:friend|foe) ", {}}, numbers);
    gate.compile(bytes);
    return gate;
  };
  const Gate roomy = filled(0);
  const Gate tight = filled(40000);
  CHECK(roomy.sets() == 1);
  CHECK(tight.sets() > 4);
  const std::string text = " word7 and its foe or word299 and its friend ";
  const auto tight_seen = seen(tight, text);
  for (const int number : seen(roomy, text)) {
    CHECK(std::count(tight_seen.begin(), tight_seen.end(), number) == 1);
  }
  CHECK(seen(roomy, text) == std::vector<int>{7, 299});
}

TEST_CASE("too little memory even for one segment: it counts as seen") {
  Gate gate;
  gate.add({" you ", {}}, numbers);
  gate.add({" late ", {}}, numbers);
  gate.compile(1);
  CHECK(gate.sets() == 0);
  CHECK(seen(gate, " nothing ") == std::vector<int>{0, 1});
}

TEST_CASE("memory that runs out while reading: everything counts as seen") {
  Gate gate;
  gate.add({" you ", {}}, numbers);
  gate.add({" late ", {}}, numbers);
  gate.compile();
  CHECK(seen(gate, " you ") == std::vector<int>{0});
  Gate::TESTING_ONLY_run_out(true);
  const auto found = seen(gate, " you ");
  Gate::TESTING_ONLY_run_out(false);
  CHECK(found == std::vector<int>{0, 1});
}

TEST_CASE("segments that are word runs are found by the trie, without a set") {
  Gate gate;
  CHECK(gate.add({" you (?:were|are) late ", {{"you", "were", "late"}, {"you", "are", "late"}}},
                 numbers) == 0);
  CHECK(gate.add({" late ", {{"late"}}}, numbers) == 1);
  CHECK(gate.add({" so ", {}}, numbers) == 2);
  gate.compile();
  CHECK(gate.sets() == 1);
  CHECK(seen(gate, " you are late ") == std::vector<int>{0, 1});
  CHECK(seen(gate, " late you are ") == std::vector<int>{1});
  CHECK(seen(gate, " you are so late ") == std::vector<int>{1, 2});
  CHECK(seen(gate, " lately you were ").empty());
}

TEST_CASE("in the text as it was written, words are runs of letters") {
  Gate gate;
  gate.add({"don.?t go", {{"dont", "go"}, {"don", "t", "go"}}}, numbers);
  gate.compile();
  const auto seen_in = [&](const char* text) { return seen(gate, text, WordsAre::kRunsOfLetters); };
  CHECK(seen_in(" don't -- go! ") == std::vector<int>{0});
  CHECK(seen_in(" dont,go ") == std::vector<int>{0});
  CHECK(seen_in(" do n't go ").empty());
}
