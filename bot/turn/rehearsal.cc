#include "bot/turn/rehearsal.h"

#include "dialogs/play/play.h"

namespace attune::bot {

Rehearsal rehearse(const Edition& edition, const Sources& plays) {
  Rehearsal all;
  const auto ear = [&](std::string_view words, const std::string& language) { return edition.hear(words, language); };
  for (const auto& [path, text] : plays) {
    const auto parsed = dialogs::parse_plays({path, text});
    dialogs::Diagnostics wrong = parsed.diagnostics;
    for (const auto& play : parsed.plays) {
      const auto found = dialogs::check_play(play, *edition.library);
      wrong.insert(wrong.end(), found.begin(), found.end());
    }
    for (const auto& one : wrong) all.failures.push_back(dialogs::render(one, text));
    if (!wrong.empty()) {
      ++all.failed;
      continue;
    }
    for (const auto& play : parsed.plays) {
      const auto result = dialogs::run_play(play, *edition.library, ear);
      result.passed ? ++all.passed : ++all.failed;
      if (result.passed) continue;
      all.failures.push_back(path + ":" + std::to_string(result.place.line) + "  " + play.title + "\n  expected: " + result.expected +
                             "\n  came:     " + result.came);
    }
  }
  return all;
}

}  // namespace attune::bot
