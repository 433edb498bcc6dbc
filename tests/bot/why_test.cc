// Why a turn answered as it did: kept with the turn, told again from the store, without a word of the
// person in what is kept of it beyond what the turn itself keeps.
#include "bot/turn/why.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bot/turn/turns.h"
#include "dialogs/play/play.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/bot/small_edition.h"

namespace attune::bot {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

class FixedClock : public Clock {
 public:
  std::int64_t now() const override { return now_; }
  std::int64_t now_ = 1'767'607'200;
};

constexpr const char* kHearing = R"(title: Hearing
about: For tests.
model: none
not for: people
reviewed: draft

slots
  heat: number 0 to 10, starts at 3
  line: text up to 200
  passing: text up to 200, keep none

hears
  late: late | waited

== start
ask line
  Bot: Say it. #hear01
  when heat > 7
    Bot: Too hot. #hear02
  when late and own-part
    Bot: Both. #hear03
  when defend
    Bot: Defence. #hear04
    again at most 1
  when blame
    Bot: Blame. #hear05
    again at most 1
  otherwise
    Bot: Thank you. #hear06
if heat > 5
  Bot: Hot. #hear07
ask passing
  Bot: And what is not kept? #hear08
  when blame
    Bot: Blame again. #hear09
Bot: Thank you. #hear10
-> end
)";

struct World {
  World() {
    const auto built = testing::edition_with({{"dialogs/try/hear.talk", kHearing}});
    auto copy = std::make_shared<Edition>(*built);
    copy->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*built->library, "try/hear"));
    edition = copy;
    folder = fs::temp_directory_path() / ("attune-why-" + storage::hex(storage::random_id()));
    fs::create_directories(folder);
    storage::SqliteOptions options;
    options.path = (folder / "attune.db").string();
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    store = std::move(*opened);
    editions = std::make_unique<Editions>(*store, edition);
    turns = std::make_unique<Turns>(*store, *editions, clock, measures, Turns::Options{});
  }
  ~World() {
    turns.reset();
    editions.reset();
    store.reset();
    fs::remove_all(folder);
  }
  storage::Where say(const std::string& words) {
    Inbound inbound;
    inbound.address.channel = "test";
    inbound.address.place = "ada";
    inbound.text = words;
    if (words.empty()) inbound.kind = dialogs::Event::Kind::kStart;
    const auto answer = turns->answer(inbound);
    REQUIRE(answer.outcome == storage::Commit::kDone);
    return answer.taken.where;
  }
  storage::Holdings held(const storage::Where& where) {
    auto holdings = store->holdings(where.person);
    REQUIRE(holdings);
    REQUIRE(*holdings);
    return std::move(**holdings);
  }
  Why told(const storage::HeldTurn& turn) {
    return why(turn, [this](const std::string& hash) { return hash == edition->hash ? edition : nullptr; });
  }
  std::shared_ptr<const Edition> edition;
  fs::path folder;
  FixedClock clock;
  Measures measures;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<Editions> editions;
  std::unique_ptr<Turns> turns;
};

bool any(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a turn of the store tells what decided it", "[turn][why]") {
  World world;
  world.say("");
  const auto where = world.say("It is all your fault, and I waited");
  const auto holdings = world.held(where);
  const auto* turn = turn_named(holdings, "test:default:ada", 0);
  REQUIRE(turn != nullptr);
  const Why why = world.told(*turn);
  const std::string words = in_words(why);
  INFO(words);
  CHECK(why.said == "It is all your fault, and I waited");
  CHECK(why.normal == "it is all your fault and i waited");
  CHECK(why.edition == world.edition->hash);
  CHECK(any(why.decided, "when heat > 7: no (heat is 3)"));
  CHECK(any(why.decided, "branch: when blame fits: heard blame in \""));
  CHECK(any(why.decided, "(try/hear start #hear01)"));
  CHECK(any(why.passed_over, "when late and own-part: heard late, not own-part"));
  CHECK(any(why.passed_over, "when defend: not heard"));
  CHECK(std::any_of(why.heard.begin(), why.heard.end(), [](const auto& one) { return one.intent == "blame" && !one.phrase.empty() && one.lost_because.empty(); }));
  CHECK(std::none_of(why.heard.begin(), why.heard.end(), [](const auto& one) { return one.intent == "practice/late-home:waited-for-you"; }));
  CHECK_THAT(words, Contains("read as: it is all your fault and i waited"));
  CHECK(as_json(why).at("in_words") == words);
}

