// Damaged files, hundreds of variants: bits flipped, pages zeroed, filled, swapped and stale, files
// cut short, headers hit; of the database, its log and the shared index. Whatever it is: no crash,
// never another person's words, never altered words; and a start that finds damage says so and
// leaves the files as they are.
//
// ATTUNE_SEED=N other damage; ATTUNE_LONG=1 ten times as much.
#include <SQLiteCpp/Database.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/storage/disk_log.h"
#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t kPage = 4096;

struct World {  // files with people in them, and who they are
  std::vector<Speaker> people;
  Files stopped;  // after a clean stop: one file
  Files running;  // copied while it ran: with a log that is not yet in the database
  Files earlier;  // the database some turns ago
};

std::string words(const Speaker& speaker, Version version) {
  return speaker.address.place + "." + std::to_string(version) + ":" +
         std::string(version % 5 == 0 ? 3'000 : 40, 'w');
}

void grow(Store& store, std::vector<Speaker>& people, int turns) {
  for (int i = 0; i < turns; ++i)
    for (Speaker& speaker : people) {
      const Version version = speaker.version + 1;
      const std::string event = speaker.address.place + "-" + std::to_string(version);
      REQUIRE(say(store, speaker, words(speaker, version), event) == Commit::kDone);
    }
}

World grown() {
  World world;
  SqliteWorld place(false);
  place.options.checkpoint_every = std::chrono::hours(1);
  for (int i = 0; i < 6; ++i) world.people.emplace_back("p" + std::to_string(i));
  place.options.recent_events = 20;
  place.reopen();
  REQUIRE(
      place.store().keep_edition({"e1", kMonday, {{"dialogs/a.talk", std::string(9000, 'a')}}}));
  grow(place.store(), world.people, 8);
  place.close();
  world.earlier = read_files(place.folder / "");
  place.reopen();
  grow(place.store(), world.people, 8);
  world.running = read_files(place.folder / "");
  place.close();
  world.stopped = read_files(place.folder / "");
  return world;
}

class Damage {
 public:
  Damage(const World& world, std::uint64_t seed) : world_(world), dice_(seed) {}

  std::string what;
  bool of_a_page = false;  // a whole page of the database is not what was written there

  Files make() {
    const bool running = below(2);
    Files files = running ? world_.running : world_.stopped;
    const std::size_t target = running ? below(4) : 0;
    if (target < 2) {
      hurt_database(files["attune.db"], running);
    } else if (target == 2) {
      hurt(files["attune.db-wal"], "log", 4096 + 24);
    } else {
      hurt(files["attune.db-shm"], "shared index", 1024);
    }
    return files;
  }

  Files make_of_keys() {
    Files files = below(2) ? world_.running : world_.stopped;
    const bool log = files.count("keys.db-wal") && below(3) == 0;
    hurt(files[log ? "keys.db-wal" : "keys.db"], log ? "keys' log" : "keys",
         log ? 4096 + 24 : kPage);
    return files;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(dice_() % n); }
  void fill(std::string& bytes, std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < std::min(from + count, bytes.size()); ++i)
      bytes[i] = static_cast<char>(dice_());
  }
  void flip(std::string& bytes, std::size_t from, std::size_t to) {
    bytes[from + below(to - from)] ^= static_cast<char>(1u << below(8));
  }
  std::string page(const std::string& file, std::size_t n) { return file.substr(n * kPage, kPage); }

  void hurt_database(std::string& file, bool running) {
    const std::size_t pages = file.size() / kPage;
    const std::size_t one = below(pages), other = below(pages);
    const std::string old = page(file, one);
    what = "database, page " + std::to_string(one) + ": ";
    switch (below(6)) {
      case 0:
        what += "zeroed";
        file.replace(one * kPage, kPage, kPage, '\0');
        break;
      case 1:
        what += "filled";
        fill(file, one * kPage, kPage);
        break;
      case 2:
        what += "swapped with " + std::to_string(other);
        file.replace(one * kPage, kPage, page(file, other));
        file.replace(other * kPage, kPage, old);
        break;
      case 3: {
        what += "stale";
        const std::string& earlier = world_.earlier.at("attune.db");
        if ((one + 1) * kPage <= earlier.size())
          file.replace(one * kPage, kPage, page(earlier, one));
        break;
      }
      default:
        hurt(file, "database", kPage);
        return;
    }
    // What the log holds too is not missed.
    of_a_page = !running && page(file, one) != old;
  }

  void hurt(std::string& file, const char* name, std::size_t unit) {
    what = std::string(name) + ": ";
    if (file.empty()) return;
    const std::size_t at = below(file.size() / unit) * unit;
    switch (below(7)) {
      case 0:
        what += "one bit";
        flip(file, 0, file.size());
        break;
      case 1:
        what += "nine bits";
        for (int i = 0; i < 9; ++i) flip(file, 0, file.size());
        break;
      case 2:
        what += "header";
        flip(file, 0, std::min<std::size_t>(100, file.size()));
        break;
      case 3:
        what += "cut short";
        file.resize(below(file.size()));
        break;
      case 4:
        what += "cut to nothing";
        file.clear();
        break;
      case 5:
        what += "a sector zeroed";
        file.replace(at, std::min<std::size_t>(512, file.size() - at), 512, '\0');
        break;
      default:
        what += "a sector filled";
        fill(file, at, 512);
        break;
    }
  }

  const World& world_;
  std::mt19937_64 dice_;
};

