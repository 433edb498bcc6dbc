// A connection beside the product's that may change what it likes, and leaves right checksums.
#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

#include "storage/sqlite/checked_vfs.h"

namespace attune::storage::test {

inline SQLite::Database by_hand(const std::string& path) {
  return {path, SQLite::OPEN_READWRITE, 0, sqlite::checked_vfs("")};
}

// What step 005 and later ones brought, for tests that make a file of before.
inline constexpr const char* kDropsSince005 =
    "DROP TABLE timer; DROP TABLE outbox; DROP TABLE delivery; DROP TABLE dead_letter; DROP TABLE activation; DROP TABLE place; DROP TABLE hand_off;";

}  // namespace attune::storage::test
