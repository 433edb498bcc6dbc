// The turn on a real store: order, retries, conflicts, forgetting, what happens when the disk refuses.
#include "bot/channels/rasa.h"
#include "bot/turn/turns.h"

#include <catch2/catch.hpp>
#include <future>
#include <filesystem>
#include <thread>

#include "dialogs/play/play.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/bot/small_edition.h"

namespace attune::bot {
namespace {

namespace fs = std::filesystem;

class FixedClock : public Clock {
 public:
  std::int64_t now() const override { return now_; }
  std::int64_t now_ = 1'767'607'200;
};

std::shared_ptr<const Edition> beginning_with(const std::string& name, const char* text) {
  auto built = testing::edition_with({{"dialogs/" + name + ".talk", text}});
  auto copy = std::make_shared<Edition>(*built);
  copy->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*built->library, name));
  return copy;
}

// Counting begins at first contact, so that a turn's number shows in its words.
std::shared_ptr<const Edition> counting() {
  static const auto edition = beginning_with("try/count", testing::kCounting);
  return edition;
}

constexpr const char* kKeeping = R"(title: Keeping
about: For tests.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft

slots
  passing: text up to 200, keep none
  here: text up to 200, keep run
  week: text up to 200, keep 7 days
  usual: text up to 200

== start
ask passing
  Bot: Say something that is not kept. #keep01
ask here
  Bot: And now for this exercise. #keep02
ask week
  Bot: And for a week. #keep03
ask usual
  Bot: And as usual. #keep04
Bot: Thank you. #keep05
-> end
)";

struct World {
  World() {
    folder = fs::temp_directory_path() / ("attune-turns-" + storage::hex(storage::random_id()));
    fs::create_directories(folder);
    open();
  }
  ~World() {
    turns.reset();
    editions.reset();
    store.reset();
    fs::remove_all(folder);
  }
  void open() {
    turns.reset();
    editions.reset();
    if (store) store->close();
    store.reset();
    storage::SqliteOptions options;
    options.path = (folder / "attune.db").string();
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    store = std::move(*opened);
    editions = std::make_unique<Editions>(*store, counting());
    turns = std::make_unique<Turns>(*store, *editions, clock, measures, Turns::Options{});
  }
  Inbound say(const std::string& who, const std::string& text, const std::string& event = "") const {
    Inbound inbound;
    inbound.address.channel = "test";
    inbound.address.place = who;
    inbound.event = {"test", "default", event};
    inbound.text = text;
    return inbound;
  }
  std::string last(const Turns::Answer& answer) const {
    const Reply reply = read_reply(answer.taken.reply);
    std::string all;
    for (const auto& message : reply.messages) all += message.text + "\n";
    return all;
  }
  fs::path folder;
  FixedClock clock;
  Measures measures;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<Editions> editions;
  std::unique_ptr<Turns> turns;
};

// What becomes of one turn.
class Outcome {
 public:
  std::function<void(storage::Commit)> tell() const {
    return [promise = promise_](storage::Commit outcome) { promise->set_value(outcome); };
  }
  storage::Commit get() const { return promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<storage::Commit>> promise_ = std::make_shared<std::promise<storage::Commit>>();
};

// The writer's thread, held inside a callback until let go: what is taken meanwhile is not decided.
class HeldWriter {
 public:
  explicit HeldWriter(storage::Store& store) {
    const auto reached = std::make_shared<std::promise<void>>();
    store.barrier([reached, free = free_.get_future().share()] {
      reached->set_value();
      free.wait();
    });
    reached->get_future().wait();
  }
  ~HeldWriter() { free_.set_value(); }

