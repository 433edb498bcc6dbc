#include <filesystem>
#include <iostream>

#include "bot/cli/commands.h"
#include "storage/sqlite/backup.h"

namespace attune::bot {

int backup(const std::string& data, const std::string& to) {
  const std::string database = data + "/attune.db";
  std::error_code error;
  if (!std::filesystem::exists(database, error)) {
    std::cerr << "there is no database " << database << ": say where it is with --data\n";
    return kMissingInput;
  }
  const auto done = storage::sqlite::backup_database(database, to);
  if (!done) {
    std::cerr << done.failure().what << "\n";
    return kDisk;
  }
  std::cout << "copied and checked: " << to << "\n"
            << "The words in it can only be read with " << data << "/seal.key. Keep the key's copy somewhere else.\n";
  return kOk;
}

}  // namespace attune::bot
