// The file of accounts: what is in it comes back, and others cannot read it.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "bot/channels/account.h"
#include "bot/channels/account_book.h"
#include "tests/storage/temp_folder.h"

using namespace attune;
using namespace attune::bot;

TEST_CASE("accounts come back as they were put") {
  storage::test::TempFolder folder;
  Accounts accounts;
  accounts.put({"telegram", "default", {{"token", "1:a\"ä"}, {"secret", "s"}}});
  accounts.put({"slack", "clinic", {{"bot_token", "x"}}});
  accounts.put({"telegram", "default", {{"token", "2:b"}}});
  REQUIRE(accounts.write(folder / "."));
  const auto read = Accounts::read(folder / ".");
  REQUIRE(read);
  REQUIRE(read->all().size() == 2);
  CHECK(read->all()[0].channel == "slack");
  CHECK(read->find("telegram", "default")->at("token") == "2:b");
  CHECK(read->find("telegram", "default")->at("secret").empty());
  CHECK(read->find("telegram", "other") == nullptr);
  struct stat info {};
  REQUIRE(::stat((folder / "channels.json").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("no file is no account; one that others can read, or that is something else, is refused") {
  storage::test::TempFolder folder;
  REQUIRE(Accounts::read(folder / "."));
  CHECK(Accounts::read(folder / ".")->all().empty());
  const std::string path = folder / "channels.json";
  for (const char* text : {"[]", "{\"telegram\": 1}", "{\"telegram\": {\"default\": {\"token\": 1}}}", "{", "{\"a\":{},\"a\":{}}"}) {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0600);
    const auto read = Accounts::read(folder / ".");
    REQUIRE_FALSE(read);
    CHECK(read.failure().kind == Failure::Kind::kRefused);
  }
  std::ofstream(path) << "{}";
  ::chmod(path.c_str(), 0640);
  const auto read = Accounts::read(folder / ".");
  REQUIRE_FALSE(read);
  CHECK(read.failure().kind == Failure::Kind::kRefused);
}

TEST_CASE("the book knows how each account is doing, and nothing of one that is gone") {
  Accounts accounts;
  accounts.put({"telegram", "default", {}});
  AccountBook book(accounts);
  const Account account = book.accounts()->all().front();
  book.arrived(account, 10, 2, 1, false);
  book.refused(account, 12);
  const auto standing = book.standings().front();
  CHECK(standing.last_in == 10);
  CHECK(standing.taken == 2);
  CHECK(standing.refused == 1);
  CHECK(standing.last_error == "signature");
  CHECK(standing.last_error_at == 12);
  book.reload(Accounts());
  CHECK(book.standings().empty());
}

TEST_CASE("a file written again is taken without being told; a bad one changes nothing") {
  storage::test::TempFolder folder;
  Accounts accounts;
  accounts.put({"twilio", "default", {{"auth_token", "a"}}});
  REQUIRE(accounts.write(folder / "."));
  AccountBook book(*Accounts::read(folder / "."), folder / ".");
  book.look();
  CHECK(book.accounts()->all().size() == 1);
  accounts.put({"directline", "default", {{"secret", "b"}}});
  REQUIRE(accounts.write(folder / "."));
  book.look();
  CHECK(book.accounts()->all().size() == 2);
  std::ofstream(folder / "channels.json") << "{ oh";
  book.look();
  CHECK(book.accounts()->all().size() == 2);
}
