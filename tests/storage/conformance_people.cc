// What every store has to do with what it keeps of somebody: read it back, tell all of it, forget it.
#include <catch2/catch.hpp>

#include "tests/storage/conformance.h"
#include "tests/storage/turns.h"

namespace attune::storage::test {
namespace {

void transcripts(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  for (int i = 1; i <= 5; ++i)
    REQUIRE(say(store, ada, "turn " + std::to_string(i)) == Commit::kDone);
  const auto some = *store.transcript(ada.where.conversation, 2, 2);
  REQUIRE(some.size() == 2);
  CHECK(some[0].version == 3);
  CHECK(some[0].said == "turn 3");
  CHECK(some[0].reply == "reply to turn 3");
  CHECK(some[0].kind == "message");
  CHECK(some[0].at == kMonday + 2);
  CHECK(some[1].version == 4);
  CHECK(store.transcript(ada.where.conversation, 5, 10)->empty());
  CHECK(store.transcript(ada.where.conversation, 0, 0)->empty());
  CHECK(store.transcript(ada.where.conversation, 0, -1)->empty());
  CHECK(store.transcript(random_id(), 0, 10)->empty());
}

void measures(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), work("ada at work"), ben("ben");
  work.where.person = ada.where.person;
  const auto rate = [&](Speaker& speaker, std::vector<Measure> values) {
    Turn turn = speaker.turn("a number");
    turn.measures = std::move(values);
    REQUIRE(commit(store, turn) == Commit::kDone);
    ++speaker.version;
  };
  const auto values = [&](const Speaker& speaker, const std::string& script, int limit) {
    std::vector<std::int64_t> found;
    const auto measured = store.measured(speaker.where.conversation, script, "calm", limit);
    for (const Measured& one : *measured) found.push_back(one.value);
    return found;
  };
  using Values = std::vector<std::int64_t>;
  rate(ada, {{"listen/a", "calm", 3}, {"listen/a", "hope", 9}});
  REQUIRE(say(store, ada, "words in between") == Commit::kDone);
  rate(ben, {{"listen/a", "calm", 1}});
  rate(ada, {{"listen/a", "calm", 4}, {"listen/a", "calm", 5}});
  rate(ada, {{"listen/b", "calm", 6}});
  CHECK(values(ada, "listen/a", 10) == Values{3, 4, 5});
  CHECK(values(ada, "", 10) == Values{3, 4, 5, 6});
  CHECK(values(ada, "listen/a", 2) == Values{4, 5});
  CHECK(values(ada, "listen/a", 0) == Values{});
  CHECK(values(ada, "listen/c", 10) == Values{});
  CHECK(values(ben, "listen/a", 10) == Values{1});
  CHECK(values(Speaker("nobody"), "listen/a", 10) == Values{});
  const auto dated = store.measured(ada.where.conversation, "listen/b", "calm", 10);
  CHECK((dated->at(0).at == kMonday + 3 && dated->at(0).version == 4));
  // In another conversation of hers, they are hers too; and they go with her.
  work.address.channel = "web";
  rate(work, {{"listen/a", "calm", 8}});
  CHECK(values(ada, "listen/a", 10).size() == 4);
  CHECK(values(work, "listen/a", 10).size() == 4);
  REQUIRE(store.forget(ada.where.person));
  CHECK(values(ada, "listen/a", 10) == Values{});
  CHECK(values(work, "listen/a", 10) == Values{});
  CHECK(values(ben, "listen/a", 10) == Values{1});
}

void holding(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), ben("ben"), work("ada at work");
  work.where.person = ada.where.person;
  CHECK_FALSE(store.holdings(ada.where.person)->has_value());
  Turn turn = ada.turn("hello", "ev-1");
  turn.said_class = "86400";
  turn.person = Kept{"memory", {{"", "my name"}}};
  turn.measures = {{"listen/say-back", "calm", 7}};
  turn.safety = {{"self-harm", "safety/self-harm"}};
  turn.ended = {{"listen/say-back", 1}};
  REQUIRE(commit(store, turn) == Commit::kDone);
  ada.version = ada.person_version = work.person_version = 1;
  REQUIRE(say(store, ada, "and more") == Commit::kDone);
  REQUIRE(say(store, ben, "not hers") == Commit::kDone);
  REQUIRE(say(store, work, "from work") == Commit::kDone);
  const auto held = *store.holdings(ada.where.person);
  REQUIRE(held);
  CHECK(held->person == ada.where.person);
  CHECK(held->version == 1);
  CHECK(held->memory.control == "memory");
  CHECK(held->memory.texts == Texts{{"", "my name"}});
  REQUIRE(held->conversations.size() == 2);
  const HeldConversation& first = held->conversations[0];
  CHECK(first.id == ada.where.conversation);
  CHECK(first.addresses == std::vector<Address>{ada.address});
  CHECK(first.state.control == "at 2");
  CHECK(first.state.texts.at("") == "state of and more");
  REQUIRE(first.turns.size() == 2);
  const HeldTurn& one = first.turns[0];
  CHECK(one.version == 1);
  CHECK(one.at == turn.at);
  CHECK(one.kind == "start");
  CHECK(one.edition == "e1");
  CHECK(one.keep_class == "86400");
  CHECK(one.had_event);
  CHECK(one.ended_a_run);
  CHECK(one.said == "hello");
  CHECK(one.reply == "reply to hello");
  CHECK((one.measures.size() == 1 && one.measures[0].name == "calm" && one.measures[0].value == 7));
  CHECK((one.safety.size() == 1 && one.safety[0].intent == "self-harm"));
  CHECK((one.ended.size() == 1 && one.ended[0].outcome == 1));
  CHECK_FALSE(first.turns[1].had_event);
  CHECK(held->conversations[1].addresses == std::vector<Address>{work.address});
  CHECK(held->conversations[1].turns.at(0).said == "from work");
  REQUIRE(store.forget(ada.where.person));
  CHECK_FALSE(store.holdings(ada.where.person)->has_value());
  CHECK(store.holdings(ben.where.person)->has_value());
}

