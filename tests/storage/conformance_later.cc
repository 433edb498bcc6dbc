// What every store has to do with timers and with what is to be sent: storage/outbox.h as a test.
#include <catch2/catch.hpp>

#include "tests/storage/conformance.h"
#include "tests/storage/turns.h"

namespace attune::storage::test {
namespace {

using What = Settled::What;

constexpr Time kLater = kMonday + 3600;
constexpr Time kFar = kMonday + 86'400;

std::vector<TimerNumber> numbers(Store& store, Time now, int limit = 100) {
  std::vector<TimerNumber> found;
  const auto due = store.due_timers(now, std::nullopt, limit);
  for (const DueTimer& timer : *due) found.push_back(timer.number);
  return found;
}

Commit next(Store& store, Speaker& speaker, Turn turn) {
  const Commit outcome = commit(store, std::move(turn));
  if (outcome == Commit::kDone) ++speaker.version;
  return outcome;
}

Turn with_timers(const Speaker& speaker, std::vector<TimerSet> timers, std::vector<TimerNumber> gone = {}) {
  Turn turn = speaker.turn("timers");
  turn.timers = std::move(timers);
  turn.timers_gone = std::move(gone);
  return turn;
}

Turn with_parts(const Speaker& speaker, const std::vector<std::string>& bodies, Time not_before = kMonday) {
  Turn turn = speaker.turn("parts");
  for (const std::string& body : bodies) turn.parts.push_back({body, not_before, kFar});
  return turn;
}

std::vector<std::string> bodies(const Consignment& consignment) {
  std::vector<std::string> found;
  for (const Piece& piece : consignment.pieces) found.push_back(piece.body);
  return found;
}

Settled settled(What what, const Consignment& of, std::size_t piece = 0, Time at = kMonday) {
  Settled one;
  one.what = what;
  one.conversation = of.where.conversation;
  one.claim = of.claim;
  if (piece < of.pieces.size()) {
    one.version = of.pieces[piece].version;
    one.part = of.pieces[piece].part;
  }
  one.at = at;
  one.why = what == What::kDead ? "refused" : "";
  return one;
}

using Bodies = std::vector<std::string>;
using Numbers = std::vector<TimerNumber>;

void timers(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), ben("ben");
  REQUIRE(next(store, ada, with_timers(ada, {{1, kLater}, {2, kMonday}, {3, kFar}})) == Commit::kDone);
  REQUIRE(next(store, ben, with_timers(ben, {{7, kMonday + 5}})) == Commit::kDone);
  SECTION("due from their time on, the longest due first, with whose they are") {
    CHECK(numbers(store, kMonday - 1) == Numbers{});
    CHECK(numbers(store, kMonday) == Numbers{2});
    CHECK(numbers(store, kLater) == Numbers{2, 7, 1});
    const DueTimer first = store.due_timers(kLater, std::nullopt, 1)->at(0);
    CHECK(first.where.person == ada.where.person);
    CHECK(first.where.conversation == ada.where.conversation);
    CHECK(first.address == ada.address);
    CHECK(first.due == kMonday);
    CHECK(*store.backlog()->next_timer == kMonday);
    CHECK(store.holdings(ada.where.person)->value().conversations.at(0).timers == std::vector<Time>{kMonday, kLater, kFar});
  }
  SECTION("page by page") {
    const auto first = *store.due_timers(kFar, std::nullopt, 2);
    REQUIRE(first.size() == 2);
    const auto rest = *store.due_timers(kFar, first.back(), 10);
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].number == 1);
    CHECK(rest[1].number == 3);
    CHECK(store.due_timers(kFar, rest.back(), 10)->empty());
  }
  SECTION("a turn fires one, cancels another and moves a third, or does none of it") {
    Turn stale = with_timers(ada, {{4, kMonday}}, {1, 2, 3});
    stale.read_version = 0;
    REQUIRE(commit(store, stale) == Commit::kConflict);
    CHECK(numbers(store, kFar) == Numbers{2, 7, 1, 3});
    Turn turn = with_timers(ada, {{3, kMonday + 1}, {4, kMonday}}, {2, 1, 99});
    turn.event = timer_event(ada.where.conversation, 2);
    REQUIRE(next(store, ada, turn) == Commit::kDone);
    CHECK(numbers(store, kFar) == Numbers{4, 3, 7});
    CHECK(commit(store, turn) == Commit::kDuplicate);
    subject.reopen();
    CHECK(numbers(subject.store(), kFar) == Numbers{4, 3, 7});
    CHECK(commit(subject.store(), turn) == Commit::kDuplicate);
  }
  SECTION("a turn that moves what it cancels leaves it set") {
    REQUIRE(next(store, ada, with_timers(ada, {{2, kFar}}, {2})) == Commit::kDone);
    CHECK(numbers(store, kFar - 1) == Numbers{7, 1});
  }
  SECTION("gone with whose they are") {
    REQUIRE(store.forget(ada.where.person));
    CHECK(numbers(store, kFar) == Numbers{7});
    Turn turn = ben.turn("delete my data");
    turn.timers = {{8, kMonday}};
    turn.parts = {{"never sent", kMonday, kFar}};
    turn.forget_person = true;
    REQUIRE(commit(store, turn) == Commit::kDone);
    CHECK(numbers(store, kFar) == Numbers{});
    CHECK_FALSE(store.backlog()->next_timer.has_value());
    CHECK_FALSE(store.backlog()->next_delivery.has_value());
  }
  SECTION("in a copy as in the original") {
    const std::string path = subject.fresh_path("copy");
    REQUIRE(store.backup(path));
    REQUIRE(next(store, ada, with_timers(ada, {}, {1, 2, 3})) == Commit::kDone);
    CHECK(numbers(*subject.open_copy(path), kFar) == Numbers{2, 7, 1, 3});
  }
}

