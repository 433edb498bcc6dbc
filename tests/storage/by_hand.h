// A connection beside the product's that may change what it likes, and leaves right checksums.
#pragma once

#include <SQLiteCpp/Database.h>

#include <string>

#include "storage/sqlite/checked_vfs.h"

namespace attune::storage::test {

inline SQLite::Database by_hand(const std::string& path) {
  return {path, SQLite::OPEN_READWRITE, 0, sqlite::checked_vfs("")};
}

}  // namespace attune::storage::test