// Nobody is shown anything but their own words, unaltered, or nothing.
class Look {
 public:
  Look(Store& store, const Speaker& speaker) : store_(store), speaker_(speaker) {}

  void everywhere() {
    const auto where = store_.find(speaker_.address);
    if (where && *where) {
      CHECK(((*where)->person == speaker_.where.person));
      CHECK(((*where)->conversation == speaker_.where.conversation));
    }
    if (const auto there = store_.load(speaker_.where.conversation); there && *there)
      for (const auto& [keep_class, text] : (*there)->conversation.texts)
        CHECK(is(text, "state of ", (*there)->version));
    if (const auto entries = store_.transcript(speaker_.where.conversation, 0, 1000))
      for (const TranscriptEntry& entry : *entries) {
        CHECK((entry.said.empty() || is(entry.said, "", entry.version)));
        CHECK((entry.reply.empty() || is(entry.reply, "reply to ", entry.version)));
      }
    for (Version v = 1; v <= speaker_.version; ++v) {
      const auto reply = store_.replied({"rest", "default", event(v)});
      if (reply && *reply) CHECK(((*reply)->reply.empty() || is((*reply)->reply, "reply to ", v)));
    }
  }
  // And it may go on as it can.
  void go_on() {
    Speaker speaker = speaker_;
    (void)say(store_, speaker, speaker.address.place + " goes on", event(1'000));
  }

 private:
  std::string event(Version v) { return speaker_.address.place + "-" + std::to_string(v); }
  bool is(const std::string& text, const std::string& before, Version v) {
    return text == before + words(speaker_, v) ||
           text == before + speaker_.address.place + " goes on";
  }
  Store& store_;
  const Speaker& speaker_;
};

void look_and_go_on(Store& store, const World& world) {
  for (const Speaker& speaker : world.people) Look(store, speaker).everywhere();
  for (const Speaker& speaker : world.people) Look(store, speaker).go_on();
  (void)store.sweep(kMonday + 5'000);
  (void)store.forget(world.people[2].where.person);
  (void)store.edition("e1");
  for (const Speaker& speaker : world.people) Look(store, speaker).everywhere();
}

struct Counts {
  std::uint64_t page_damage = 0, page_found = 0, refused = 0, started = 0;
  std::map<std::string, int> missed;  // page damage that the start did not see, by what it was
};

void try_one(const World& world, std::uint64_t seed, Counts& counts) {
  SqliteWorld place(false);
  Damage damage(world, seed);
  Files files = damage.make();
  INFO("seed " << seed << ", " << damage.what);
  write_files(place.folder / "", files);
  counts.page_damage += damage.of_a_page;
  auto opened = SqliteStore::open(place.options);
  if (opened) {
    ++counts.started;
    if (damage.of_a_page) ++counts.missed[damage.what.substr(damage.what.rfind(':') + 2)];
    look_and_go_on(**opened, world);
    return;
  }
  ++counts.refused;
  counts.page_found += damage.of_a_page;
  // A bit of the version number may say just that.
  if (opened.failure().what.find("newer attune") != std::string::npos) return;
  CHECK_THAT(opened.failure().what, Contains("restore the newest backup"));
  CHECK(opened.failure().kind == Failure::Kind::kDamaged);
  const Files after = read_files(place.folder / "");
  CHECK((after.at("attune.db") == files.at("attune.db")));
  if (files.count("attune.db-wal")) {
    REQUIRE(after.count("attune.db-wal"));
    CHECK((after.at("attune.db-wal") == files.at("attune.db-wal")));
  }
}

}  // namespace

TEST_CASE("damaged files: no crash, nobody else's words, and the start finds it",
          "[storage][damage]") {
  const World world = grown();
  const char* given = std::getenv("ATTUNE_SEED");
  const char* longer = std::getenv("ATTUNE_LONG");
  const std::uint64_t seed = given && *given ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t count = longer && *longer ? 5'000 : 500;
  Counts counts;
  for (std::uint64_t i = 0; i < count; ++i) try_one(world, seed * 1'000'000 + i, counts);
  std::cout << "figure: " << count << " damaged files, seed " << seed << ": " << counts.refused
            << " refused at start, " << counts.started << " served; page damage found "
            << counts.page_found << " of " << counts.page_damage << "\n";
  for (const auto& [what, times] : counts.missed)
    std::cout << "  figure: not found, " << what << ": " << times << "\n";
  CHECK(counts.page_damage > count / 10);
  // A whole old page in its old place fits its checksum, and some are nowhere missed.
  for (const auto& [what, times] : counts.missed) CHECK(what == "stale");
  CHECK((counts.page_damage - counts.page_found) * 100 <= counts.page_damage * 3);
}

TEST_CASE("damaged keys: nobody else's words, the start finds it, and none is made over another",
          "[storage][damage]") {
  const World world = grown();
  const char* longer = std::getenv("ATTUNE_LONG");
  const std::uint64_t count = longer && *longer ? 2'000 : 200;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    SqliteWorld place(false);
    Damage damage(world, seed);
    const Files files = damage.make_of_keys();
    INFO("seed " << seed << ", " << damage.what);
    write_files(place.folder / "", files);
    auto opened = SqliteStore::open(place.options);
    if (opened) {
      look_and_go_on(**opened, world);
      continue;
    }
    ++refused;
    CHECK_THAT(opened.failure().what, Contains("keys.db"));
    const Files after = read_files(place.folder / "");
    CHECK((after.at("keys.db") == files.at("keys.db")));
    // With the keys put back nothing is missing.
    Files mended = world.stopped;
    for (const char* gone : {"keys.db-wal", "keys.db-shm", "attune.db-wal", "attune.db-shm"})
      std::filesystem::remove(place.folder / gone);
    write_files(place.folder / "", mended);
    auto again = SqliteStore::open(place.options);
    REQUIRE(again);
    CHECK((*again)->transcript(world.people[0].where.conversation, 0, 100)->back().said ==
          words(world.people[0], world.people[0].version));
  }
  std::cout << "figure: " << count << " damaged keys.db: " << refused << " refused at start\n";
  CHECK(refused > count / 4);
}

TEST_CASE("rows that point to somebody else's show nobody anything but their own words",
          "[storage][damage]") {
  // Six people, conversations and addresses, numbered 1 to 6: 7 - n is somebody else.
  const char* const repointed = GENERATE(
      "UPDATE address SET conversation = 7 - conversation",
      "UPDATE conversation SET person = 7 - person",
      "UPDATE turn SET conversation = conversation + 100; UPDATE turn SET conversation = 107 - "
      "conversation",
      "UPDATE event_a SET turn = 97 - turn",
      "CREATE TABLE was AS SELECT number, id FROM person; UPDATE person SET id = id || x'00'; "
      "UPDATE person SET id = (SELECT id FROM was WHERE was.number = 7 - person.number); "
      "DROP TABLE was",
      "UPDATE turn AS t SET said = (SELECT said FROM turn o WHERE o.number = 97 - t.number), reply "
      "= "
      "(SELECT reply FROM turn o WHERE o.number = 97 - t.number)",
      "UPDATE state AS s SET texts = (SELECT texts FROM state o WHERE o.number = 97 - s.number)");
  INFO(repointed);
  const World world = grown();
  SqliteWorld place(false);
  write_files(place.folder / "", world.stopped);
  {
    auto database = by_hand(place.folder / "attune.db");
    database.exec(repointed);
  }
  const auto opened = SqliteStore::open(place.options);
  REQUIRE(opened);  // the file itself is sound
  for (const Speaker& speaker : world.people) Look(**opened, speaker).everywhere();
}