 private:
  std::promise<void> free_;
};

TEST_CASE("a conversation goes on where it was, also after a restart", "[bot][turn]") {
  World world;
  REQUIRE(world.turns->answer(world.say("ada", "hello")).outcome == storage::Commit::kDone);
  CHECK(world.last(world.turns->answer(world.say("ada", "stone"))).find("That was stone, number 1.") != std::string::npos);
  world.open();
  CHECK(world.last(world.turns->answer(world.say("ada", "river"))).find("That was river, number 2.") != std::string::npos);
}

TEST_CASE("a retry gets the stored reply byte for byte, from the cache and from the disk", "[bot][turn]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello", "e0"));
  const auto first = world.turns->answer(world.say("ada", "stone", "e1"));
  CHECK(world.turns->answer(world.say("ada", "stone", "e1")).taken.reply == first.taken.reply);
  CHECK(world.turns->answer(world.say("ada", "other", "e1")).outcome == storage::Commit::kMismatch);
  world.open();
  CHECK(world.turns->answer(world.say("ada", "stone", "e1")).taken.reply == first.taken.reply);
  CHECK(world.turns->answer(world.say("ada", "other", "e1")).outcome == storage::Commit::kMismatch);
  CHECK(world.last(world.turns->answer(world.say("ada", "river", "e2"))).find("number 2.") != std::string::npos);
}

TEST_CASE("an event id belongs to the account: another sender cannot reuse it", "[bot][turn]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello", "e0"));
  CHECK(world.turns->answer(world.say("bea", "hello", "e0")).outcome == storage::Commit::kMismatch);
}

TEST_CASE("eight threads on one conversation: every turn counts once", "[bot][turn][threads]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello"));
  constexpr int kThreads = 8, kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<int> done{0};
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int n = 0; n < kEach; ++n) {
        const std::string id = std::to_string(thread) + "-" + std::to_string(n);
        for (int copy = 0; copy < 2; ++copy) {  // each event twice
          if (world.turns->answer(world.say("ada", "word", id)).outcome == storage::Commit::kDone) ++done;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(done == 2 * kThreads * kEach);
  const auto last = world.turns->answer(world.say("ada", "word"));
  CHECK(world.last(last).find("number " + std::to_string(kThreads * kEach + 1) + ".") != std::string::npos);
}

TEST_CASE("words and their reply are kept as long as the slot they answer says", "[bot][turn]") {
  World world;
  world.editions = std::make_unique<Editions>(*world.store, beginning_with("try/keep", kKeeping));
  world.turns = std::make_unique<Turns>(*world.store, *world.editions, world.clock, world.measures, Turns::Options{});
  storage::Id person{};
  for (const char* text : {"hello", "not kept", "for now", "for a week", "as usual"}) {
    const auto answer = world.turns->answer(world.say("ada", text));
    REQUIRE(answer.outcome == storage::Commit::kDone);
    person = answer.taken.where.person;
  }
  const auto held = *world.store->holdings(person);
  REQUIRE(held);
  const auto& turns = held->conversations.at(0).turns;
  REQUIRE(turns.size() == 5);
  CHECK(turns[1].keep_class == "none");
  CHECK(turns[1].said.empty());
  CHECK(turns[2].keep_class == "run");
  CHECK(turns[2].said == "for now");
  CHECK(turns[3].keep_class == "604800");
  CHECK(turns[4].keep_class == "2592000");
  // The run has ended; half an hour later only the days are left.
  REQUIRE(world.store->sweep(world.clock.now() + 31 * 60));
  const auto later = (*world.store->holdings(person))->conversations.at(0).turns;
  CHECK(later[1].reply.empty());
  CHECK(later[2].said.empty());
  CHECK(later[2].reply.empty());
  CHECK(later[3].said == "for a week");
  CHECK(later[4].said == "as usual");
}

TEST_CASE("forgetting leaves nothing, and the next message begins anew", "[bot][turn]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello"));
  const auto spoken = world.turns->answer(world.say("ada", "stone"));
  const Inbound inbound = world.say("ada", "river");
  std::promise<storage::Commit> forgotten;
  world.turns->forget({inbound.address}, spoken.taken.where.person, [&](storage::Commit outcome) { forgotten.set_value(outcome); });
  REQUIRE(forgotten.get_future().get() == storage::Commit::kDone);
  const auto after = world.turns->answer(inbound);
  REQUIRE(after.outcome == storage::Commit::kDone);
  CHECK(after.taken.where.person != spoken.taken.where.person);
  CHECK(world.last(after).find("Begin.") != std::string::npos);
}

