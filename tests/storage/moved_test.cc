// Sealed texts moved by hand within one person's rows: each is bound to its own place, so there it
// is gone, and no other words appear in its stead.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <set>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;

namespace {

// One sealed value in the file.
struct Cell {
  const char* table;
  const char* column;
  int number;
  std::string name() const {
    return std::string(table) + "/" + std::to_string(number) + "/" + column;
  }
};

std::string sealed_in(SQLite::Database& database, const Cell& cell) {
  SQLite::Statement read(database, std::string("SELECT ") + cell.column + " FROM " + cell.table +
                                       " WHERE number = " + std::to_string(cell.number));
  REQUIRE(read.executeStep());
  REQUIRE_FALSE(read.getColumn(0).isNull());
  return read.getColumn(0).getString();
}

void put(SQLite::Database& database, const Cell& cell, const std::string& sealed) {
  SQLite::Statement write(database, std::string("UPDATE ") + cell.table + " SET " + cell.column +
                                        " = ?1 WHERE number = " + std::to_string(cell.number));
  write.bind(1, sealed.data(), static_cast<int>(sealed.size()));
  REQUIRE(write.exec() == 1);
}

// One person with two conversations of three turns, their numbers in the file 1 to 3 and 4 to 6,
// all words of one class, and a memory that was written twice.
struct OnePerson {
  OnePerson() {
    other.where.person = ada.where.person;
    remember("first memory");
    place.close();
    {
      auto database = by_hand(place.folder / "attune.db");
      first_memory = sealed_in(database, {"person", "texts", 1});
    }
    place.reopen();
    remember("second memory");
    REQUIRE(say(place.store(), ada, "c") == Commit::kDone);
    other.person_version = ada.person_version;
    for (const char* said : {"d", "e", "f"})
      REQUIRE(say(place.store(), other, said, said) == Commit::kDone);
  }

  void remember(const std::string& text) {
    Turn turn = ada.turn(ada.version == 0 ? "a" : "b");
    turn.person = Kept{"", {{"", text}}};
    REQUIRE(commit(place.store(), turn) == Commit::kDone);
    ++ada.version;
    ++ada.person_version;
  }

  // What can be read, by the cell it comes from; each by every way there is.
  using Readings = std::map<std::string, std::set<std::string>>;
  Readings read() {
    Readings readings;
    int number = 1;
    const auto held = *place.store().holdings(ada.where.person);
    REQUIRE(held);
    REQUIRE(held->conversations.size() == 2);
    const auto text = [](const Kept& kept) {
      return kept.texts.empty() ? std::string() : kept.texts.begin()->second;
    };
    readings["person/1/texts"].insert(text(held->memory));
    for (const Speaker* speaker : {&ada, &other}) {
      const auto& mine = held->conversations[speaker == &ada ? 0 : 1];
      REQUIRE((mine.id == speaker->where.conversation));
      const auto snapshot = *place.store().load(mine.id);
      const auto entries = *place.store().transcript(mine.id, 0, 10);
      REQUIRE(snapshot);
      REQUIRE(entries.size() == 3);
      for (std::size_t i = 0; i < entries.size(); ++i, ++number) {
        auto& said = readings[Cell{"turn", "said", number}.name()];
        auto& reply = readings[Cell{"turn", "reply", number}.name()];
        said = {entries[i].said, mine.turns[i].said};
        reply = {entries[i].reply, mine.turns[i].reply};
        const std::string event(1, static_cast<char>('a' + number - 1));
        if (speaker == &other)
          reply.insert((*place.store().replied({"rest", "default", event}))->reply);
      }
      readings[Cell{"state", "texts", number - 1}.name()] = {text(snapshot->conversation),
                                                             text(mine.state)};
      readings["person/1/texts"].insert(text(snapshot->person));
    }
    return readings;
  }

  SqliteWorld place;
  Speaker ada{"ada"}, other{"ada, elsewhere"};
  std::string first_memory;  // as it was sealed
};

}  // namespace

TEST_CASE("a sealed text that was moved within its person's own rows is gone, and nothing else is",
          "[storage][damage]") {
  const auto [one, two] = GENERATE(table<Cell, Cell>({
      {{"turn", "said", 2}, {"turn", "said", 3}},
      {{"turn", "said", 2}, {"turn", "reply", 2}},
      {{"turn", "reply", 1}, {"turn", "reply", 3}},
      {{"turn", "said", 2}, {"turn", "said", 5}},  // the same place in another conversation
      {{"turn", "reply", 3}, {"turn", "reply", 6}},
      {{"state", "texts", 3}, {"state", "texts", 2}},  // the newest, and one that was superseded
      {{"state", "texts", 3}, {"state", "texts", 6}},
      {{"person", "texts", 1}, {"state", "texts", 3}},
  }));
  INFO(one.name() << " and " << two.name());
  OnePerson world;
  auto expected = world.read();
  REQUIRE(expected["turn/2/said"] == std::set<std::string>{"b"});
  REQUIRE(expected["turn/5/reply"] == std::set<std::string>{"reply to e"});
  REQUIRE(expected["state/3/texts"] == std::set<std::string>{"state of c"});
  REQUIRE(expected["person/1/texts"] == std::set<std::string>{"second memory"});
  world.place.close();
  {
    auto database = by_hand(world.place.folder / "attune.db");
    const std::string first = sealed_in(database, one);
    put(database, one, sealed_in(database, two));
    put(database, two, first);
  }
  world.place.reopen();
  for (const Cell& cell : {one, two})
    if (expected.count(cell.name())) expected[cell.name()] = {""};
  CHECK(world.read() == expected);
}

TEST_CASE("an older memory in the place of the newer one is gone", "[storage][damage]") {
  OnePerson world;
  auto expected = world.read();
  world.place.close();
  {
    auto database = by_hand(world.place.folder / "attune.db");
    put(database, {"person", "texts", 1}, world.first_memory);
  }
  world.place.reopen();
  expected["person/1/texts"] = {""};
  CHECK(world.read() == expected);
}
