// Whom a publication touches: every script under way now, and what becomes of it.
//
// Reads the newest state of every conversation, a page at a time, while turns go on; so it is a count of
// about now. Words of people are not read. Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "bot/turn/editions.h"

namespace attune::bot {

struct Impact {
  struct Count {
    std::size_t runs = 0;
    std::size_t same = 0;      // already on this edition
    std::size_t reworded = 0;  // same structure: the new words at the next message
    std::size_t stay = 0;      // finish on their edition
    // Moved at their next question; where their present one would lead:
    std::size_t same_line = 0, by_moved = 0, scene_start = 0, asked = 0;
    std::size_t at_call = 0;  // wait for a script they called: when they ask again
    void add(const Count& other);
  };
  Count all;
  std::map<std::string, Count> scripts;
  std::map<std::string, std::size_t> lost_reminders;  // by the script they call, which `next` does not have
};

// What `next` would do if it were made live now, with or without moving runs.
Result<Impact> impact_of(const Edition& next, bool move, Editions& editions, storage::Store& store);

// For people.
std::string told(const Impact& impact, bool move);

}  // namespace attune::bot