TEST_CASE("after forgetting by words the next message is somebody new's, at once", "[bot][turn]") {
  World world;
  std::vector<storage::Where> told;
  world.turns->on_forgotten([&](const storage::Where& where) { told.push_back(where); });
  (void)world.turns->answer(world.say("ada", "hello"));
  (void)world.turns->answer(world.say("ada", "stone"));
  const auto bea = world.turns->answer(world.say("bea", "hello"));
  const auto asked = world.turns->answer(world.say("ada", "delete my data"));
  REQUIRE(world.last(asked).find("Delete everything kept here?") != std::string::npos);
  CHECK(told.empty());
  const auto yes = world.turns->answer(world.say("ada", "yes, delete it", "yes"));
  REQUIRE(yes.outcome == storage::Commit::kDone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].person == asked.taken.where.person);
  CHECK(told[0].conversation == asked.taken.where.conversation);
  // Not by way of a turn thought for who they were, which the store would refuse.
  Outcome decided;
  const auto next = world.turns->take(world.say("ada", "river"), 0, decided.tell());
  REQUIRE(next.kind == Taken::Kind::kThought);
  CHECK(decided.get() == storage::Commit::kDone);
  CHECK(next.where.person != asked.taken.where.person);
  CHECK(next.where.conversation != asked.taken.where.conversation);
  CHECK(next.version == 1);
  CHECK(next.reply.find("Begin.") != std::string::npos);
  CHECK_FALSE(*world.store->holdings(asked.taken.where.person));
  // Nor is a retry of the yes remembered as theirs; and nobody else was forgotten.
  CHECK(world.turns->answer(world.say("ada", "yes, delete it", "yes")).outcome == storage::Commit::kGone);
  CHECK(world.turns->answer(world.say("bea", "stone")).taken.where.person == bea.taken.where.person);
  CHECK(told.size() == 1);
}

TEST_CASE("a retry of the last 32 events is known before anything is thought", "[bot][turn]") {
  World world;
  const auto event = [](int n) { return "e" + std::to_string(n); };
  const auto ignore = [](storage::Commit) {};
  const auto first = world.turns->answer(world.say("ada", "hello", event(0)));
  for (int n = 1; n <= 32; ++n) (void)world.turns->answer(world.say("ada", "word", event(n)));
  SECTION("once it is decided: the stored answer, or a mismatch") {
    const auto known = world.turns->take(world.say("ada", "word", event(1)), 0, ignore);
    CHECK(known.kind == Taken::Kind::kStored);
    CHECK(known.version == 2);
    CHECK(world.turns->take(world.say("ada", "other", event(1)), 0, ignore).kind == Taken::Kind::kMismatch);
  }
  SECTION("until it is decided: it waits with the first, or is a mismatch") {
    Outcome turn, again;
    {
      HeldWriter held(*world.store);
      REQUIRE(world.turns->take(world.say("ada", "word", "new"), 0, turn.tell()).kind == Taken::Kind::kThought);
      REQUIRE(world.turns->take(world.say("ada", "word", "new"), 0, again.tell()).kind == Taken::Kind::kUndecided);
      CHECK(world.turns->take(world.say("ada", "other", "new"), 0, ignore).kind == Taken::Kind::kMismatch);
    }
    CHECK(turn.get() == storage::Commit::kDone);
    CHECK(again.get() == storage::Commit::kDuplicate);
  }
  SECTION("older ones are not remembered here; the store knows them") {
    Outcome decided;
    REQUIRE(world.turns->take(world.say("ada", "hello", event(0)), 0, decided.tell()).kind == Taken::Kind::kThought);
    CHECK(decided.get() == storage::Commit::kDuplicate);
    CHECK(world.turns->answer(world.say("ada", "hello", event(0))).taken.reply == first.taken.reply);
  }
  CHECK(world.last(world.turns->answer(world.say("ada", "word", "last"))).find("That was word, number ") != std::string::npos);
}

