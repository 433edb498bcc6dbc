// attune key rotate: a new key-encryption key.
#include <iostream>

#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"

namespace attune::bot {

int rotate_key(const std::string& data) {
  if (const int code = needs_database(data); code != kOk) return code;
  auto options = store_in(data);
  options.tell = [](const std::string& what) { std::cout << what << "\n"; };
  const auto done = storage::SqliteStore::rotate_key(options);
  if (!done) return refuse(done.failure());
  std::cout << "There is a new key in " << options.key_file
            << "; every person's key was wrapped with it, no text was touched.\n"
               "Copy it now to a safe place. Keep the copy of the old one as long as you keep a backup of "
               "keys.db from before (7 days at most), then destroy it.\n";
  return kOk;
}

}  // namespace attune::bot