// A second address joins a conversation in its middle, is where they are reached from then on, and goes
// with them; whoever lived there before is forgotten in the same turn.
void joining(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), phone("phone"), ben("ben");
  phone.address.channel = "telegram";
  REQUIRE(say(store, ada, "one") == Commit::kDone);
  REQUIRE(say(store, phone, "before", "ev-p") == Commit::kDone);
  REQUIRE(say(store, ben, "not hers") == Commit::kDone);
  Turn turn = ada.turn("here now", "ev-join");
  turn.timers = {{1, kMonday}};
  turn.place = Place{phone.address, true, ben.where.person, false};
  CHECK(commit(store, turn) == Commit::kConflict);  // it is not he who lives there
  turn.place->leaves.reset();
  CHECK(commit(store, turn) == Commit::kConflict);  // what was said there could be reached by nobody
  CHECK(store.find(phone.address)->value().person == phone.where.person);
  turn.place->leaves = phone.where.person;
  REQUIRE(commit(store, turn) == Commit::kDone);
  ++ada.version;
  const auto hers = [&] {
    Store& now = subject.store();
    CHECK(now.find(phone.address)->value().conversation == ada.where.conversation);
    CHECK(now.find(phone.address)->value().since == 1);
    CHECK(now.find(ada.address)->value().since == 0);
    CHECK(now.load(ada.where.conversation)->value().focus == phone.address);
    CHECK(now.due_timers(kMonday, std::nullopt, 10)->at(0).address == phone.address);
    CHECK_FALSE(now.load(phone.where.conversation)->has_value());
    CHECK_FALSE(now.holdings(phone.where.person)->has_value());
    CHECK(now.holdings(ada.where.person)->value().conversations.at(0).addresses.size() == 2);
    CHECK(commit(now, phone.turn("late")) == Commit::kGone);
  };
  hers();
  subject.reopen();
  hers();
  Store& now = subject.store();
  Turn back = ada.turn("and from there");
  back.place = Place{ada.address};
  REQUIRE(commit(now, back) == Commit::kDone);
  ++ada.version;
  CHECK(now.load(ada.where.conversation)->value().focus == ada.address);
  CHECK(now.due_timers(kMonday, std::nullopt, 10)->at(0).address == ada.address);
  SECTION("forgetting takes both") {
    REQUIRE(now.forget(ada.where.person));
    CHECK_FALSE(now.find(ada.address)->has_value());
    CHECK_FALSE(now.find(phone.address)->has_value());
    CHECK(now.find(ben.address)->has_value());
  }
  SECTION("one lets go of the other") {
    Turn alone = ada.turn("only here");
    alone.place = Place{ada.address, false, std::nullopt, true};
    REQUIRE(commit(now, alone) == Commit::kDone);
    CHECK_FALSE(now.find(phone.address)->has_value());
    CHECK(now.find(ada.address)->value().conversation == ada.where.conversation);
    Speaker fresh("phone");
    fresh.address = phone.address;
    CHECK(say(now, fresh, "somebody new") == Commit::kDone);
  }
  SECTION("it may go on to somebody else, since what it leaves is reached from the other") {
    Turn moves = ben.turn("mine now");
    ben.version = 1;
    moves.read_version = 1;
    moves.opens.reset();
    moves.place = Place{phone.address, true, std::nullopt, false};
    REQUIRE(commit(now, moves) == Commit::kDone);
    CHECK(now.find(phone.address)->value().conversation == ben.where.conversation);
    CHECK(now.find(ada.address)->has_value());
  }
}