TEST_CASE("a turn that conflicts is thought again eight times, and no more", "[bot][turn]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello"));
  // Another process on the same store, which was always there a moment before.
  Turns faster(*world.store, *world.editions, world.clock, world.measures, Turns::Options{});
  int tries = 0;
  Taken::Kind kind = Taken::Kind::kThought;
  for (; kind == Taken::Kind::kThought && tries < 20; ++tries) {
    Outcome first, second;
    {
      HeldWriter held(*world.store);
      (void)faster.take(world.say("ada", "faster"), 0, first.tell());
      kind = world.turns->take(world.say("ada", "slower"), tries, second.tell()).kind;
    }
    REQUIRE(first.get() == storage::Commit::kDone);
    if (kind != Taken::Kind::kThought) break;
    const storage::Commit outcome = second.get();
    REQUIRE(outcome == storage::Commit::kConflict);
    CHECK(next(outcome, tries) == Next::kAgain);
  }
  CHECK(kind == Taken::Kind::kUnavailable);
  CHECK(tries == 9);
  // The turns of the other are all there, and nothing of this one's.
  const auto last = world.turns->answer(world.say("ada", "word"));
  CHECK(world.last(last).find("number 11.") != std::string::npos);
}

TEST_CASE("a store that is closed refuses the turn, and says so", "[bot][turn]") {
  World world;
  (void)world.turns->answer(world.say("ada", "hello"));
  world.store->close();
  const auto refused = world.turns->answer(world.say("ada", "stone"));
  CHECK(refused.outcome != storage::Commit::kDone);
}

TEST_CASE("words in a slot that is kept for nothing are not in the transcript", "[bot][turn][privacy]") {
  World world;
  std::string script = testing::kCounting;
  script.replace(script.find("text up to 200"), 14, "text up to 200, keep none");
  script.replace(script.find("That was {word}, number"), 23, "That was number");
  auto built = testing::edition_with({{"dialogs/try/count.talk", script}});
  auto edition = std::make_shared<Edition>(*built);
  edition->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*built->library, "try/count"));
  Editions editions(*world.store, edition);
  Turns turns(*world.store, editions, world.clock, world.measures, Turns::Options{});
  (void)turns.answer(world.say("bea", "hello"));
  const auto said = turns.answer(world.say("bea", "canary words"));
  REQUIRE(said.outcome == storage::Commit::kDone);
  const auto transcript = world.store->transcript(said.taken.where.conversation, 0, 10);
  REQUIRE(transcript);
  REQUIRE(transcript->size() == 2);
  CHECK((*transcript)[1].said.empty());
}

TEST_CASE("a retry whose words have run out is answered with nothing, not with an error", "[bot][turn]") {
  Taken taken;
  taken.kind = Taken::Kind::kStored;
  CHECK(render_rasa("ada", taken.spoken()) == "[]");
}

TEST_CASE("an unknown time zone is refused before anything is served", "[bot][turn]") {
  World world;
  Turns::Options options;
  options.zone = "Mars/Olympus";
  CHECK_THROWS_WITH(Turns(*world.store, *world.editions, world.clock, world.measures, options), Catch::Contains("Mars/Olympus"));
  CHECK(local_time(1'767'607'200, "Europe/Dublin").hour == 10);
  CHECK(local_time(1'780'000'000, "Europe/Dublin").hour == (1'780'000'000 / 3600 + 1) % 24);  // summer time
  CHECK(local_time(-1, "UTC").day == -1);
}

}  // namespace
}  // namespace attune::bot
