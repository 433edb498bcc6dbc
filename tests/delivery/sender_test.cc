// The sender against a platform that misbehaves, with a real store between: what was committed arrives,
// in order, as often as it must, and no longer than it is worth.
#include <sys/socket.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bot/delivery/parts.h"
#include "bot/delivery/sender.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/outbound/faulty_platform.h"
#include "tests/storage/temp_folder.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::bot;
using namespace attune::bot::testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

class TestClock final : public Clock {
 public:
  std::int64_t now() const override { return base_ + std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - start_).count() + ahead_; }
  void pass(std::int64_t seconds) { ahead_ += seconds; }

 private:
  const std::int64_t base_ = storage::test::kMonday;
  const steady_clock::time_point start_ = steady_clock::now();
  std::atomic<std::int64_t> ahead_{0};
};

// What arrived at the platform: which chat, which text, when.
struct Arrival {
  std::string chat, text;
  bool buttons;
  steady_clock::time_point at;
};

struct World {
  // What the platform does with the n-th request (from 0); nothing: it takes it.
  using Trouble = std::function<bool(int number, const nlohmann::json& body, int socket)>;  // true: it has answered
  storage::test::TempFolder folder;
  std::unique_ptr<storage::Store> store;
  TestClock clock;
  std::mutex mutex;
  std::vector<Arrival> arrivals;  // all that came, also what was refused
  std::vector<Arrival> taken;
  std::atomic<int> number{0};
  Trouble trouble;
  FaultyPlatform platform;
  std::unique_ptr<AccountBook> book;
  CurlClient http;
  std::unique_ptr<Sender> sender;
  std::map<std::string, storage::test::Speaker> speakers;

  explicit World(Trouble trouble_ = {}, std::map<std::string, std::string> more = {})
      : trouble(std::move(trouble_)), platform([this](const std::string& request, int socket) { return take(request, socket); }) {
    storage::SqliteOptions options;
    options.path = folder / "attune.db";
    auto opened = storage::SqliteStore::open(options);
    REQUIRE(opened);
    store = std::move(*opened);
    Account account{"telegram", "default", {{"token", "1:a"}, {"api", platform.origin()}, {"rate", "0"}, {"rate_each", "0"}}};
    for (auto& [key, value] : more) account.settings[key] = value;
    Accounts accounts;
    accounts.put(account);
    book = std::make_unique<AccountBook>(std::move(accounts));
  }

  bool take(const std::string& request, int socket) {
    const auto body = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4));
    const Arrival one{body["chat_id"], body["text"], body.contains("reply_markup"), steady_clock::now()};
    const int mine = number++;
    {
      std::lock_guard lock(mutex);
      arrivals.push_back(one);
    }
    if (trouble && trouble(mine, body, socket)) return true;
    {
      std::lock_guard lock(mutex);
      taken.push_back(one);
    }
    send_all(socket, http_reply(200, R"({"ok":true})"));
    return true;
  }

  void start() { sender = std::make_unique<Sender>(*store, *book, http, clock, Sender::Options{256, milliseconds(20)}); }

  Reply reply(const std::vector<std::string>& lines, const std::string& script = "listen/say-back") {
    Reply made;
    for (const auto& line : lines) made.messages.push_back({"Bot", line, script, "a01"});
    return made;
  }

  storage::test::Speaker& speaker(const std::string& chat) {
    auto& one = speakers.try_emplace(chat, chat).first->second;
    one.address = {"default", "telegram", "default", chat, ""};
    return one;
  }

  void say(const std::string& chat, const Reply& made, bool answers = true) {
    auto& one = speaker(chat);
    storage::Turn turn = one.turn("words");
    turn.at = clock.now();
    turn.said_class = "2592000";
    turn.parts = parts_of(*channel_named("telegram"), *book->accounts()->find("telegram", "default"), one.address, made, clock.now(), answers);
    turn.mark = storage::random_mark();
    REQUIRE(storage::test::commit(*store, turn) == storage::Commit::kDone);
    ++one.version;
    one.mark = turn.mark;
    if (sender) sender->nudge(one.where.conversation, one.version, answers);
  }

  std::vector<std::string> texts(const std::string& chat) {
    std::lock_guard lock(mutex);
    std::vector<std::string> out;
    for (const auto& one : taken) {
      if (one.chat == chat) out.push_back(one.text);
    }
    return out;
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return taken.size();
  }
  bool nothing_waits() { return !store->backlog()->next_delivery; }
};

