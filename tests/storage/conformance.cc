#include "tests/storage/conformance.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/storage/turns.h"

namespace attune::storage::test {
namespace {

void places(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  SECTION("a place is new until a turn opens it, and then leads to its conversation") {
    CHECK_FALSE(store.find(ada.address)->has_value());
    CHECK_FALSE(store.load(ada.where.conversation)->has_value());
    REQUIRE(say(store, ada, "hello") == Commit::kDone);
    const auto where = *store.find(ada.address);
    REQUIRE(where);
    CHECK(where->person == ada.where.person);
    CHECK(where->conversation == ada.where.conversation);
  }
  SECTION("every part of an address counts") {
    REQUIRE(say(store, ada, "hello") == Commit::kDone);
    for (std::string Address::*part : {&Address::space, &Address::channel, &Address::account,
                                       &Address::place, &Address::thread}) {
      Address other = ada.address;
      other.*part += "x";
      CHECK_FALSE(store.find(other)->has_value());
    }
    // Nor can text move from one part to the next.
    CHECK_FALSE(store.find({"default", "restd", "efault", "ada", ""})->has_value());
  }
  SECTION("of two first turns at one address one is done") {
    Speaker same("ada");
    REQUIRE(say(store, ada, "hello") == Commit::kDone);
    CHECK(say(store, same, "hello too") == Commit::kConflict);
    CHECK((*store.find(ada.address))->conversation == ada.where.conversation);
    CHECK_FALSE(store.load(same.where.conversation)->has_value());
  }
  SECTION("no later turn opens a place, or takes one from somebody else") {
    Speaker ben("ben");
    REQUIRE(say(store, ada, "hello") == Commit::kDone);
    REQUIRE(say(store, ben, "hello") == Commit::kDone);
    const Address nowhere{"default", "rest", "default", "nobody's", ""};
    for (const Address& address : {nowhere, ben.address}) {
      Turn turn = ada.turn("again");
      turn.opens = address;
      REQUIRE(commit(store, turn) == Commit::kDone);
      ++ada.version;
    }
    CHECK_FALSE(store.find(nowhere)->has_value());
    CHECK(((*store.find(ben.address))->conversation == ben.where.conversation));
  }
  SECTION("a turn for a conversation that nobody opened is a conflict") {
    Turn turn = ada.turn("hello");
    turn.opens.reset();
    CHECK(commit(store, turn) == Commit::kConflict);
    turn = ada.turn("hello");
    turn.read_version = 3;
    CHECK(commit(store, turn) == Commit::kConflict);
    CHECK_FALSE(store.find(ada.address)->has_value());
  }
}

void states(Subject& subject) {
  Speaker ada("ada");
  SECTION("the newest state comes back whole, texts and all") {
    Turn turn = ada.turn("hello");
    turn.conversation = {
        std::string("control\0bytes", 13),
        {{"", "kept"}, {"run", "for the run"}, {"86400", std::string("a\0day", 5)}}};
    turn.person = Kept{"memory", {{"", "my name"}}};
    REQUIRE(commit(subject.store(), turn) == Commit::kDone);
    subject.reopen();
    const auto snapshot = *subject.store().load(ada.where.conversation);
    REQUIRE(snapshot);
    CHECK(snapshot->where.person == ada.where.person);
    CHECK(snapshot->version == 1);
    CHECK(snapshot->person_version == 1);
    CHECK(snapshot->conversation.control == turn.conversation.control);
    CHECK(snapshot->conversation.texts == turn.conversation.texts);
    CHECK(snapshot->person.control == "memory");
    CHECK(snapshot->person.texts == turn.person->texts);
  }
  SECTION("memory that a turn does not change stays, and its version with it") {
    Turn turn = ada.turn("hello");
    turn.person = Kept{"memory", {{"", "my name"}}};
    REQUIRE(commit(subject.store(), turn) == Commit::kDone);
    ada.version = 1;
    ada.person_version = 1;
    REQUIRE(say(subject.store(), ada, "again") == Commit::kDone);
    const auto snapshot = *subject.store().load(ada.where.conversation);
    CHECK(snapshot->version == 2);
    CHECK(snapshot->person_version == 1);
    CHECK(snapshot->person.texts.at("") == "my name");
    CHECK(snapshot->conversation.control == "at 2");
  }
  SECTION("large and empty values are kept as they are") {
    Turn turn = ada.turn(std::string(200'000, 'x'));
    turn.conversation = {"", {}};
    REQUIRE(commit(subject.store(), turn) == Commit::kDone);
    const auto snapshot = *subject.store().load(ada.where.conversation);
    CHECK(snapshot->conversation.control.empty());
    CHECK(snapshot->conversation.texts.empty());
    CHECK(subject.store().transcript(ada.where.conversation, 0, 10)->at(0).said == turn.said);
  }
}

void versions(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  REQUIRE(say(store, ada, "one") == Commit::kDone);
  SECTION("a turn thought on an old version is a conflict and leaves nothing") {
    Speaker late = ada;
    REQUIRE(say(store, ada, "two") == Commit::kDone);
    CHECK(say(store, late, "also two") == Commit::kConflict);
    late.version = 7;
    CHECK(say(store, late, "from the future") == Commit::kConflict);
    CHECK((*store.load(ada.where.conversation))->conversation.texts.at("") == "state of two");
    CHECK(store.transcript(ada.where.conversation, 0, 10)->size() == 2);
  }
  SECTION("so is one thought on an old memory") {
    Turn turn = ada.turn("two");
    turn.read_person_version = 1;
    CHECK(commit(store, turn) == Commit::kConflict);
    turn.read_person_version = 0;
    turn.person = Kept{"m1", {}};
    REQUIRE(commit(store, turn) == Commit::kDone);
    ada.version = 2;
    CHECK(say(store, ada, "three") == Commit::kConflict);
    ada.person_version = 1;
    CHECK(say(store, ada, "three") == Commit::kDone);
  }
  SECTION("and one thought on another turn of the same number, which failed") {
    Turn two = ada.turn("two");
    two.mark = 22;
    REQUIRE(commit(store, two) == Commit::kDone);
    ada.version = 2;
    ada.mark = 21;
    CHECK(say(store, ada, "three, on another two") == Commit::kConflict);
    CHECK((*subject.store().load(ada.where.conversation))->mark == 22);
    subject.reopen();
    CHECK(say(subject.store(), ada, "three, on another two") == Commit::kConflict);
    ada.mark = 22;
    CHECK(say(subject.store(), ada, "three") == Commit::kDone);
    CHECK((*subject.store().load(ada.where.conversation))->mark == 0);
  }
  SECTION("a turn in somebody else's name is a conflict") {
    Turn turn = ada.turn("two");
    turn.where.person = random_id();
    CHECK(commit(store, turn) == Commit::kConflict);
  }
  SECTION("one person in two conversations: both read the same memory") {
    Speaker other("ada at work");
    other.where.person = ada.where.person;
    Turn turn = other.turn("hello");
    turn.person = Kept{"m1", {}};
    REQUIRE(commit(store, turn) == Commit::kDone);
    CHECK(say(store, ada, "two") == Commit::kConflict);
    CHECK((*store.load(ada.where.conversation))->person.control == "m1");
  }
}

void queued(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  SECTION("turns pushed one after another, each on the one before, are done in order") {
    std::vector<Commit> outcomes;
    for (int i = 0; i < 50; ++i) {
      store.commit(ada.turn("turn " + std::to_string(i)), [&](Commit c) { outcomes.push_back(c); });
      ++ada.version;
    }
    wait(store);
    CHECK(outcomes == std::vector<Commit>(50, Commit::kDone));
    const auto entries = *store.transcript(ada.where.conversation, 0, 100);
    REQUIRE(entries.size() == 50);
    for (std::size_t i = 0; i < 50; ++i) CHECK(entries[i].said == "turn " + std::to_string(i));
  }
  SECTION("a turn that fails takes those thought on it along, and no other") {
    Speaker ben("ben");
    std::vector<Commit> outcomes;
    const auto note = [&](Commit c) { outcomes.push_back(c); };
    store.commit(ada.turn("one"), note);
    Turn bad = ada.turn("a rival");
    store.commit(bad, note);
    Turn on_it = ada.turn("on the rival");
    on_it.read_version = 2;
    store.commit(on_it, note);
    store.commit(ben.turn("one"), note);
    wait(store);
    CHECK(outcomes ==
          std::vector<Commit>{Commit::kDone, Commit::kConflict, Commit::kConflict, Commit::kDone});
  }
  SECTION("a barrier comes after everything queued before it") {
    std::atomic<int> decided{0};
    for (int i = 0; i < 100; ++i) {
      Speaker someone("p" + std::to_string(i));
      store.commit(someone.turn("hi"), [&](Commit) { ++decided; });
    }
    int seen = -1;
    std::promise<void> reached;
    store.barrier([&] {
      seen = decided;
      reached.set_value();
    });
    reached.get_future().wait();
    CHECK(seen == 100);
  }
  SECTION("after close everything is refused, and what was queued is there") {
    std::atomic<int> done{0};
    for (int i = 0; i < 100; ++i) {
      store.commit(ada.turn("turn"), [&](Commit c) { done += c == Commit::kDone; });
      ++ada.version;
    }
    store.close();
    store.close();
    CHECK(done == 100);
    CHECK(commit(store, ada.turn("late")) == Commit::kBusy);
    CHECK_FALSE(store.load(ada.where.conversation));
    CHECK_FALSE(store.sweep(kMonday));
    wait(store);
    CHECK_FALSE(store.health().writable);
    subject.reopen();
    CHECK((*subject.store().load(ada.where.conversation))->version == 100);
  }
}

void events(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  const EventId event{"rest", "default", "ev-1"};
  REQUIRE(say(store, ada, "one", "ev-1") == Commit::kDone);
  SECTION("the same event again is a duplicate, whatever versions it read") {
    Speaker late = ada;
    late.version = 0;
    CHECK(commit(store, late.turn("one", "ev-1")) == Commit::kDuplicate);
    CHECK(commit(store, ada.turn("one", "ev-1")) == Commit::kDuplicate);
    subject.reopen();
    CHECK(commit(subject.store(), ada.turn("one", "ev-1")) == Commit::kDuplicate);
    const auto reply = *subject.store().replied(event);
    REQUIRE(reply);
    CHECK(reply->reply == "reply to one");
    CHECK(reply->version == 1);
    CHECK(reply->where.conversation == ada.where.conversation);
    CHECK(reply->body == sha256("one"));
  }
  SECTION("with another body it is a mismatch, from anybody") {
    CHECK(commit(store, ada.turn("two", "ev-1")) == Commit::kMismatch);
    Speaker ben("ben");
    CHECK(commit(store, ben.turn("two", "ev-1")) == Commit::kMismatch);
    CHECK_FALSE(store.find(ben.address)->has_value());
  }
  SECTION("channel and account are part of it") {
    Turn turn = ada.turn("one", "ev-1");
    turn.event.account = "other";
    CHECK(commit(store, turn) == Commit::kDone);
    turn.event = {"web", "default", "ev-1"};
    turn.read_version = 2;
    CHECK(commit(store, turn) == Commit::kDone);
    CHECK_FALSE(store.replied({"rest", "defaul", "tev-1"})->has_value());
  }
  SECTION("five at once: one is done, and the reply is its") {
    std::vector<Commit> outcomes;
    for (int i = 0; i < 5; ++i)
      store.commit(ada.turn("two", "ev-2"), [&](Commit c) { outcomes.push_back(c); });
    wait(store);
    CHECK(outcomes == std::vector<Commit>{Commit::kDone, Commit::kDuplicate, Commit::kDuplicate,
                                          Commit::kDuplicate, Commit::kDuplicate});
    CHECK(store.transcript(ada.where.conversation, 0, 10)->size() == 2);
  }
  SECTION("a turn that was not done does not hold its event") {
    Speaker late = ada;
    REQUIRE(say(store, ada, "two") == Commit::kDone);
    CHECK(commit(store, late.turn("three", "ev-3")) == Commit::kConflict);
    CHECK_FALSE(store.replied({"rest", "default", "ev-3"})->has_value());
    CHECK(say(store, ada, "three", "ev-3") == Commit::kDone);
  }
  SECTION("no id, no dedupe") {
    CHECK(say(store, ada, "same") == Commit::kDone);
    CHECK(say(store, ada, "same") == Commit::kDone);
    CHECK_FALSE(store.replied({"rest", "default", ""})->has_value());
  }
}

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

void editions(Subject& subject) {
  CHECK_FALSE(subject.store().edition("h1")->has_value());
  REQUIRE(subject.store().keep_edition(
      {"h1", kMonday, {{"help/menu.talk", "title: Menu\n\"quoted\"\n"}, {"b", ""}}}));
  REQUIRE(subject.store().keep_edition({"h1", kMonday + 1, {}}));  // immutable: the first stays
  subject.reopen();
  const auto edition = *subject.store().edition("h1");
  REQUIRE(edition);
  CHECK(edition->at == kMonday);
  CHECK(edition->files.size() == 2);
  CHECK(edition->files.at("help/menu.talk") == "title: Menu\n\"quoted\"\n");
  const auto bad = subject.store().keep_edition({"h2", kMonday, {{"a", "\xff"}}});
  REQUIRE_FALSE(bad);
  CHECK(bad.failure().kind == Failure::Kind::kRefused);
}

void histories(Subject& subject) {
  CHECK(subject.store().activations(5)->empty());
  const Activation first{"h1", "", kMonday, "files", "the server", "", false};
  const Activation second{"h2", "h1", kMonday + 5, "publish", "ada", "a \"kinder\" line", true};
  REQUIRE(subject.store().activate(first));
  REQUIRE(subject.store().activate(second));
  REQUIRE(subject.store().activate({"h1", "h2", kMonday + 5, "rollback", "bea", "", false}));
  CHECK(subject.store().activations(1)->front().how == "rollback");
  subject.reopen();
  const auto all = *subject.store().activations(5);
  REQUIRE(all.size() == 3);
  CHECK(all[1] == second);
  CHECK(all[2] == first);
  const auto bad = subject.store().activate({"h1", "h2", kMonday, "publish", "ada", "\xff", false});
  REQUIRE_FALSE(bad);
  CHECK(bad.failure().kind == Failure::Kind::kRefused);
  CHECK(subject.store().activations(5)->size() == 3);
}

// The newest state of each conversation, once, whatever page they are read in.
void all_controls(Subject& subject) {
  Store& store = subject.store();
  std::uint64_t after = 0;
  CHECK(store.controls(after, 3)->empty());
  std::vector<std::string> expected;
  for (const char* name : {"ada", "bea", "cleo", "dora", "eve"}) {
    Speaker speaker(name);
    REQUIRE(say(store, speaker, "first") == Commit::kDone);
    REQUIRE(say(store, speaker, "last") == Commit::kDone);
    expected.push_back((*store.load(speaker.where.conversation))->conversation.control);
  }
  std::vector<std::string> found;
  after = 0;
  for (;;) {
    const auto page = *store.controls(after, 2);
    if (page.empty()) break;
    CHECK(page.size() <= 2);
    found.insert(found.end(), page.begin(), page.end());
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  CHECK(found == expected);
}

void health(Subject& subject) {
  Speaker ada("ada");
  for (int i = 0; i < 3; ++i) say(subject.store(), ada, "hi");
  const Store::Health health = subject.store().health();
  CHECK(health.writable);
  CHECK(health.why.empty());
  CHECK(health.turns == 3);
  CHECK(health.batches >= 1);
  CHECK(health.batches <= 3);
  CHECK(health.queued == 0);
}

void backups(Subject& subject) {
  Speaker ada("ada");
  for (int i = 0; i < 20; ++i)
    REQUIRE(say(subject.store(), ada, "turn " + std::to_string(i)) == Commit::kDone);
  const std::string path = subject.fresh_path("copy");
  REQUIRE(subject.store().backup(path));
  REQUIRE(say(subject.store(), ada, "after the copy") == Commit::kDone);
  const auto copy = subject.open_copy(path);
  REQUIRE(copy);
  CHECK((*copy->load(ada.where.conversation))->version == 20);
  CHECK(copy->transcript(ada.where.conversation, 0, 100)->back().said == "turn 19");
}

}  // namespace

void conform_later(Subject& subject);  // conformance_later.cc

void conform(const Factory& make) {
  const auto subject = make();
  SECTION("places") { places(*subject); }
  SECTION("states") { states(*subject); }
  SECTION("versions") { versions(*subject); }
  SECTION("queued turns") { queued(*subject); }
  SECTION("events") { events(*subject); }
  SECTION("transcripts") { transcripts(*subject); }
  SECTION("measures") { measures(*subject); }
  SECTION("holdings") { holding(*subject); }
  SECTION("forgetting") { forgetting(*subject); }
  SECTION("older copies") { copies(*subject); }
  SECTION("editions") { editions(*subject); }
  SECTION("what was live") { histories(*subject); }
  SECTION("every conversation's control") { all_controls(*subject); }
  SECTION("health") { health(*subject); }
  SECTION("backups") { backups(*subject); }
  SECTION("later") { conform_later(*subject); }
}

}  // namespace attune::storage::test
