// The edition that is served, and the older ones that running exercises still hold.
//
// A new edition is built whole beside the old one and swapped in; a broken one changes nothing. Every
// edition that went live is kept in the store, so that a run finds it again after a restart.
// Thread-safe: live() and find() from any thread; replace() by one caller at a time.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "bot/turn/edition.h"
#include "storage/store.h"

namespace attune::bot {

class Editions {
 public:
  using Builder = std::function<BuiltEdition(Sources)>;  // a test that publishes much remembers
  Editions(storage::Store& store, std::shared_ptr<const Edition> first, Builder build = build_edition);

  std::shared_ptr<const Edition> live() const;

  // The edition of that hash, from memory or the store; null if it is not kept or no longer builds. A
  // failure says that the store could not be read: nobody's exercise is lost for that.
  Result<std::shared_ptr<const Edition>> find(const std::string& hash);

  // Builds and, if nothing is wrong, serves. What was wrong comes back either way.
  BuiltEdition replace(Sources sources, std::int64_t now);

 private:
  storage::Store& store_;
  const Builder build_;
  void remember(std::shared_ptr<const Edition> edition);  // holding mutex_

  mutable std::mutex mutex_;  // guards the two below
  std::shared_ptr<const Edition> live_;
  std::list<std::shared_ptr<const Edition>> older_;  // at most 8, newest used first
};


}  // namespace attune::bot