// A copy made before somebody was forgotten: its words are sealed with a key that is gone.
void copies(Subject& subject) {
  Speaker ada("ada"), ben("ben");
  REQUIRE(say(subject.store(), ada, "one") == Commit::kDone);
  REQUIRE(say(subject.store(), ben, "hello") == Commit::kDone);
  const std::string path = subject.fresh_path("copy");
  REQUIRE(subject.store().backup(path));
  REQUIRE(subject.store().forget(ada.where.person));
  const auto copy = subject.open_with_keys_of_now(path);
  CHECK_FALSE(copy->load(ada.where.conversation)->has_value());
  CHECK(copy->transcript(ada.where.conversation, 0, 10)->empty());
  CHECK(commit(*copy, ada.turn("late")) == Commit::kGone);
  CHECK(copy->transcript(ben.where.conversation, 0, 10)->at(0).said == "hello");
}

void forgetting(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), ben("ben");
  REQUIRE(say(store, ada, "one", "ev-1") == Commit::kDone);
  REQUIRE(say(store, ben, "hello", "ev-b") == Commit::kDone);
  const auto gone = [&] {
    Store& now = subject.store();
    CHECK_FALSE(now.find(ada.address)->has_value());
    CHECK_FALSE(now.load(ada.where.conversation)->has_value());
    CHECK(now.transcript(ada.where.conversation, 0, 10)->empty());
    CHECK_FALSE(now.replied({"rest", "default", "ev-1"})->has_value());
    CHECK(commit(now, ada.turn("late")) == Commit::kGone);
    Speaker fresh = ada;
    fresh.version = 0;
    fresh.where.conversation = random_id();
    CHECK(commit(now, fresh.turn("late first")) == Commit::kGone);
    Speaker again("ada");
    CHECK(commit(now, again.turn("one", "ev-1")) ==
          Commit::kGone);  // a late retry brings nobody back
    CHECK((*now.replied({"rest", "default", "ev-b"}))->reply == "reply to hello");
    Speaker ben_now = ben;
    CHECK(say(now, ben_now, "still here") == Commit::kDone);
    CHECK(say(now, again, "a new start") == Commit::kDone);  // the same place may begin again
  };
  SECTION("from outside") {
    REQUIRE(store.forget(ada.where.person));
    REQUIRE(store.forget(ada.where.person));
    SECTION("at once") { gone(); }
    SECTION("and after a restart") {
      subject.reopen();
      gone();
    }
  }
  SECTION("by a turn, which is done and leaves nothing") {
    Turn turn = ada.turn("delete my data", "ev-del");
    turn.forget_person = true;
    std::vector<Commit> outcomes;
    const auto note = [&](Commit c) { outcomes.push_back(c); };
    store.commit(turn, note);
    store.commit(turn, note);
    Turn next = ada.turn("after");
    next.read_version = 2;
    store.commit(next, note);
    wait(store);
    CHECK(outcomes == std::vector<Commit>{Commit::kDone, Commit::kGone, Commit::kGone});
    gone();
  }
  SECTION("by a turn that is a conflict: nobody is forgotten") {
    Turn turn = ada.turn("delete my data");
    turn.read_version = 5;
    turn.forget_person = true;
    CHECK(commit(store, turn) == Commit::kConflict);
    CHECK(store.find(ada.address)->has_value());
  }
  SECTION("somebody never seen") {
    Speaker cleo("cleo");
    REQUIRE(store.forget(cleo.where.person));
    CHECK(commit(store, cleo.turn("hi")) == Commit::kGone);
  }
}

}  // namespace

void conform_people(Subject& subject) {
  SECTION("transcripts") { transcripts(subject); }
  SECTION("measures") { measures(subject); }
  SECTION("holdings") { holding(subject); }
  SECTION("a second address joins") { joining(subject); }
  SECTION("forgetting") { forgetting(subject); }
  SECTION("older copies") { copies(subject); }
}

}  // namespace attune::storage::test
