#include <SQLiteCpp/Database.h>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

constexpr Time kDay = 24 * 3600;

// Looked at from beside, while the store is open.
int count(SqliteWorld& world, const std::string& what) {
  return SQLite::Database(world.options.path, SQLite::OPEN_READWRITE).execAndGet(what).getInt();
}

TranscriptEntry entry(Store& store, const Speaker& speaker, Version version) {
  return store.transcript(speaker.where.conversation, version - 1, 1)->at(0);
}

}  // namespace

TEST_CASE("an event id is known for eight days, then it is new again", "[storage][sweep]") {
  SqliteWorld world(false);
  world.options.recent_events = GENERATE(0u, 100u);  // in a table at once, or remembered
  world.reopen();
  Speaker ada("ada");
  REQUIRE(world.store().sweep(kMonday));
  REQUIRE(say(world.store(), ada, "one", "ev") == Commit::kDone);
  const auto again = [&](Time at) {
    Turn turn = ada.turn("one", "ev");
    turn.at = at;
    return commit(world.store(), turn);
  };
  for (int day = 1; day <= 7; ++day) {
    REQUIRE(world.store().sweep(kMonday + day * kDay));
    CHECK(again(kMonday + day * kDay) == Commit::kDuplicate);
  }
  REQUIRE(world.store().sweep(kMonday + 8 * kDay));
  CHECK(again(kMonday + 8 * kDay) == Commit::kDuplicate);
  SECTION("judged by its age, swept or not") {
    CHECK(again(kMonday + 8 * kDay + 1) == Commit::kDone);
    ++ada.version;
    CHECK(again(kMonday + 9 * kDay) == Commit::kDuplicate);  // of the second
    CHECK((*world.store().replied({"rest", "default", "ev"}))->version == 2);
  }
  SECTION("and its row goes within the next eight") {
    for (Time day = 9; day <= 17; ++day) REQUIRE(world.store().sweep(kMonday + day * kDay));
    CHECK(count(world, "SELECT (SELECT count(*) FROM event_a) + (SELECT count(*) FROM event_b)") ==
          0);
    CHECK(again(kMonday + 18 * kDay) == Commit::kDone);
    world.reopen();
    CHECK(again(kMonday + 18 * kDay) == Commit::kDuplicate);
  }
}

