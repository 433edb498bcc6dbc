#include "storage/sqlite/schema.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <catch2/catch.hpp>

#include "tests/storage/temp_folder.h"

using namespace attune;
using namespace attune::storage::sqlite;
using namespace attune::storage::test;

namespace {

SQLite::Database open(const TempFolder& folder) {
  return SQLite::Database(folder / "db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
}

int version(SQLite::Database& database) {
  return database.execAndGet("PRAGMA user_version").getInt();
}

}  // namespace

TEST_CASE("the product's migrations are numbered without gaps and give a sound file",
          "[storage][schema]") {
  TempFolder folder;
  auto database = open(folder);
  int number = 0;
  for (const Migration& step : migrations()) CHECK(step.number == ++number);
  REQUIRE(migrate(database, "db", migrations()));
  REQUIRE(migrate(database, "db", migrations()));  // nothing to do
  CHECK(version(database) == number);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("a migration that breaks off leaves whole steps, and goes on from there",
          "[storage][schema]") {
  TempFolder folder;
  auto database = open(folder);
  const Migration broken[] = {{1, "CREATE TABLE a (x)"},
                              {2, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"},
                              {3, "CREATE TABLE c (x)"}};
  CHECK_THROWS_AS(migrate(database, "db", broken), SQLite::Exception);
  CHECK(version(database) == 1);
  CHECK(database.tableExists("a"));
  CHECK_FALSE(database.tableExists("b"));
  const Migration mended[] = {
      {1, "CREATE TABLE a (x)"}, {2, "CREATE TABLE b (x)"}, {3, "CREATE TABLE c (x)"}};
  REQUIRE(migrate(database, "db", mended));
  CHECK(version(database) == 3);
  CHECK(database.tableExists("c"));
  SECTION("a file from the future is refused") {
    const auto old = migrate(database, "db", std::span(mended).first(2));
    REQUIRE_FALSE(old);
    CHECK(old.failure().kind == Failure::Kind::kRefused);
  }
}
