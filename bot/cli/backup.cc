#include <filesystem>
#include <iostream>

#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "storage/sqlite/backup.h"

namespace attune::bot {

int backup(const std::string& data, const std::string& to) {
  if (const int code = needs_database(data); code != kOk) return code;
  const auto options = store_in(data);
  // Before the database: when that has its new copy, all of them are there.
  std::error_code error;
  const std::string access = data + "/access.db", to_access = to + ".access";
  const bool has_access = std::filesystem::exists(access, error);
  if (has_access)
    if (const auto done = storage::sqlite::backup_database(access, to_access); !done) return refuse(done.failure());
  const auto done = storage::sqlite::backup_with_keys(options.path, options.keys, to);
  if (!done) return refuse(done.failure());
  std::cout << "copied and checked: " << to << "\n";
  if (has_access) std::cout << "tokens and audit:   " << to_access << "\n";
  if (!std::filesystem::exists(options.keys, error)) return kOk;
  std::cout << "its keys:           " << to << ".keys\n"
            << "Keep the keys' copy somewhere else, and 7 days at most: as long as it is kept, people who were\n"
               "forgotten since can be read with it. Without " << options.key_file << " neither opens anything.\n";
  return kOk;
}

}  // namespace attune::bot
