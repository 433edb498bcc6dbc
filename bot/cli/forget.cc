#include "bot/cli/forget.h"

#include <iostream>

#include "bot/access/audit.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/turn/person.h"
#include "bot/cli/running_server.h"
#include "bot/http/percent.h"

namespace attune::bot {

Result<std::optional<storage::Id>> forget_person(storage::Store& store, const std::string& who) {
  const auto person = person_named(store, who);
  if (!person || !*person) return person;
  const auto done = store.forget(**person);
  if (!done) return done.failure();
  return person;
}

namespace {

int nobody(const std::string& data, const std::string& who) {
  std::cerr << "attune: there is nobody called " << who << " in " << data << "\n";
  return kMissingInput;
}

int forgotten(const std::string& who) {
  std::cout << "forgotten: " << who
            << "\nNothing here can be read any more. What cannot be reached from here is listed in "
               "deploy/PRIVACY.md.\n";
  return kOk;
}

// By the server that has the folder open: it writes the audit as well.
int forget_there(const RunningServer& server, const std::string& data, const std::string& who) {
  const auto answer = server.remove("/v1/people/" + percent_escaped(who));
  switch (answer.status) {
    case 204: return forgotten(who);
    case 404: return nobody(data, who);
    case 400: return refuse({Failure::Kind::kRefused, "a person is given as channel:account:place[:thread], or by an id"});
    default: return refuse({Failure::Kind::kUnavailable, "the running server could not do it (" + std::to_string(answer.status) + "); its log says why"});
  }
}

}  // namespace

int forget(const std::string& data, const std::string& who) {
  if (const int code = needs_database(data); code != kOk) return code;
  if (const auto server = RunningServer::find(data)) return forget_there(*server, data, who);
  auto store = storage::SqliteStore::open(store_in(data));
  if (!store) return refuse(store.failure());
  const auto done = forget_person(**store, who);
  if (!done) return refuse(done.failure());
  (*store)->close();  // the log goes with it
  if (!*done) return nobody(data, who);
  if (const auto noted = note_in_audit(data, "forget", **done); !noted) return refuse(noted.failure());
  return forgotten(storage::hex(**done));
}

}  // namespace attune::bot
