// The edition that is served, the older ones that running exercises still hold, and what was live when.
//
// A new edition is built whole beside the old one and swapped in; a broken one changes nothing. Every
// edition that went live is kept in the store with who made it live and why, so that a run finds it
// again after a restart, and a restart knows what to serve.
//
// Thread-safe: live(), leaves() and find() from any thread; activate() and replace() too, one after
// another.
#pragma once

#include <functional>
#include <list>
#include <map>
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

  // Nothing of it is served.
  BuiltEdition build(Sources sources) const { return build_(std::move(sources)); }

  // Whoever made an edition live after this one was live for the last time wanted runs to go over to
  // what is live at their next question.
  bool leaves(const std::string& hash) const;

  // The edition of that hash, from memory or the store; null if it is not kept or no longer builds. A
  // failure says that the store could not be read: nobody's exercise is lost for that.
  Result<std::shared_ptr<const Edition>> find(const std::string& hash);

  // Kept, noted, served. `note` needs hash and previous of nobody: both are filled in. If
  // `expected` is not "" and no longer live, nothing happens: kRefused.
  Result<Nothing> activate(std::shared_ptr<const Edition> next, storage::Activation note,
                           const std::string& expected = "");

  // Builds and, if nothing is wrong, serves. What was wrong comes back either way. `who` reads files.
  BuiltEdition replace(Sources sources, std::int64_t now, const std::string& who = "signal");

 private:
  void remember(std::shared_ptr<const Edition> edition);  // holding mutex_
  void note(const storage::Activation& made);             // holding mutex_

  storage::Store& store_;
  const Builder build_;
  std::mutex publishing_;  // one activation after another

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Edition> live_;
  std::list<std::shared_ptr<const Edition>> older_;  // at most 8, newest used first
  std::map<std::string, int> last_live_;             // hash -> number of its last activation
  int activations_ = 0;
  int last_moving_ = 0;  // number of the last that moves runs
};

}  // namespace attune::bot
