// The vault as an operator would lose it: parts that are missing, damaged or another's, and a change of
// the key that broke off.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>

#include "storage/vault/key_file.h"
#include "tests/storage/by_hand.h"
#include "tests/storage/safe.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

TEST_CASE("a vault whose parts do not belong together is refused by name, and nothing is made",
          "[storage][vault]") {
  Safe safe;
  safe.keep(random_id());
  const std::string path = safe.folder / "keys.db", key_file = safe.folder / "seal.key";
  SECTION("keys.db is missing") {
    safe.vault.reset();
    std::filesystem::remove(path);
    const Failure failure = safe.refused();
    CHECK(failure.kind == Failure::Kind::kRefused);
    CHECK_THAT(failure.what, Contains(path + " is missing"));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  SECTION("keys.db is empty, as an interrupted copy leaves it") {
    safe.vault.reset();
    std::filesystem::remove(path);
    std::ofstream(path).flush();
    CHECK_THAT(safe.refused().what, Contains("is missing"));
    CHECK(std::filesystem::file_size(path) == 0);
  }
  SECTION("the key file is missing") {
    safe.vault.reset();
    std::filesystem::remove(key_file);
    const Failure failure = safe.refused();
    CHECK(failure.kind == Failure::Kind::kRefused);
    CHECK_THAT(failure.what, Contains(key_file + " is missing"));
    CHECK_FALSE(std::filesystem::exists(key_file));
  }
  SECTION("the key file is another") {
    safe.vault.reset();
    std::filesystem::remove(key_file);
    { Safe other; std::filesystem::copy(other.folder / "seal.key", key_file); }
    const Failure failure = safe.refused();
    CHECK(failure.kind == Failure::Kind::kRefused);
    CHECK_THAT(failure.what, Contains("does not open " + path));
  }
  SECTION("keys.db is somebody else's database") {
    safe.vault.reset();
    std::filesystem::remove(path);
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (a)");
    const Failure failure = safe.refused();
    CHECK(failure.kind == Failure::Kind::kDamaged);
    CHECK_THAT(failure.what, Contains(path));
  }
  SECTION("keys.db is damaged") {
    for (int i = 0; i < 200; ++i) safe.keep(random_id());
    safe.vault.reset();
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(3 * 4096)
        << std::string(2048, '\xA5');
    const Failure failure = safe.refused();
    CHECK(failure.kind == Failure::Kind::kDamaged);
    CHECK_THAT(failure.what, Contains(path));
  }
}

TEST_CASE("one damaged key is nobody's: no text opens, and none is made in its place",
          "[storage][vault]") {
  Safe safe;
  const Id ada = random_id(), ben = random_id();
  safe.keep(ada);
  safe.keep(ben);
  safe.vault.reset();
  const auto change = [&](const std::string& sql) {
    by_hand(safe.folder / "keys.db").exec(sql);
  };
  SECTION("a bit of it") {
    change("UPDATE person SET key = substr(key, 1, 60) || x'00'");
    safe.reopen();
    CHECK_THROWS_AS(safe.vault->find(ada), KeysFailure);
    CHECK_THROWS_AS(safe.vault->take(ada), KeysFailure);
  }
  SECTION("the other's, swapped in: it is bound to its row") {
    change("UPDATE person SET key = (SELECT max(key) FROM person)");
    safe.reopen();
    int wrong = 0;
    for (const Id& who : {ada, ben}) try {
        safe.vault->take(who);
      } catch (const KeysFailure&) {
        ++wrong;
      }
    CHECK(wrong == 1);
  }
  SECTION("the key of lookups") {
    change("UPDATE fact SET value = substr(value, 1, 60) || x'00' WHERE name = 'lookup'");
    CHECK(safe.refused().kind == Failure::Kind::kDamaged);
  }
}

TEST_CASE("a systemd credential stands in for the key file", "[storage][vault]") {
  Safe safe;
  const Id ada = random_id();
  const std::string sealed = safe.keep(ada)->seal("", 0, "row", "words");
  safe.vault.reset();
  std::filesystem::create_directory(safe.folder / "credentials");
  std::filesystem::rename(safe.folder / "seal.key", safe.folder / "credentials/attune-kek");
  VaultOptions options = safe.options();
  options.credential = safe.folder / "credentials/attune-kek";
  REQUIRE(::chmod(options.credential.c_str(), 0440) == 0);
  const auto opened = Vault::open(options, safe.check);
  REQUIRE(opened);
  CHECK((*opened)->take(ada)->open("", "row", sealed) == "words");
  CHECK_FALSE(std::filesystem::exists(safe.folder / "seal.key"));
  const auto rotated = (*opened)->rotate();
  REQUIRE_FALSE(rotated);
  CHECK_THAT(rotated.failure().what, Contains("systemd"));
}

TEST_CASE("changing the key wraps anew and touches no text", "[storage][vault]") {
  Safe safe;
  const Id ada = random_id(), gone = random_id();
  const std::string sealed = safe.keep(ada)->seal("", 0, "row", "words");
  const std::string dated = safe.keep(ada)->seal("86400", kMonday, "row", "words");
  safe.keep(random_id());
  safe.forget(gone);
  const Digest hash = safe.vault->keyed_hash("address", "ada");
  const std::string old_file = safe.bytes("seal.key");
  REQUIRE(safe.vault->rotate());
  CHECK(safe.bytes("seal.key") != old_file);
  CHECK_FALSE(std::filesystem::exists(safe.folder / "seal.key.next"));
  safe.keep(random_id());  // goes on under the new one
  safe.reopen();
  CHECK(safe.vault->take(ada)->open("", "row", sealed) == "words");
  CHECK(safe.vault->take(ada)->open("86400", "row", dated) == "words");
  CHECK(safe.vault->keyed_hash("address", "ada") == hash);
  CHECK_FALSE(safe.vault->take(gone));
  SECTION("and the old one opens nothing any more") {
    safe.vault.reset();
    std::ofstream(safe.folder / "seal.key") << old_file;
    CHECK_THAT(safe.refused().what, Contains("does not open"));
  }
}

TEST_CASE("a change of the key that broke off is finished, or forgotten, by the next start",
          "[storage][vault]") {
  Safe safe;
  const Id ada = random_id();
  const std::string sealed = safe.keep(ada)->seal("", 0, "row", "words");
  const std::string old_file = safe.bytes("seal.key");
  SECTION("after the new file was made: the old one counts") {
    REQUIRE(make_key_file(safe.folder / "seal.key.next"));
    safe.reopen();
    CHECK(safe.bytes("seal.key") == old_file);
    CHECK_FALSE(std::filesystem::exists(safe.folder / "seal.key.next"));
  }
  SECTION("after keys.db changed over: the new one counts") {
    REQUIRE(safe.vault->rotate());
    const std::string new_file = safe.bytes("seal.key");
    safe.vault.reset();
    std::filesystem::rename(safe.folder / "seal.key", safe.folder / "seal.key.next");
    std::ofstream(safe.folder / "seal.key") << old_file;
    REQUIRE(::chmod((safe.folder / "seal.key").c_str(), 0600) == 0);
    SECTION("for whoever only reads, without putting it in place") {
      const auto reading = Vault::open_to_read(safe.options());
      REQUIRE(reading);
      CHECK((*reading)->find(ada)->open("", "row", sealed) == "words");
      CHECK(safe.bytes("seal.key") == old_file);
    }
    safe.reopen();
    CHECK(safe.bytes("seal.key") == new_file);
    CHECK_FALSE(std::filesystem::exists(safe.folder / "seal.key.next"));
  }
  CHECK(safe.vault->take(ada)->open("", "row", sealed) == "words");
}