void claims(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada"), ben("ben");
  CHECK(store.claim(kFar, kFar, 10, 10)->empty());
  REQUIRE(next(store, ada, with_parts(ada, {"a1", "a2"}, kMonday + 10)) == Commit::kDone);
  REQUIRE(next(store, ben, with_parts(ben, {"b1"})) == Commit::kDone);
  REQUIRE(next(store, ada, with_parts(ada, {"a3"})) == Commit::kDone);
  SECTION("a conversation's parts in their order, none before its time, and not past one that waits") {
    CHECK(*store.backlog()->next_delivery == kMonday);
    const auto early = *store.claim(kMonday, kLater, 10, 10);
    REQUIRE(early.size() == 1);
    CHECK(bodies(early[0]) == Bodies{"b1"});
    CHECK(early[0].address == ben.address);
    CHECK(early[0].where.person == ben.where.person);
    const auto due = *store.claim(kMonday + 10, kLater, 10, 2);
    REQUIRE(due.size() == 1);
    CHECK(bodies(due[0]) == Bodies{"a1", "a2"});
    CHECK((due[0].pieces[1].version == 1 && due[0].pieces[1].part == 1 && due[0].pieces[1].expires == kFar));
  }
  SECTION("as many conversations as are asked for, those that waited longest first") {
    const auto first = *store.claim(kMonday + 20, kLater, 1, 10);
    REQUIRE(first.size() == 1);
    CHECK(bodies(first[0]) == Bodies{"b1"});
  }
  SECTION("what is claimed is nobody else's, until the lease is over") {
    const auto claimed = *store.claim(kMonday + 10, kLater, 10, 10);
    REQUIRE(claimed.size() == 2);
    CHECK(store.claim(kLater - 1, kFar, 10, 10)->empty());
    subject.reopen();  // a dead worker
    CHECK(subject.store().claim(kLater - 1, kFar, 10, 10)->empty());
    CHECK(subject.store().claim(kLater, kFar, 10, 10)->size() == 2);
  }
  SECTION("new parts wait for the claim, and come after") {
    const auto claimed = *store.claim(kMonday, kLater, 10, 10);
    REQUIRE(claimed.size() == 1);
    REQUIRE(next(store, ben, with_parts(ben, {"b2"})) == Commit::kDone);
    CHECK(store.claim(kMonday, kLater, 10, 10)->empty());
    REQUIRE(store.settle({settled(What::kSent, claimed[0]), settled(What::kRelease, claimed[0])}));
    CHECK(bodies(store.claim(kMonday, kLater, 10, 10)->at(0)) == Bodies{"b2"});
  }
  SECTION("a conversation of whom is forgotten is not sent to") {
    const auto claimed = *store.claim(kMonday, kLater, 10, 10);
    REQUIRE(store.forget(ben.where.person));
    REQUIRE(store.settle({settled(What::kLater, claimed[0])}));
    CHECK(store.claim(kMonday, kLater, 10, 10)->empty());
  }
}

