// attune test: every play, and which lines none of them touches.
#include <iostream>
#include <set>

#include "bot/cli/commands.h"
#include "bot/cli/coverage.h"
#include "bot/cli/plays.h"

namespace attune::bot {
namespace {

void print_failure(const dialogs::Play& play, const dialogs::PlayResult& result) {
  std::cout << "FAILED  " << play.path << ":" << result.place.line << "  " << play.title << "\n"
            << "  turn " << result.turn << (result.said.empty() ? "" : ", You: " + result.said) << "\n"
            << "  expected: " << result.expected << "\n"
            << "  came:     " << result.came << "\n";
  for (const auto& why : result.why) std::cout << "  because:  " << why << "\n";
}

}  // namespace

int test(const TestOptions& options) {
  const Plays plays = open_plays(options.folders, options.what);
  if (!usable(plays.bench)) return kWrongScript;
  const auto& edition = *plays.bench.built.edition;
  std::size_t passed = 0, failed = 0;
  bool wrong = false;
  Coverage coverage;
  std::set<std::string> started;
  for (const auto& [path, text] : plays.texts) {
    const auto parsed = dialogs::parse_plays({path, text});
    if (!readable(parsed, *edition.library, text)) {
      wrong = true;
      continue;
    }
    for (const auto& play : parsed.plays) {
      const auto result = dialogs::run_play(play, *edition.library, ear_of(edition));
      coverage.add(result);
      for (const auto& line : play.lines) {
        if (line.kind == dialogs::PlayLine::Kind::kStart && line.who == "start") started.insert(line.text);
      }
      result.passed ? ++passed : ++failed;
      if (!result.passed) print_failure(play, result);
    }
  }
  // A mistake in a play is not to be looked for above a long list.
  const bool all = options.what.empty();
  if (!wrong && (all || options.untested || (plays.only_named && !started.empty()))) {
    print(std::cout, coverage, plays.bench, all ? std::set<std::string>{} : started, options.untested);
  }
  std::cout << "\n" << passed << " plays passed, " << failed << " failed\n";
  if (wrong) {
    std::cerr << "some plays could not be run: mend what is told above\n";
    return kWrongScript;
  }
  return failed == 0 ? kOk : kFailedTest;
}

}  // namespace attune::bot
