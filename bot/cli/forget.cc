#include "bot/cli/forget.h"

#include <iostream>

#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/cli/person.h"

namespace attune::bot {

Result<std::optional<storage::Id>> forget_person(storage::Store& store, const std::string& who) {
  const auto person = person_named(store, who);
  if (!person || !*person) return person;
  const auto done = store.forget(**person);
  if (!done) return done.failure();
  return person;
}

int forget(const std::string& data, const std::string& who) {
  if (const int code = needs_database(data); code != kOk) return code;
  auto store = storage::SqliteStore::open(store_in(data));
  if (!store) return refuse(store.failure());
  const auto done = forget_person(**store, who);
  if (!done) return refuse(done.failure());
  (*store)->close();  // the log goes with it
  if (!*done) {
    std::cerr << "attune: there is nobody called " << who << " in " << data << "\n";
    return kMissingInput;
  }
  std::cout << "forgotten: " << storage::hex(**done)
            << "\nNothing here can be read any more. What cannot be reached from here is listed in "
               "deploy/PRIVACY.md.\n";
  return kOk;
}

}  // namespace attune::bot
