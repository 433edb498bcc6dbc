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

void conform_people(Subject& subject);  // conformance_people.cc
void conform_later(Subject& subject);   // conformance_later.cc

void conform(const Factory& make) {
  const auto subject = make();
  SECTION("places") { places(*subject); }
  SECTION("states") { states(*subject); }
  SECTION("versions") { versions(*subject); }
  SECTION("queued turns") { queued(*subject); }
  SECTION("events") { events(*subject); }
  SECTION("people") { conform_people(*subject); }
  SECTION("editions") { editions(*subject); }
  SECTION("what was live") { histories(*subject); }
  SECTION("every conversation's control") { all_controls(*subject); }
  SECTION("health") { health(*subject); }
  SECTION("backups") { backups(*subject); }
  SECTION("later") { conform_later(*subject); }
}

}  // namespace attune::storage::test
