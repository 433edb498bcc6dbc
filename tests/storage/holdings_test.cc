// Export is complete: every table and column of either database is in storage/holdings.h, or here with
// the reason why not.
#include <SQLiteCpp/Database.h>

#include <map>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

// Columns a person may ask for: read by holdings_reader.cc.
const std::map<std::string, std::vector<std::string>> kExported = {
    {"person", {"id", "version", "control", "texts", "at"}},
    {"conversation", {"id"}},
    {"address", {"sealed"}},
    {"timer", {"due"}},
    {"hand_off", {"at", "script", "reason", "what", "who", "taken", "over"}},
    {"turn", {"version", "at", "kind", "edition", "class", "event", "ended", "facts", "said", "reply"}},
    {"state", {"control", "texts"}},
};

const std::map<std::string, std::string> kLeftOut = {
    {"person.number", "a row's place"},
    {"person.due", "when a class in texts runs out, which follows from them"},
    {"conversation.number", "a row's place"},
    {"conversation.person", "whose it is, which the export says by its order"},
    {"address.hash", "a keyed hash of what is exported"},
    {"address.conversation", "a row's place"},
    {"place.*", "which of the exported addresses was written from last, and since when"},
    {"turn.number", "a row's place"},
    {"turn.conversation", "a row's place"},
    {"turn.previous", "a row's place"},
    {"turn.body", "a digest of what came in, to tell a retry from a clash"},
    {"turn.mark", "a random number that tells turns apart"},
    {"turn.due", "when the sweep looks at it, which follows from class and time"},
    {"state.number", "a row's place"},
    {"timer.conversation", "a row's place"},
    {"timer.number", "a row's place; what it is for is in the state"},
    {"hand_off.row", "a row's place"},
    {"hand_off.conversation", "a row's place"},
    {"hand_off.number", "a row's place"},
    {"hand_off.version", "the turn that began it, which is exported with its time"},
    {"hand_off.space", "the organisation, which stands in the address"},
    {"hand_off.urgent", "of the script's line, by which the staff's list is ordered"},
    {"outbox.*", "copies of replies that are exported, until they are sent, a day at most"},
    {"delivery.*", "whether a reply is on its way"},
    {"dead_letter.*", "that a reply, which is exported, did not reach a platform; 30 days"},
    {"event_a.*", "keyed hashes of event ids, 16 days at most"},
    {"event_b.*", "keyed hashes of event ids, 16 days at most"},
    {"tombstone.*", "of people of whom nothing else is left"},
    {"fact.*", "of the file, not of a person"},
    {"word.*", "names of scripts' editions, kinds and classes, shared by all"},
    {"edition.*", "what was published"},
    {"activation.*", "what was published when, by which member of staff"},
    {"keys.fact.*", "of the file, not of a person"},
    {"keys.person.*", "the key of the words that are exported; handing it out would serve nobody"},
    {"keys.period.*", "shared by all who said something on a day"},
};

bool accounted_for(const std::string& prefix, const std::string& table, const std::string& column) {
  if (kLeftOut.count(prefix + table + ".*") || kLeftOut.count(prefix + table + "." + column))
    return true;
  const auto exported = kExported.find(prefix + table);
  return exported != kExported.end() && std::count(exported->second.begin(), exported->second.end(), column);
}

std::vector<std::string> missing(const std::string& path, const std::string& prefix) {
  std::vector<std::string> found;
  SQLite::Database database(path);
  SQLite::Statement columns(database,
                            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'");
  int all = 0;
  for (; columns.executeStep(); ++all) {
    const std::string table = columns.getColumn(0), column = columns.getColumn(1);
    if (!accounted_for(prefix, table, column)) found.push_back(prefix + table + "." + column);
  }
  CHECK(all > 5);
  return found;
}

}  // namespace

TEST_CASE("every column that could hold something of a person is exported, or has a reason",
          "[storage][holdings]") {
  SqliteWorld world;
  CHECK(missing(world.options.path, "") == std::vector<std::string>{});
  CHECK(missing(world.folder / "keys.db", "keys.") == std::vector<std::string>{});
  // A table that nobody thought of is found.
  by_hand(world.options.path)
      .exec("CREATE TABLE diary (person INTEGER, words BLOB)");
  CHECK(missing(world.options.path, "") ==
        std::vector<std::string>{"diary.person", "diary.words"});
}

TEST_CASE("an export beside a running store, read by itself", "[storage][holdings]") {
  SqliteWorld world;
  Speaker ada("ada");
  REQUIRE(say(world.store(), ada, "one", "ev-1") == Commit::kDone);
  const auto view = view_of(world.options);
  REQUIRE(view);
  CHECK((*(*view)->find(ada.address))->person == ada.where.person);
  CHECK((*(*view)->holdings(ada.where.person))->conversations.at(0).turns.at(0).said == "one");
  REQUIRE(say(world.store(), ada, "two") == Commit::kDone);
  CHECK((*(*view)->load(ada.where.conversation))->version == 2);
  REQUIRE(world.store().forget(ada.where.person));
  // Its rows are gone from the next read on, its key from every file.
  CHECK_FALSE((*view)->holdings(ada.where.person)->has_value());
}
