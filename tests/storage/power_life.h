// A seeded life of a store, written down by crash_vfs.h with what the test knew at each moment; and
// the judgement over what a power cut left of it.
//
// The life holds what the product does to its disk: the first start with key and migration, single
// turns and many at once, checkpoints, editions, sweeps, backups, forgetting, stopping and
// starting. Its notes in the log say what was asked and what was acknowledged, so a saved log can
// be judged again without the life.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/disk_log.h"

namespace attune::storage::test {

// `folder` must be empty. Throws std::runtime_error if something fails that must not.
DiskLog live(const std::string& folder, std::uint64_t seed);

// What is known at a point of a log.
struct Facts {
  struct Asked {  // a turn; its number is its place in `turns`
    std::string keep_class;
    std::size_t size = 0;  // of what was said
    bool memory = false;   // it changed the person's memory
  };
  struct Person {
    Id id{}, conversation{};
    std::vector<Asked> turns;
    Version kept = 0;  // acknowledged up to here
    bool forget_asked = false, forgotten = false;
  };
  struct KeptEdition {
    std::size_t size = 0;
    bool kept = false;
  };
  std::string phase = "first start";
  std::map<std::string, Person> people;  // by the place of their address
  std::map<std::string, KeptEdition> editions;
  std::set<std::string> lapsing, lapsed;  // whose short texts a sweep may, or must, have taken
  std::map<std::string, Version> copying;
  std::optional<std::map<std::string, Version>> copied;  // what the backup must at least hold

  void note(const std::string& text);
};

// Everything that is wrong with the files in `folder`, given what was known; empty if nothing is.
// Starts the store on them, as after a power cut, and lets every client retry.
struct Verdict {
  std::vector<std::string> wrong;
  std::size_t lost = 0;  // acknowledged turns that are not there
};
Verdict judge(const std::string& folder, const Facts& facts);

// Starts the store on the files and stops it; what it says if it will not.
std::string start_only(const std::string& folder);

}  // namespace attune::storage::test
