// What checking costs: as much for each script as for the one before, and no script by itself more
// than its size. With ATTUNE_LONG=1 also the bar: 1,000 scripts with all proofs in under 3 seconds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "bot/turn/edition.h"
#include "intents/normal_form.h"
#include "small_library.h"

using namespace attune;
using dialogs::SourceFile;

namespace {

const std::string kRoot = ATTUNE_SOURCE_DIR;

// What one calls is a copy too: some scenes are only come to with what their caller hands over.
std::string leading_to_copies(std::string text, const std::string& suffix) {
  for (const std::string step : {"call ", "switch to "}) {
    for (std::size_t at = text.find(step); at != std::string::npos; at = text.find(step, at + 1)) {
      const std::size_t end = text.find_first_of(" \n", at + step.size());
      const std::string name = text.substr(at + step.size(), end - at - step.size());
      if (name.find('/') != std::string::npos) text.insert(end, suffix);
    }
  }
  return text;
}

// The shipped library, and whole copies of it under other names until there are so many scripts.
bot::Sources many(std::size_t scripts) {
  const bot::Sources shipped =
      bot::read_sources(kRoot + "/dialogs/library", kRoot + "/intents/library");
  bot::Sources all = shipped;
  const auto is_script = [](const std::string& path) {
    return path.size() > 5 && path.compare(path.size() - 5, 5, ".talk") == 0 &&
           path.find('/') != path.rfind('/');
  };
  std::size_t there = 0;
  for (const auto& [path, text] : shipped) there += is_script(path);
  for (int copy = 1; there < scripts; ++copy) {
    for (const auto& [path, text] : shipped) {
      if (!is_script(path)) continue;
      const std::string suffix = "-copy" + std::to_string(copy);
      all[path.substr(0, path.size() - 5) + suffix + ".talk"] = leading_to_copies(text, suffix);
      ++there;
    }
  }
  return all;
}

// Seconds of this process, the best of some: others may be busy on the machine.
template <typename Do>
double cost(int times, const Do& act) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) {
    const std::clock_t before = std::clock();
    act();
    best = std::min(best, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
  }
  return best;
}

double cost_of_loading(std::size_t scripts, const dialogs::Vocabulary& vocabulary) {
  std::vector<SourceFile> files;
  for (const auto& [path, text] : many(scripts)) {
    if (path.rfind("dialogs/", 0) == 0) files.push_back({path.substr(8), text});
  }
  return cost(2, [&] { REQUIRE(dialogs::load(files, vocabulary, intents::fold).library); });
}

// A script to which six numbers may be handed, and one that does.
double cost_of_handing(bool over) {
  std::string script = "slots\n", with;
  for (char name = 'p'; name < 'v'; ++name) {
    script += std::string("  ") + name + ": number 0 to 10, starts at 1\n";
    with += std::string(with.empty() ? " with " : ", ") + name + " = 2";
  }
  script += "\n== start\n";
  for (char name = 'p'; name < 'v'; ++name)
    script += std::string("if ") + name + " > 4\n  Bot: " + name + " is high.\n";
  script += "Bot: So.\nend\n";
  const dialogs::small::Files files = {
      {"practice/asked.talk", script},
      {"practice/asks.talk", "== start\ncall practice/asked" + (over ? with : "") + "\nend\n"}};
  return cost(5, [&] { REQUIRE(dialogs::small::load_with(files).library); });
}

}  // namespace

TEST_CASE("four times the scripts cost four times as much to load", "[dialogs][check][speed]") {
  const auto built = bot::build_edition(many(0));
  REQUIRE(built.edition);
  const dialogs::Vocabulary& vocabulary = built.edition->library->vocabulary;
  const std::size_t shipped = built.edition->library->programs.size();
  const double one = cost_of_loading(shipped, vocabulary);
  const double four = cost_of_loading(4 * shipped, vocabulary);
  INFO(shipped << " scripts " << one << " s, four times as many " << four << " s");
  CHECK(four < 5 * one);
}

// Each of six numbers with eleven values or none would be three million beginnings.
TEST_CASE("what may be handed over does not multiply", "[dialogs][check][speed]") {
  const double without = cost_of_handing(false);
  const double with = cost_of_handing(true);
  INFO(without << " s, handed over " << with << " s");
  CHECK(with < 5 * without);
}

TEST_CASE("a thousand scripts are checked in three seconds", "[dialogs][check][speed]") {
  if (std::getenv("ATTUNE_LONG") == nullptr) return;
  const bot::Sources sources = many(1'000);
  const double seconds = cost(2, [&] { REQUIRE(bot::build_edition(sources).edition); });
  std::cout << "1,000 scripts and all intents: " << seconds << " s of processor time\n";
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(seconds < 3);
#endif
}
