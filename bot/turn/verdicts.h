// Which editions this very program has proved, so that it need not do so again at every start: the
// proofs are most of what building an edition costs.
//
// Kept in DATA/proved, a line for each of the newest 64: the SHA-256 of the program's own file and the
// edition's hash, which names every byte of its sources. Another build believes none of them. A file
// that cannot be read or written only costs the time. Whoever may write there may write the database
// too. Thread-safe.
#pragma once

#include <deque>
#include <mutex>
#include <string>

#include "bot/turn/edition.h"

namespace attune::bot {

class Verdicts {
 public:
  explicit Verdicts(const std::string& data_folder);

  bool holds(const std::string& edition) const;
  void keep(const std::string& edition);

 private:
  const std::string file_;
  const std::string program_;  // "" if its file cannot be read: nothing is believed then
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;  // oldest first
};

// As build_edition(), without the check where the verdict holds; such an edition has no warnings. What
// was proved is kept.
BuiltEdition build_proved(Sources sources, Verdicts& verdicts);

}  // namespace attune::bot