TEST_CASE("a branch that is used up, and a condition with its value", "[turn][why]") {
  World world;
  world.say("");
  world.say("It is all your fault");
  const auto where = world.say("It is all your fault");
  const auto holdings = world.held(where);
  const Why why = world.told(*turn_named(holdings, "test:default:ada", 0));
  INFO(in_words(why));
  CHECK(any(why.decided, "when blame: used up, named 1 times"));
  CHECK(any(why.decided, "free text: otherwise"));
  CHECK(any(why.decided, "if heat > 5: no (heat is 3)"));
}

TEST_CASE("turns are named by number, and a turn that is not there is none", "[turn][why]") {
  World world;
  world.say("");
  world.say("It is all your fault");
  const auto where = world.say("hm");
  const auto holdings = world.held(where);
  REQUIRE(turn_named(holdings, storage::hex(where.conversation), 2) != nullptr);
  CHECK(turn_named(holdings, storage::hex(where.conversation), 2)->version == 2);
  CHECK(turn_named(holdings, storage::hex(where.person), 0)->version == 3);
  CHECK(turn_named(holdings, storage::hex(where.conversation), 9) == nullptr);
}

TEST_CASE("what is kept of the reasons holds no word of the person", "[turn][why]") {
  World world;
  world.say("");
  world.say("quokka");
  const auto where = world.say("It is all your fault, zebrafish");  // the question that keeps nothing
  const auto holdings = world.held(where);
  for (const auto& turn : holdings.conversations[0].turns) {
    const auto reply = nlohmann::json::parse(turn.reply, nullptr, false);
    if (!reply.is_object() || !reply.contains("why")) continue;
    CHECK(reply["why"].dump().find("zebrafish") == std::string::npos);
    CHECK(reply["why"].dump().find("fault") == std::string::npos);
    CHECK(reply["why"].dump().find("quokka") == std::string::npos);
  }
  const Why why = world.told(*turn_named(holdings, "test:default:ada", 0));
  CHECK(why.said.empty());
  CHECK(any(why.decided, "when blame fits: heard blame  ("));
  CHECK_THAT(in_words(why), Contains("what was said is not kept"));
}

TEST_CASE("the reasons go when the words of their turn go", "[turn][why]") {
  World world;
  world.say("");
  const auto where = world.say("It is all your fault");
  world.clock.now_ += 40 * 86'400;
  while (true) {
    const auto more = world.store->sweep(world.clock.now_);
    REQUIRE(more);
    if (!*more) break;
  }
  const auto holdings = world.held(where);
  const Why why = world.told(*turn_named(holdings, "test:default:ada", 2));
  CHECK_FALSE(why.kept);
  CHECK(why.decided.empty());
  CHECK_THAT(in_words(why), Contains("no longer kept"));
}

TEST_CASE("without its edition the reasons are still told", "[turn][why]") {
  World world;
  world.say("");
  const auto where = world.say("It is all your fault");
  const auto holdings = world.held(where);
  const Why told = why(*turn_named(holdings, "test:default:ada", 0), [](const std::string&) { return nullptr; });
  CHECK(any(told.decided, "when blame fits"));
  CHECK(told.heard.empty());
  CHECK_THAT(in_words(told), Contains("the edition is not there any more"));
}

TEST_CASE("a reply and its reasons are read back as they were written", "[turn][why]") {
  Reply reply;
  reply.edition = "abc";
  reply.reasons = {{"branch", "try/hear start #hear01", "when blame fits", {{"blame", {{0, 3}, {7, 9}}}, {"late", {{1, 2}}}}, 3}, {"guard", "", "x", {}, 0}};
  const Reply back = read_reply(write(reply));
  CHECK(write(back) == write(reply));
  REQUIRE(back.reasons.size() == 2);
  CHECK(back.reasons[0].heard[0].spans[1].begin == 7);
  CHECK(back.reasons[0].passed == 3);
  CHECK(back.edition == "abc");
}

}  // namespace attune::bot
