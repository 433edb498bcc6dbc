// A whole edition small enough to read: one exercise, what every library needs around it, and the
// real intents. For tests of the turn.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "bot/turn/edition.h"

namespace attune::bot::testing {

// The shipped library, with `files` (paths as in Sources) laid over it.
inline Sources shipped_with(const Sources& files) {
  const std::string root = ATTUNE_SOURCE_DIR;
  Sources sources = read_sources(root + "/dialogs/library", root + "/intents/library");
  for (const auto& [path, text] : files) sources[path] = text;
  return sources;
}

inline std::shared_ptr<const Edition> edition_with(const Sources& files = {}) {
  auto built = build_edition(shipped_with(files));
  if (!built.edition) throw std::runtime_error(render_all(built.diagnostics, files));
  return built.edition;
}

// Asks a name and an amount, again and again.
inline const char* kCounting = R"(title: Counting
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  word: text up to 200
  times: number 0 to 1000, starts at 0

== start
Bot: Begin. #count01
-> round

== round
ask word
  Bot: Say a word. #count02
add 1 to times
Bot: That was {word}, number {times}. #count03
-> round
)";

}  // namespace attune::bot::testing