bool eventually(const std::function<bool()>& holds) {
  const auto end = steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

World::Trouble once(int status, std::string body = "", std::string headers = "") {
  return [=](int number, const nlohmann::json&, int socket) {
    if (number > 0) return false;
    send_all(socket, http_reply(status, body, headers));
    return true;
  };
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what was committed arrives, in order, once") {
  World world;
  for (int i = 0; i < 5; ++i) world.say("7", world.reply({"a" + std::to_string(i), "b" + std::to_string(i)}), false);
  world.start();
  for (int i = 5; i < 10; ++i) world.say("7", world.reply({"a" + std::to_string(i), "b" + std::to_string(i)}), false);
  REQUIRE(eventually([&] { return world.count() == 20; }));
  Texts wanted;
  for (int i = 0; i < 10; ++i) wanted.insert(wanted.end(), {"a" + std::to_string(i), "b" + std::to_string(i)});
  CHECK(world.texts("7") == wanted);
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  CHECK(world.book->standings().front().sent == 20);
}

TEST_CASE("a part goes to where its turn was read, though they have gone on in another place since") {
  World world;
  world.say("7", world.reply({"for the first place"}));
  auto& one = world.speaker("7");
  storage::Turn turn = one.turn("here now");
  turn.place = storage::Place{{"default", "slack", "default", "U7", ""}, true, std::nullopt, false};
  REQUIRE(storage::test::commit(*world.store, turn) == storage::Commit::kDone);
  world.start();  // only now, so that it is claimed for a conversation that is reached by Slack
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  CHECK(world.texts("7") == Texts{"for the first place"});
  CHECK(world.store->backlog()->dead_letters == 0);
}

TEST_CASE("a platform that asks for time gets it, in every spelling, and the order stays") {
  const std::vector<World::Trouble> spellings = {
      once(429, "", "Retry-After: 1\r\n"),
      once(429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":1}})"),
      once(429, R"({"retry_after":1.0})"),
      once(503, R"({"retry_after_ms":1000})"),
  };
  for (const auto& trouble : spellings) {
    World world(trouble);
    world.say("7", world.reply({"one", "two"}));
    world.start();
    REQUIRE(eventually([&] { return world.count() == 2; }));
    CHECK(world.texts("7") == Texts{"one", "two"});
    std::lock_guard lock(world.mutex);
    CHECK(world.arrivals[1].at - world.arrivals[0].at >= milliseconds(990));
  }
}

TEST_CASE("errors of the platform are waited out, longer each time") {
  World world([](int number, const nlohmann::json&, int socket) {
    if (number >= 3) return false;
    send_all(socket, http_reply(500 + number, "<html>"));
    return true;
  });
  world.say("7", world.reply({"one", "two"}));
  world.start();
  REQUIRE(eventually([&] { return world.count() == 2; }));
  CHECK(world.texts("7") == Texts{"one", "two"});
  std::lock_guard lock(world.mutex);
  CHECK(world.arrivals[3].at - world.arrivals[2].at > world.arrivals[1].at - world.arrivals[0].at);
}

TEST_CASE("a conversation that cannot be delivered holds up nobody else") {
  World world([](int, const nlohmann::json& body, int socket) {
    if (body["chat_id"] != "bad") return false;
    send_all(socket, http_reply(500, ""));
    return true;
  });
  world.say("bad", world.reply({"never"}));
  world.start();
  for (int i = 0; i < 20; ++i) world.say("good", world.reply({std::to_string(i)}), false);
  REQUIRE(eventually([&] { return world.texts("good").size() == 20; }));
  CHECK_FALSE(world.nothing_waits());
}

TEST_CASE("a connection that breaks after the message was taken means at most one more") {
  World world([](int number, const nlohmann::json&, int socket) {
    if (number >= 5) return false;
    ::shutdown(socket, SHUT_RDWR);
    return true;
  });
  world.say("7", world.reply({"one"}));
  world.start();
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  CHECK(world.number == 2);
}

TEST_CASE("what the platform refuses for good is a dead letter, and the next one goes") {
  World world(once(403, R"({"ok":false,"description":"Forbidden: bot was blocked by the user"})"));
  world.say("7", world.reply({"one", "two"}));
  world.start();
  REQUIRE(eventually([&] { return world.count() == 1; }));
  CHECK(world.texts("7") == Texts{"two"});
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  const auto dead = world.store->dead_letters(10);
  REQUIRE(dead);
  REQUIRE(dead->size() == 1);
  CHECK(dead->front().why == "403");
  CHECK(dead->front().part == 0);
}

TEST_CASE("a form that is not taken is sent in words") {
  World world(once(400, R"({"ok":false,"description":"Bad Request: BUTTON_DATA_INVALID"})"));
  Reply made = world.reply({"What now?"});
  made.offer.emplace();
  made.offer->choices = {{"Go on", "s#1", false}, {"Pause", "s#2", true}};
  world.say("7", made);
  world.start();
  REQUIRE(eventually([&] { return world.count() == 1; }));
  CHECK(world.texts("7") == Texts{"What now?\n1. Go on\n2. Pause"});
  CHECK_FALSE(world.taken[0].buttons);
}

TEST_CASE("when the person writes again, unsent parts of earlier answers are dropped, but never safety's") {
  World world;
  world.say("7", world.reply({"old answer", "old question"}));
  world.say("7", world.reply({"numbers to call"}, "safety/danger"));
  world.say("7", world.reply({"older reminder"}), false);
  world.say("7", world.reply({"new answer"}));
  world.start();
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  CHECK(world.texts("7") == Texts{"numbers to call", "new answer"});
  CHECK(world.store->dead_letters(10)->empty());
}

TEST_CASE("an answer that is too late is not sent, but safety's words are") {
  World world;
  world.say("7", world.reply({"a comforting line"}));
  world.say("8", world.reply({"numbers to call"}, "safety/danger"));
  world.say("9", world.reply({"a reminder"}), false);
  world.clock.pass(2 * 3'600);
  world.start();
  REQUIRE(eventually([&] { return world.count() == 2; }));
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  CHECK(world.texts("7").empty());
  CHECK(world.texts("8") == Texts{"numbers to call"});
  CHECK(world.texts("9") == Texts{"a reminder"});
}

TEST_CASE("a wrong token stops its account for a while and loses nothing") {
  World world(once(401, R"({"ok":false,"error_code":401,"description":"Unauthorized"})"));
  world.say("7", world.reply({"one"}));
  world.say("8", world.reply({"two"}));
  world.start();
  REQUIRE(eventually([&] { return world.number >= 1; }));
  std::this_thread::sleep_for(milliseconds(200));
  CHECK(world.book->standings().front().last_error == "401");
  CHECK(world.store->dead_letters(10)->empty());
  CHECK_FALSE(world.nothing_waits());
}

TEST_CASE("an account that is gone leaves dead letters, not a queue for ever") {
  World world;
  world.say("7", world.reply({"one"}));
  world.book->reload(Accounts());
  world.start();
  REQUIRE(eventually([&] { return world.nothing_waits(); }));
  REQUIRE(world.store->dead_letters(10)->size() == 1);
  CHECK(world.store->dead_letters(10)->front().why == "no-account");
}

TEST_CASE("the pace of an account is kept") {
  World world({}, {{"rate", "20"}});
  for (int i = 0; i < 40; ++i) world.say(std::to_string(i), world.reply({"x"}));
  const auto start = steady_clock::now();
  world.start();
  REQUIRE(eventually([&] { return world.count() == 40; }));
  CHECK(steady_clock::now() - start >= milliseconds(900));  // 20 at once, then 20 at 20 a second
}

TEST_CASE("a claim that a dead worker held comes back, and what it had sent is not sent again") {
  World world;
  world.say("7", world.reply({"one", "two"}));
  const auto claimed = world.store->claim(world.clock.now(), world.clock.now() + 60, 10, 10);
  REQUIRE(claimed);
  REQUIRE(claimed->size() == 1);
  storage::Settled sent;
  sent.conversation = claimed->front().where.conversation;
  sent.claim = claimed->front().claim;
  sent.version = 1;
  REQUIRE(world.store->settle({sent}));
  world.start();
  std::this_thread::sleep_for(milliseconds(300));
  CHECK(world.count() == 0);
  world.clock.pass(61);
  world.sender->nudge(world.speaker("7").where.conversation, 1, false);
  REQUIRE(eventually([&] { return world.count() == 1; }));
  CHECK(world.texts("7") == Texts{"two"});
}

TEST_CASE("many conversations are sent side by side, each in its order") {
  const bool longer = std::getenv("ATTUNE_LONG") != nullptr && *std::getenv("ATTUNE_LONG") != '\0';
  const int people = longer ? 1'000 : 100, each = 10;
  World world;
  for (int i = 0; i < each; ++i) {
    for (int p = 0; p < people; ++p) world.say(std::to_string(p), world.reply({std::to_string(i)}), false);
  }
  const auto start = steady_clock::now();
  world.start();
  REQUIRE(eventually([&] { return world.count() == static_cast<std::size_t>(people * each); }));
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  Texts wanted;
  for (int i = 0; i < each; ++i) wanted.push_back(std::to_string(i));
  for (int p = 0; p < people; ++p) REQUIRE(world.texts(std::to_string(p)) == wanted);
  std::printf("figure outbox drained, messages a second: %.0f (%d over %d conversations)\n", people * each / seconds, people * each, people);
}
