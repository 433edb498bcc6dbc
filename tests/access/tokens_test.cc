// access.db: tokens by hash, a revoked one that stops within a second, an audit that cannot be changed.
#include "bot/access/tokens.h"

#include <SQLiteCpp/Database.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "bot/access/audit.h"
#include "bot/access/running_file.h"
#include "tests/storage/by_hand.h"

using namespace attune;
using namespace attune::bot;
using namespace std::chrono_literals;

namespace {

struct Folder {
  std::string path;
  Folder() {
    std::string made = (std::filesystem::temp_directory_path() / "attune-access-XXXXXX").string();
    REQUIRE(mkdtemp(made.data()) != nullptr);
    path = made;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

class StoodClock : public Clock {
 public:
  std::int64_t now() const override { return at; }
  std::int64_t at = 1'800'000'000;
};

std::unique_ptr<AccessFile> open(const Folder& folder) {
  auto file = AccessFile::open(folder.path);
  REQUIRE(file);
  return std::move(*file);
}

std::string give(AccessFile& file, const std::string& name, Role role, storage::Time made,
                 std::optional<storage::Time> expires = {}) {
  const std::string text = new_token_text();
  Token token;
  token.name = name;
  token.role = role;
  token.made = made;
  token.expires = expires;
  token.hash = storage::sha256(text);
  REQUIRE(file.add(token, "command line"));
  return text;
}

std::string all_bytes(const std::string& folder) {
  std::ostringstream all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  }
  return all.str();
}

}  // namespace

TEST_CASE("a token opens what its role says, until it ends or is revoked") {
  Folder folder;
  StoodClock clock;
  const auto file = open(folder);
  const std::string text = give(*file, "shop", Role::kIntegrator, clock.at);
  const std::string brief = give(*file, "guest", Role::kOperator, clock.at, clock.at + 60);
  auto tokens = Tokens::open(*file, clock, {passing_token("--token", Role::kIntegrator, "chosen")});
  REQUIRE(tokens);
  REQUIRE((*tokens)->check(text) != nullptr);
  CHECK((*tokens)->check(text)->role == Role::kIntegrator);
  CHECK((*tokens)->check("chosen")->name == "--token");
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == '0' ? '1' : '0';
    REQUIRE((*tokens)->check(other) == nullptr);
  }
  for (const std::string& wrong : {std::string(), text + "0", text.substr(1), std::string("Chosen")}) CHECK((*tokens)->check(wrong) == nullptr);
  CHECK((*tokens)->check(brief) != nullptr);
  clock.at += 60;
  CHECK((*tokens)->check(brief) == nullptr);
}

TEST_CASE("a change by another program is seen a second later at the latest") {
  Folder folder;
  StoodClock clock;
  const auto file = open(folder);
  const std::string text = give(*file, "shop", Role::kIntegrator, clock.at);
  auto tokens = Tokens::open(*file, clock, {});
  REQUIRE((*tokens)->check(text));
  const auto other = open(folder);  // another connection, as the command line's
  REQUIRE(other->revoke("shop", clock.at, "command line"));
  const std::string fresh = give(*other, "shop", Role::kIntegrator, clock.at);
  std::this_thread::sleep_for(1s);
  CHECK((*tokens)->check(text) == nullptr);
  CHECK((*tokens)->check(fresh) != nullptr);
}

TEST_CASE("what is kept of a token is its hash, and of its use the day") {
  Folder folder;
  StoodClock clock;
  const auto file = open(folder);
  const std::string text = give(*file, "shop", Role::kIntegrator, clock.at);
  auto tokens = Tokens::open(*file, clock, {});
  REQUIRE((*tokens)->check(text));
  CHECK(all_bytes(folder.path).find(text.substr(7)) == std::string::npos);
  const auto kept = file->tokens();
  REQUIRE(kept->size() == 1);
  CHECK(*kept->front().used % 86'400 == 0);
  CHECK(clock.at - *kept->front().used < 86'400);
  for (const char* name : {"/access.db", "/access.db-wal", "/access.db-shm"}) {
    struct stat info {};
    REQUIRE(::stat((folder.path + name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("two usable tokens of one name are refused, and so is revoking nobody's") {
  Folder folder;
  const auto file = open(folder);
  give(*file, "shop", Role::kIntegrator, 1);
  Token again;
  again.name = "shop";
  again.hash = storage::sha256("other");
  CHECK(file->add(again, "x").failure().kind == Failure::Kind::kRefused);
  CHECK(file->revoke("nobody", 2, "x").failure().kind == Failure::Kind::kRefused);
  REQUIRE(file->revoke("shop", 2, "x"));
  CHECK(file->revoke("shop", 3, "x").failure().kind == Failure::Kind::kRefused);
  give(*file, "shop", Role::kAuthor, 4);
  CHECK(file->tokens()->size() == 2);
  CHECK(file->audit({})->size() == 3);  // what was refused leaves no row
}

TEST_CASE("no row of the audit can be changed, and none of this year deleted") {
  Folder folder;
  const auto now = static_cast<storage::Time>(std::time(nullptr));
  {
    const auto file = open(folder);
    REQUIRE(file->note({now, "a", "export", "t", "done"}));
    REQUIRE(file->note({now - 400 * 86'400, "old", "export", "t", "done"}));
  }
  auto database = storage::test::by_hand(folder.path + "/access.db");
  CHECK_THROWS(database.exec("UPDATE audit SET who = 'b'"));
  CHECK_THROWS(database.exec("DELETE FROM audit WHERE who = 'a'"));
  CHECK_THROWS(database.exec("DELETE FROM audit"));
  CHECK(database.exec("DELETE FROM audit WHERE who = 'old'") == 1);
  CHECK(database.execAndGet("SELECT count(*) FROM audit").getInt() == 1);
}

TEST_CASE("refused logins come together, as a count, and none is lost at the end") {
  Folder folder;
  StoodClock clock;
  const auto file = open(folder);
  {
    Audit audit(*file, clock, 1h);
    for (int i = 0; i < 1'000; ++i) audit.refused_login();
    audit.later("server", "reload", "e", "done");
  }
  const auto rows = file->audit({"refused_logins", 0, 100});
  REQUIRE(rows);
  CHECK(rows->size() <= 2);
  int all = 0;
  for (const auto& row : *rows) all += std::stoi(row.result);
  CHECK(all == 1'000);
  CHECK(file->audit({"reload", 0, 100})->size() == 1);
}

TEST_CASE("DATA/running is there while its server runs, for its owner's eyes") {
  Folder folder;
  {
    const auto file = RunningFile::write(folder.path, "0.0.0.0", 8080, "attune_x");
    REQUIRE(file);
    struct stat info {};
    REQUIRE(::stat((folder.path + "/running").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto running = read_running(folder.path);
    REQUIRE(running);
    CHECK(running->host == "127.0.0.1");
    CHECK(running->port == 8080);
    CHECK(running->token == "attune_x");
    ::chmod((folder.path + "/running").c_str(), 0644);
    CHECK_FALSE(read_running(folder.path));  // somebody else could have read it
    ::chmod((folder.path + "/running").c_str(), 0600);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path + "/running"));
  for (const char* text : {"", "{", "[]", "{\"host\":1}", "{\"host\":\"a\",\"port\":\"x\",\"token\":\"t\"}"}) {
    std::ofstream(folder.path + "/running") << text;
    ::chmod((folder.path + "/running").c_str(), 0600);
    CHECK_FALSE(read_running(folder.path));
  }
}