void settling(Subject& subject) {
  Store& store = subject.store();
  Speaker ada("ada");
  REQUIRE(next(store, ada, with_parts(ada, {"one", "two", "three"})) == Commit::kDone);
  const Consignment claimed = store.claim(kMonday, kLater, 10, 10)->at(0);
  const auto waiting = [&](Time now) {
    const auto found = *store.claim(now, now + 60, 10, 10);
    return found.empty() ? Bodies{} : bodies(found[0]);
  };
  SECTION("sent, all of it: nothing is left") {
    REQUIRE(store.settle({settled(What::kSent, claimed, 0), settled(What::kSent, claimed, 1), settled(What::kSent, claimed, 2)}));
    CHECK_FALSE(store.backlog()->next_delivery.has_value());
    CHECK(waiting(kFar - 1) == Bodies{});
  }
  SECTION("sent, then a failure: the rest later, and how often it was tried") {
    REQUIRE(store.settle({settled(What::kSent, claimed), settled(What::kLater, claimed, 1, kMonday + 30)}));
    CHECK(waiting(kMonday + 29) == Bodies{});
    const Consignment again = store.claim(kMonday + 30, kLater, 10, 10)->at(0);
    CHECK(again.attempts == 1);
    CHECK(bodies(again) == Bodies{"two", "three"});
    REQUIRE(store.settle({settled(What::kLater, again, 0, kMonday + 40)}));
    CHECK(store.claim(kMonday + 40, kLater, 10, 10)->at(0).attempts == 2);
  }
  SECTION("what follows one that was sent begins to be tried anew") {
    REQUIRE(store.settle({settled(What::kLater, claimed, 0, kMonday)}));
    const Consignment again = store.claim(kMonday, kLater, 10, 10)->at(0);
    REQUIRE(store.settle({settled(What::kSent, again), settled(What::kRelease, again)}));
    CHECK(store.claim(kMonday, kLater, 10, 10)->at(0).attempts == 0);
  }
  SECTION("dead: a letter without text, and the next may follow") {
    REQUIRE(store.settle({settled(What::kDead, claimed), settled(What::kRelease, claimed)}));
    const auto letters = *store.dead_letters(10);
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].conversation == ada.where.conversation);
    CHECK((letters[0].version == 1 && letters[0].part == 0 && letters[0].at == kMonday && letters[0].why == "refused"));
    CHECK(store.backlog()->dead_letters == 1);
    CHECK(waiting(kMonday) == Bodies{"two", "three"});
    REQUIRE(store.settle({settled(What::kSent, claimed, 1), settled(What::kSent, claimed, 2)}));
    REQUIRE(store.sweep(kMonday + 30 * 86'400 - 1));
    CHECK(store.dead_letters(10)->size() == 1);
    REQUIRE(store.sweep(kMonday + 30 * 86'400));
    CHECK(store.dead_letters(10)->empty());
  }
  SECTION("a dead letter that is sent again leaves first, once; one that is dropped never") {
    REQUIRE(store.settle({settled(What::kDead, claimed), settled(What::kDead, claimed, 1), settled(What::kRelease, claimed)}));
    REQUIRE(store.dead_letters(10)->size() == 2);
    CHECK(store.dead_letters(10)->at(0).address.place == ada.address.place);
    Settled again = settled(What::kAgain, claimed);
    again.claim = 0;
    again.again = {"one more", kMonday, kFar};
    REQUIRE(store.settle({again, again, settled(What::kDropped, claimed, 1), settled(What::kDropped, claimed, 1)}));
    CHECK(store.dead_letters(10)->empty());
    CHECK(waiting(kMonday) == Bodies{"one more", "three"});
    REQUIRE(store.settle({settled(What::kSent, claimed), settled(What::kSent, claimed, 2), again, settled(What::kDropped, claimed)}));
    CHECK_FALSE(store.backlog()->next_delivery.has_value());
  }
  SECTION("the last of a conversation is dead: sent again, it waits alone") {
    REQUIRE(store.settle({settled(What::kDead, claimed), settled(What::kSent, claimed, 1), settled(What::kSent, claimed, 2)}));
    REQUIRE_FALSE(store.backlog()->next_delivery.has_value());
    Settled again = settled(What::kAgain, claimed);
    again.again = {"one more", kMonday, kFar};
    REQUIRE(store.settle({again}));
    CHECK(waiting(kMonday) == Bodies{"one more"});
  }
  SECTION("held: the lease is longer") {
    REQUIRE(store.settle({settled(What::kHold, claimed, 0, kFar - 10)}));
    CHECK(waiting(kLater) == Bodies{});
    CHECK(waiting(kFar - 10) == Bodies{"one", "two", "three"});
  }
  SECTION("a claim that was lost counts for nothing but what was sent") {
    const Consignment other = store.claim(kLater, kFar, 10, 10)->at(0);
    REQUIRE(other.claim != claimed.claim);
    REQUIRE(store.settle({settled(What::kLater, claimed, 0, kMonday), settled(What::kRelease, claimed), settled(What::kDead, claimed, 1)}));
    CHECK(waiting(kLater) == Bodies{});
    CHECK(store.dead_letters(10)->empty());
    REQUIRE(store.settle({settled(What::kSent, claimed, 0)}));
    REQUIRE(store.settle({settled(What::kRelease, other)}));
    CHECK(waiting(kLater) == Bodies{"two", "three"});
  }
  SECTION("a part lives no longer than the words in it, and a sweep buries it") {
    REQUIRE(store.settle({settled(What::kSent, claimed, 0), settled(What::kSent, claimed, 1), settled(What::kSent, claimed, 2)}));
    for (const char* keep_class : {"none", "1200"}) {
      Turn turn = with_parts(ada, {keep_class});
      turn.said_class = keep_class;
      turn.at = kMonday;
      REQUIRE(next(store, ada, turn) == Commit::kDone);
    }
    const Consignment both = store.claim(kMonday, kMonday + 1, 10, 10)->at(0);
    CHECK(bodies(both) == Bodies{"none", "1200"});
    CHECK(both.pieces[0].expires == kMonday + 1800);
    CHECK(both.pieces[1].expires == kMonday + 1200);
    REQUIRE(store.sweep(kMonday + 1200));
    CHECK(waiting(kMonday + 1200) == Bodies{"none"});
    REQUIRE(store.sweep(kMonday + 1800));
    CHECK_FALSE(store.backlog()->next_delivery.has_value());
    CHECK(store.dead_letters(10)->size() == 2);
  }
  SECTION("what expires is buried, and no other") {
    REQUIRE(store.settle({settled(What::kRelease, claimed)}));
    Turn turn = ada.turn("later");
    turn.parts = {{"four", kMonday, kFar + 60}};
    REQUIRE(next(store, ada, turn) == Commit::kDone);
    CHECK(waiting(kFar) == Bodies{"four"});
    REQUIRE(store.dead_letters(10)->size() == 3);
    CHECK(store.dead_letters(1)->at(0).why == "expired");
  }
}

Commit hands(Store& store, Speaker& speaker, HandOff what) {
  Turn turn = speaker.turn("a word");
  turn.hand_offs = {std::move(what)};
  return next(store, speaker, turn);
}

void hand_offs(Subject& subject) {
  Store& store = subject.store();
  using Done = HandOff::What;
  using Which = HandedList::Which;
  const auto asks = [](std::uint32_t number, bool urgent = false, const std::string& space = "default") {
    return HandOff{Done::kWaits, number, "", space, "help/person", "asked for one", urgent};
  };
  const auto list = [&](Which which, const std::string& who = "", int limit = 100, std::optional<HandedList::Place> after = {}) {
    std::vector<std::string> found;
    const auto rows = store.handed({which, "default", who, after, limit});
    for (const Handed& one : *rows) found.push_back(one.address.place + " " + std::to_string(one.number));
    return found;
  };
  using Names = std::vector<std::string>;
  Speaker ada("ada"), ben("ben"), cleo("cleo"), dora("dora");
  REQUIRE(hands(store, ada, asks(1)) == Commit::kDone);
  REQUIRE(hands(store, ben, asks(1, true)) == Commit::kDone);
  REQUIRE(hands(store, cleo, asks(1)) == Commit::kDone);
  REQUIRE(hands(store, dora, asks(1, true, "elsewhere")) == Commit::kDone);
  CHECK(list(Which::kWaiting) == Names{"ben 1", "ada 1", "cleo 1"});
  SECTION("pages go on where the last one ended") {
    const auto first = store.handed({Which::kWaiting, "default", "", {}, 2});
    REQUIRE(first->size() == 2);
    CHECK(list(Which::kWaiting, "", 2, HandedList::Place{first->back().urgent, first->back().row}) == Names{"cleo 1"});
    CHECK(list(Which::kWaiting, "", 1, HandedList::Place{first->front().urgent, first->front().row}) == Names{"ada 1"});
    CHECK(list(Which::kWaiting, "", 0).empty());
  }
  SECTION("one is found by its name, with when and why") {
    const auto one = store.handed(ada.where.conversation, 1);
    REQUIRE(one->has_value());
    CHECK((**one).where.person == ada.where.person);
    CHECK((**one).version == 1);
    CHECK((**one).at == kMonday);
    CHECK((**one).script == "help/person");
    CHECK((**one).reason == "asked for one");
    CHECK_FALSE((**one).urgent);
    CHECK_FALSE((**one).taken.has_value());
    CHECK_FALSE(store.handed(ada.where.conversation, 2)->has_value());
    CHECK_FALSE(store.handed(random_id(), 1)->has_value());
  }
  SECTION("taken, it is somebody's; over, it is everybody's, the newest first") {
    REQUIRE(hands(store, ada, {Done::kTaken, 1, "mira", "", "", "", false}) == Commit::kDone);
    CHECK(list(Which::kWaiting) == Names{"ben 1", "cleo 1"});
    CHECK(list(Which::kTaken, "mira") == Names{"ada 1"});
    CHECK(list(Which::kTaken, "ines").empty());
    // Over and asked for again, in one turn.
    Turn turn = ada.turn("back");
    turn.hand_offs = {{Done::kGivenBack, 1, "", "", "", "", false}, asks(2)};
    REQUIRE(next(store, ada, turn) == Commit::kDone);
    REQUIRE(hands(store, ben, {Done::kLeft, 1, "", "", "", "", false}) == Commit::kDone);
    CHECK(list(Which::kWaiting) == Names{"cleo 1", "ada 2"});
    CHECK(list(Which::kTaken, "mira").empty());
    CHECK(list(Which::kOver) == Names{"ben 1", "ada 1"});
    const auto first = store.handed({Which::kOver, "default", "", {}, 1});
    CHECK(list(Which::kOver, "", 5, HandedList::Place{first->back().urgent, first->back().row}) == Names{"ada 1"});
    const auto over = store.handed(ada.where.conversation, 1);
    CHECK((**over).what == Done::kGivenBack);
    CHECK((**over).who == "mira");
    CHECK((**over).taken == kMonday + 1);
    CHECK((**over).over == kMonday + 2);
    const auto holdings = store.holdings(ada.where.person);
    REQUIRE((**holdings).conversations.at(0).hand_offs.size() == 2);
    CHECK((**holdings).conversations[0].hand_offs[0].who == "mira");
    CHECK((**holdings).conversations[0].hand_offs[1].what == Done::kWaits);
  }
  SECTION("a turn that is not kept changes nothing") {
    Turn late = ben.turn("late");
    late.read_version = 7;
    late.hand_offs = {{Done::kTaken, 1, "mira", "", "", "", false}};
    CHECK(commit(store, late) == Commit::kConflict);
    CHECK(list(Which::kTaken, "mira").empty());
  }
  SECTION("it goes with its person, and stays over a restart") {
    REQUIRE(store.forget(ben.where.person));
    CHECK(list(Which::kWaiting) == Names{"ada 1", "cleo 1"});
    CHECK_FALSE(store.handed(ben.where.conversation, 1)->has_value());
    subject.reopen();
    const auto rows = subject.store().handed({Which::kWaiting, "default", "", {}, 10});
    CHECK(rows->size() == 2);
  }
}

}  // namespace

void conform_later(Subject& subject) {
  SECTION("timers") { timers(subject); }
  SECTION("claims") { claims(subject); }
  SECTION("settling") { settling(subject); }
  SECTION("hand offs") { hand_offs(subject); }
}

}  // namespace attune::storage::test
