// attune why: what decided a turn of a real conversation. Beside a running server or without one.
#include <iostream>
#include <map>

#include "bot/access/audit.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/turn/person.h"
#include "bot/turn/why.h"

namespace attune::bot {
namespace {

// Built once each; null if it is not kept or no longer builds.
std::shared_ptr<const Edition> found(storage::Lookup& view, std::map<std::string, std::shared_ptr<const Edition>>& built, const std::string& hash) {
  if (const auto known = built.find(hash); known != built.end()) return known->second;
  const auto kept = view.edition(hash);
  auto& edition = built[hash];
  if (kept && *kept) edition = build_edition((*kept)->files).edition;
  return edition;
}

}  // namespace

int show_why(const std::string& data, const std::string& who, std::uint64_t turn) {
  if (const int code = needs_database(data); code != kOk) return code;
  const auto view = storage::view_of(store_in(data));
  if (!view) return refuse(view.failure());
  const auto person = person_named(**view, who);
  if (!person) return refuse(person.failure());
  std::optional<storage::Holdings> holdings;
  if (*person) {
    auto read = (*view)->holdings(**person);
    if (!read) return refuse(read.failure());
    holdings = std::move(*read);
  }
  const storage::HeldTurn* asked = holdings ? turn_named(*holdings, who, turn) : nullptr;
  if (asked == nullptr) {
    std::cerr << "attune: there is " << (holdings ? "no turn " + std::to_string(turn) + " of " : "nobody called ") << who << " in " << data << "\n";
    return kMissingInput;
  }
  if (const auto noted = note_in_audit(data, "why", holdings->person); !noted) return refuse(noted.failure());
  std::map<std::string, std::shared_ptr<const Edition>> built;
  std::cout << in_words(why(*asked, [&](const std::string& hash) { return found(**view, built, hash); }));
  return kOk;
}

}  // namespace attune::bot