TEST_CASE("a clock that was years ahead and was set right holds no event id for ever",
          "[storage][sweep][clock]") {
  SqliteWorld world(false);
  world.options.recent_events = 0;
  world.reopen();
  REQUIRE(world.store().sweep(kMonday + 4'000 * kDay));
  Speaker ada("ada");
  for (int i = 0; i < 100; ++i) REQUIRE(say(world.store(), ada, "x", "e" + std::to_string(i)) == Commit::kDone);
  for (Time day = 0; day <= 17; ++day) REQUIRE(world.store().sweep(kMonday + day * kDay));
  CHECK(count(world, "SELECT (SELECT count(*) FROM event_a) + (SELECT count(*) FROM event_b)") == 0);
}

TEST_CASE("many event ids are swept in bounded steps", "[storage][sweep]") {
  SqliteWorld world(false);
  world.options.recent_events = 0;
  world.reopen();
  REQUIRE(world.store().sweep(kMonday));
  Speaker ada("ada");
  for (int i = 0; i < 5000; ++i) {
    world.store().commit(ada.turn("x", "e" + std::to_string(i)), [](Commit) {});
    ++ada.version;
    if (i % 1000 == 0) wait(world.store());
  }
  wait(world.store());
  for (int i = 0; i < 3; ++i) REQUIRE(world.store().sweep(kMonday));  // each commit settles some
  CHECK(count(world, "SELECT (SELECT count(*) FROM event_a) + (SELECT count(*) FROM event_b)") ==
        5000);
  for (Time day = 8; day <= 16; ++day) REQUIRE(world.store().sweep(kMonday + day * kDay));
  REQUIRE(world.store().sweep(kMonday + 17 * kDay));
  CHECK(count(world, "SELECT (SELECT count(*) FROM event_a) + (SELECT count(*) FROM event_b)") ==
        0);
}

TEST_CASE("superseded states go, the newest of each conversation stays", "[storage][sweep]") {
  SqliteWorld world;
  Speaker ada("ada"), ben("ben");
  for (int i = 0; i < 300; ++i) {
    REQUIRE(say(world.store(), ada, "a" + std::to_string(i)) == Commit::kDone);
    if (i % 100 == 0) REQUIRE(say(world.store(), ben, "b" + std::to_string(i)) == Commit::kDone);
  }
  REQUIRE(world.store().sweep(kMonday));
  CHECK(count(world, "SELECT count(*) FROM state") == 2);
  CHECK((*world.store().load(ada.where.conversation))->conversation.control == "at 300");
  CHECK((*world.store().load(ben.where.conversation))->conversation.texts.at("") ==
        "state of b200");
  // And what comes later is thinned later.
  for (int i = 0; i < 3; ++i) REQUIRE(say(world.store(), ben, "later") == Commit::kDone);
  REQUIRE(world.store().sweep(kMonday));
  CHECK(count(world, "SELECT count(*) FROM state") == 2);
  CHECK(world.store().transcript(ada.where.conversation, 0, 1000)->size() == 300);
}

TEST_CASE("texts go when their class has run out, and not before", "[storage][sweep]") {
  SqliteWorld world;
  Speaker ada("ada");
  const auto speak = [&](const std::string& said, const std::string& keep_class,
                         bool ends = false) {
    Turn turn = ada.turn(said);
    turn.at = kMonday;
    turn.said_class = keep_class;
    turn.conversation.texts = {
        {"", "state for ever"}, {"172800", "state two days"}, {"run", "state run"}};
    if (ends) turn.ended = {{"listen/say-back", 1}};
    REQUIRE(commit(world.store(), turn) == Commit::kDone);
    ++ada.version;
  };
  speak("for ever", "");
  speak("a day", "86400");
  speak("a run", "run");
  speak("nothing", "none");
  speak("the last of the run", "run", true);
  speak("the next run", "run");
  const auto said = [&](Version v) { return entry(world.store(), ada, v).said; };
  const auto replied = [&](Version v) { return entry(world.store(), ada, v).reply; };

  REQUIRE(world.store().sweep(kMonday + 29 * 60));
  CHECK(replied(4) == "reply to nothing");
  CHECK(said(3) == "a run");
  REQUIRE(world.store().sweep(kMonday + 30 * 60));
  CHECK(replied(4).empty());
  CHECK(said(3).empty());
  CHECK(replied(5).empty());
  CHECK(said(6) == "the next run");
  CHECK(said(2) == "a day");
  REQUIRE(world.store().sweep(kMonday + kDay - 1));
  CHECK(said(2) == "a day");
  REQUIRE(world.store().sweep(kMonday + kDay));
  CHECK(said(2).empty());
  CHECK(replied(2).empty());
  CHECK(said(1) == "for ever");
  const auto texts = [&] {
    return (*world.store().load(ada.where.conversation))->conversation.texts;
  };
  CHECK(texts() ==
        Texts{{"", "state for ever"}, {"172800", "state two days"}, {"run", "state run"}});
  REQUIRE(world.store().sweep(kMonday + 2 * kDay));
  CHECK(texts() == Texts{{"", "state for ever"}, {"run", "state run"}});
  CHECK(said(6) == "the next run");
  CHECK(count(world, "SELECT count(*) FROM turn WHERE due IS NOT NULL") == 0);
}

TEST_CASE("a person's memory loses what has run out", "[storage][sweep]") {
  SqliteWorld world;
  Speaker ada("ada");
  Turn turn = ada.turn("hi");
  turn.person = Kept{"m", {{"", "name"}, {"86400", "mood"}}};
  turn.at = kMonday;
  REQUIRE(commit(world.store(), turn) == Commit::kDone);
  REQUIRE(world.store().sweep(kMonday + kDay - 1));
  CHECK((*world.store().load(ada.where.conversation))->person.texts.size() == 2);
  REQUIRE(world.store().sweep(kMonday + kDay));
  CHECK((*world.store().load(ada.where.conversation))->person.texts == Texts{{"", "name"}});
}

TEST_CASE("numbers of forgotten turns are not given again", "[storage][sweep]") {
  SqliteWorld world;
  Speaker ada("ada"), ben("ben"), cleo("cleo");
  REQUIRE(say(world.store(), ada, "one") == Commit::kDone);
  REQUIRE(say(world.store(), ben, "one", "ev-ben") == Commit::kDone);
  REQUIRE(world.store().forget(ben.where.person));
  world.reopen();
  REQUIRE(say(world.store(), cleo, "one", "ev-cleo") == Commit::kDone);
  CHECK(count(world, "SELECT max(number) FROM turn") == 3);
  Speaker other("other");
  CHECK(commit(world.store(), other.turn("one", "ev-ben")) == Commit::kGone);
}
