#include "bot/cli/data_folder.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "bot/cli/commands.h"

namespace attune::bot {

storage::SqliteOptions store_in(const std::string& data) {
  storage::SqliteOptions options;
  options.path = data + "/attune.db";
  options.keys = data + "/keys.db";
  options.key_file = data + "/seal.key";
  // Set by systemd for a unit with LoadCredential= or LoadCredentialEncrypted=.
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr && *folder != '\0')
    options.credential = std::string(folder) + "/attune-kek";
  return options;
}

int needs_database(const std::string& data) {
  std::error_code error;
  if (std::filesystem::exists(data + "/attune.db", error)) return kOk;
  std::cerr << "attune: there is no database " << data << "/attune.db: say where it is with --data\n";
  return kMissingInput;
}

int refuse(int code, const std::string& why) {
  std::cerr << "attune: " << why << "\n";
  return code;
}

int refuse(const Failure& failure) {
  std::cerr << "attune: " << failure.what << "\n";
  switch (failure.kind) {
    case Failure::Kind::kInUse: return kInUse;
    case Failure::Kind::kRefused: return kConfig;
    case Failure::Kind::kUnavailable:
    case Failure::Kind::kDamaged: break;
  }
  return kDisk;
}

}  // namespace attune::bot
