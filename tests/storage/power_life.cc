#include "tests/storage/power_life.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/storage/crash_vfs.h"
#include "tests/storage/turns.h"

namespace attune::storage::test {
namespace {

constexpr Time kLater = kMonday + 4'000;  // when texts of a hundred seconds have run out
constexpr const char* kShort = "100";

std::string words(const std::string& place, Version version, std::size_t size) {
  std::string text = place + "." + std::to_string(version) + ":";
  while (text.size() < size) text += static_cast<char>('a' + (text.size() * 7 + version) % 26);
  return text;
}

std::string event_of(const std::string& place, Version version) {
  return place + "-" + std::to_string(version);
}

Edition edition_of(const std::string& hash, std::size_t size) {
  return {hash, kMonday, {{"dialogs/" + hash + ".talk", std::string(size, 'e')}}};
}

Turn turn_of(const std::string& place, const Facts::Person& person, Version version) {
  const Facts::Asked& asked = person.turns.at(version - 1);
  Speaker speaker(place);
  speaker.where = {person.id, person.conversation};
  speaker.version = version - 1;
  for (Version v = 1; v < version; ++v) speaker.person_version += person.turns[v - 1].memory;
  Turn turn = speaker.turn(words(place, version, asked.size), event_of(place, version));
  turn.said_class = asked.keep_class;
  if (asked.memory) turn.person = Kept{"memory", {{"", "memory of " + turn.said}}};
  return turn;
}

SqliteOptions options_in(const std::string& folder) {
  SqliteOptions options;
  options.path = folder + "/attune.db";
  options.vfs = CrashVfs::name();
  options.recent_events = 5;  // so that event ids are remembered, settled and read again
  return options;
}

class Life {
 public:
  Life(const std::string& folder, std::uint64_t seed) : folder_(folder), dice_(seed) {
    CrashVfs::record(folder);
    phase("first start");
    open();
  }

  void run() {
    for (int round = 0; round < 2; ++round) {
      std::vector<void (Life::*)()> parts = {&Life::turns,  &Life::burst,  &Life::edition,
                                             &Life::sweep,  &Life::backup, &Life::forget,
                                             &Life::restart};
      std::shuffle(parts.begin(), parts.end(), dice_);
      for (const auto part : parts) {
        turns();
        (this->*part)();
      }
    }
    phase("stop");
    store_.reset();
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(dice_() % n); }

  void say(const std::string& text) {
    CrashVfs::note(text);
    facts_.note(text);
  }
  void phase(const std::string& name) { say("phase " + name); }

  static void must(bool right, const char* what) {
    if (!right) throw std::runtime_error(std::string("a life without faults failed: ") + what);
  }

  void open() {
    SqliteOptions options = options_in(folder_);
    options.checkpoint_every = std::chrono::milliseconds(1);
    options.wal_soft_bytes = 48 << 10;  // so that the log is emptied and begun again all the time
    auto opened = SqliteStore::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.failure().what);
    store_ = std::move(*opened);
  }

  std::string somebody() {
    std::vector<std::string> here;
    for (const auto& [place, person] : facts_.people)
      if (!person.forget_asked) here.push_back(place);
    if (here.size() >= 4 || (!here.empty() && below(4) > 0)) return here[below(here.size())];
    const std::string place = "p" + std::to_string(facts_.people.size());
    say("born " + place + " " + hex(random_id()) + " " + hex(random_id()));
    return place;
  }

  Turn next_turn(const std::string& place) {
    static constexpr const char* kClasses[] = {"-", "-", kShort, "run", "none"};
    const std::size_t size = below(5) == 0 ? 2'000 + below(9'000) : 10 + below(200);
    say("ask " + place + " " + kClasses[below(5)] + " " + std::to_string(size) + " " +
        std::to_string(below(3) == 0));
    const Facts::Person& person = facts_.people[place];
    return turn_of(place, person, person.turns.size());
  }

  // From the writer's thread: in the log at once, in our own facts when the thread comes back.
  void push(const std::string& place, Turn turn, std::vector<std::string>& kept,
            std::mutex& mutex) {
    store_->commit(std::move(turn), [place, &kept, &mutex](Commit outcome) {
      const std::string text = (outcome == Commit::kDone ? "kept " : "failed ") + place;
      CrashVfs::note(text);
      const std::lock_guard lock(mutex);
      kept.push_back(text);
    });
  }

  void several(std::size_t count) {
    std::vector<std::string> kept;
    std::mutex mutex;
    for (; count > 0; --count) {
      const std::string place = somebody();
      push(place, next_turn(place), kept, mutex);
    }
    wait(*store_);
    for (const std::string& text : kept) {
      must(text.starts_with("kept "), "a turn");
      facts_.note(text);
    }
  }

  void turns() {
    phase("turns");
    for (std::size_t i = 2 + below(3); i > 0; --i) several(1);
    if (below(2)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  void burst() {
    phase("many turns at once");
    several(10);
  }
  void edition() {
    phase("edition");
    const std::string hash = "h" + std::to_string(facts_.editions.size());
    const std::size_t size = 500 + below(30'000);
    say("edition " + hash + " " + std::to_string(size));
    must(static_cast<bool>(store_->keep_edition(edition_of(hash, size))), "keeping an edition");
    say("edition_kept " + hash);
  }
  void sweep() {
    phase("sweep");
    say("sweep");
    must(static_cast<bool>(store_->sweep(kLater)), "a sweep");
    say("swept");
  }
  void backup() {
    phase("backup");
    say("backup");
    must(static_cast<bool>(store_->backup(folder_ + "/copy")), "a backup");
    say("backed_up");
  }
  void forget() {
    const std::string place = somebody();
    if (facts_.people[place].turns.empty()) several(3);
    phase("forget");
    if (below(2)) {
      say("forget " + place);
      must(static_cast<bool>(store_->forget(facts_.people[place].id)), "forgetting");
    } else if (facts_.people[place].kept > 0) {
      Turn turn = next_turn(place);
      turn.forget_person = true;
      say("forget " + place);
      must(commit(*store_, turn) == Commit::kDone, "a turn that forgets");
    } else {
      return;
    }
    say("forgotten " + place);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // the log is emptied now
  }
  void restart() {
    phase("stop");
    store_.reset();
    phase("start");
    open();
  }

  const std::string folder_;
  std::mt19937_64 dice_;
  Facts facts_;
  std::unique_ptr<Store> store_;
};

Id id_of(const std::string& text) { return id_from_hex(text).value(); }

// Looks at one person of an image.
class Judge {
 public:
  Judge(Store& store, const Facts& facts, Verdict& verdict)
      : store_(store), facts_(facts), verdict_(verdict) {}

  // Those who are there, with how many turns, are added up for a look into the tables.
  std::size_t people = 0, turns = 0;

  void look(const std::string& place, const Facts::Person& person) {
    place_ = place;
    const auto where = store_.find(Speaker(place).address);
    const auto snapshot = store_.load(person.conversation);
    if (!where || !snapshot) return wrong("cannot be read");
    if (where->has_value() != snapshot->has_value()) wrong("is there by half");
    // Of somebody who had kept nothing yet: an answer that never came may mean either.
    if (person.forget_asked && !person.forgotten && person.kept == 0 && !*snapshot) return;
    if (person.forget_asked && (person.forgotten || !*snapshot)) return look_gone(person);
    const Version there = *snapshot ? (*snapshot)->version : 0;
    if (there < person.kept) {
      verdict_.lost += person.kept - there;
      wrong("has " + std::to_string(there) + " turns of " + std::to_string(person.kept) +
            " that were acknowledged");
    }
    if (there > person.turns.size()) wrong("has more turns than were sent");
    if (*snapshot) look_here(person, **snapshot);
    if (!person.forget_asked) retry(person, there);
  }

 private:
  void wrong(const std::string& what) { verdict_.wrong.push_back(place_ + " " + what); }

  void look_here(const Facts::Person& person, const Snapshot& snapshot) {
    ++people;
    turns += snapshot.version;
    if (snapshot.where.person != person.id) wrong("is somebody else");
    const std::string said =
        words(place_, snapshot.version, person.turns[snapshot.version - 1].size);
    const auto state = snapshot.conversation.texts.find("");
    if (state == snapshot.conversation.texts.end() || state->second != "state of " + said)
      wrong("has lost the newest state's words");
    if (snapshot.conversation.control != "at " + std::to_string(snapshot.version))
      wrong("has a state that is not of its newest turn");
    Version memories = 0;
    for (Version v = 1; v <= snapshot.version; ++v) memories += person.turns[v - 1].memory;
    if (snapshot.person_version != memories) wrong("has a memory of another turn");
    const auto entries = store_.transcript(person.conversation, 0, 10'000);
    if (!entries || entries->size() != snapshot.version) return wrong("has gaps in the transcript");
    for (Version v = 1; v <= snapshot.version; ++v) look_turn(person, (*entries)[v - 1], v);
  }

  void look_turn(const Facts::Person& person, const TranscriptEntry& entry, Version v) {
    const Facts::Asked& asked = person.turns[v - 1];
    const std::string turn = "turn " + std::to_string(v) + " ";
    const std::string said = words(place_, v, asked.size);
    const bool shorts = asked.keep_class == kShort || asked.keep_class == "none";
    const bool may_lapse = shorts && facts_.lapsing.count(event_of(place_, v));
    const bool must_lapse = shorts && facts_.lapsed.count(event_of(place_, v));
    const auto right = [&](const std::string& text, const std::string& whole) {
      return must_lapse ? text.empty() : text == whole || (may_lapse && text.empty());
    };
    if (entry.version != v) wrong(turn + "is not in its place");
    if (asked.keep_class == "none" ? !entry.said.empty() : !right(entry.said, said))
      wrong(turn + "has not what was said");
    if (!right(entry.reply, "reply to " + said)) wrong(turn + "has not its reply");
    const auto reply = store_.replied({"rest", "default", event_of(place_, v)});
    if (!reply || !*reply || (*reply)->version != v || !right((*reply)->reply, "reply to " + said))
      wrong(turn + "is not known by its event");
  }

  // Clients send again what they have had no answer to; and sometimes what they have.
  void retry(const Facts::Person& person, Version there) {
    for (Version v = 1; v <= person.turns.size(); ++v) {
      if (v + 2 < there) continue;
      const Commit outcome = commit(store_, turn_of(place_, person, v));
      const Commit due = v <= there ? Commit::kDuplicate : Commit::kDone;
      if (outcome != due)
        wrong("retry of turn " + std::to_string(v) + " came out as " +
              std::to_string(static_cast<int>(outcome)));
    }
    turns += person.turns.size() - there;
    people += there == 0 && !person.turns.empty();
  }

  void look_gone(const Facts::Person& person) {
    const auto where = store_.find(Speaker(place_).address);
    const auto there = store_.load(person.conversation);
    if (!where || *where || !there || *there) wrong("was forgotten and is there");
    Speaker late(place_);
    late.where = {person.id, person.conversation};
    if (commit(store_, late.turn("late")) != Commit::kGone) wrong("was forgotten and begins again");
    for (Version v = 1; v <= person.turns.size(); ++v) {
      // The address leads nowhere now, so a late retry arrives as somebody new's.
      Turn turn = turn_of(place_, person, v);
      if (v % 2) turn.where = {random_id(), random_id()};
      if (v % 2) turn.opens = late.address;
      if (v <= person.kept && commit(store_, turn) != Commit::kGone)
        wrong("was forgotten and came back by turn " + std::to_string(v));
      const auto reply = store_.replied({"rest", "default", event_of(place_, v)});
      if (!reply || *reply) wrong("was forgotten, and a reply was not");
    }
  }

  Store& store_;
  const Facts& facts_;
  Verdict& verdict_;
  std::string place_;
};

void judge_tables(const std::string& path, std::size_t people, std::size_t turns,
                  Verdict& verdict) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE, 0, CrashVfs::name());
  const auto count = [&](const char* what) {
    return static_cast<std::size_t>(database.execAndGet(what).getInt64());
  };
  const std::string whole = database.execAndGet("PRAGMA integrity_check(1)").getString();
  if (whole != "ok") verdict.wrong.push_back("the file is not whole: " + whole);
  if (count("SELECT count(*) FROM pragma_foreign_key_check"))
    verdict.wrong.push_back("rows point to nothing");
  if (count("SELECT count(*) FROM person") != people ||
      count("SELECT count(*) FROM conversation") != people ||
      count("SELECT count(*) FROM address") != people)
    verdict.wrong.push_back("there are rows of people who are not there");
  if (count("SELECT count(*) FROM turn") != turns)
    verdict.wrong.push_back("there are turns of nobody, or turns are missing");
  if (count("SELECT count(*) FROM state WHERE number NOT IN (SELECT number FROM turn)"))
    verdict.wrong.push_back("there are states of no turn");
}

void judge_copy(const std::string& folder, const Facts& facts, Verdict& verdict) {
  const std::string path = folder + "/copy";
  if (!std::filesystem::exists(path)) {
    if (facts.copied) verdict.wrong.push_back("the backup is gone");
    return;
  }
  try {
    SQLite::Database copy(path, SQLite::OPEN_READONLY, 0, CrashVfs::name());
    if (copy.execAndGet("PRAGMA integrity_check(1)").getString() != "ok")
      verdict.wrong.push_back("the backup is damaged");
    const auto turns = static_cast<std::size_t>(
        copy.execAndGet("SELECT value FROM (SELECT max(number) AS value FROM turn)").getInt64());
    std::size_t least = 0;
    if (facts.copied)
      for (const auto& [place, version] : *facts.copied) least += version;
    if (turns < least) verdict.wrong.push_back("the backup is older than it may be");
  } catch (const SQLite::Exception& error) {
    verdict.wrong.push_back(std::string("the backup is damaged: ") + error.what());
  }
}

}  // namespace

void Facts::note(const std::string& text) {
  std::istringstream in(text);
  std::string what, place;
  in >> what;
  if (what == "phase") {
    std::getline(in >> std::ws, phase);
    return;
  }
  in >> place;
  if (what == "born") {
    std::string id, conversation;
    in >> id >> conversation;
    people[place] = {id_of(id), id_of(conversation), {}, 0, false, false};
  } else if (what == "ask") {
    Asked asked;
    in >> asked.keep_class >> asked.size >> asked.memory;
    if (asked.keep_class == "-") asked.keep_class.clear();
    people[place].turns.push_back(asked);
  } else if (what == "kept") {
    ++people[place].kept;
  } else if (what == "forget" || what == "forgotten") {
    people[place].forget_asked = true;
    people[place].forgotten = what == "forgotten";
  } else if (what == "sweep" || what == "swept") {
    for (const auto& [who, person] : people)
      for (Version v = 1; v <= person.turns.size(); ++v)
        if (what == "sweep") lapsing.insert(event_of(who, v));
    if (what == "swept") lapsed = lapsing;
  } else if (what == "edition") {
    in >> editions[place].size;
  } else if (what == "edition_kept") {
    editions[place].kept = true;
  } else if (what == "backup") {
    copying.clear();
    for (const auto& [who, person] : people) copying[who] = person.forget_asked ? 0 : person.kept;
  } else if (what == "backed_up") {
    copied = copying;
  }
}

DiskLog live(const std::string& folder, std::uint64_t seed) {
  try {
    Life(folder, seed).run();
  } catch (...) {
    CrashVfs::stop();
    throw;
  }
  return CrashVfs::stop();
}

std::string start_only(const std::string& folder) {
  const auto opened = SqliteStore::open(options_in(folder));
  return opened ? "" : opened.failure().what;
}

Verdict judge(const std::string& folder, const Facts& facts) {
  Verdict verdict;
  try {
    judge_copy(folder, facts, verdict);
    SqliteOptions options = options_in(folder);
    options.checkpoint_every = std::chrono::hours(1);
    auto opened = SqliteStore::open(options);
    if (!opened) {
      verdict.wrong.push_back("it does not start: " + opened.failure().what);
      for (const auto& [place, person] : facts.people) verdict.lost += person.kept;
      return verdict;
    }
    Judge judge(**opened, facts, verdict);
    for (const auto& [place, person] : facts.people) judge.look(place, person);
    for (const auto& [hash, edition] : facts.editions) {
      const auto there = (*opened)->edition(hash);
      if (!there || (edition.kept && !*there) ||
          (*there && (*there)->files != edition_of(hash, edition.size).files))
        verdict.wrong.push_back("edition " + hash + " is lost or changed");
    }
    opened->reset();
    judge_tables(options.path, judge.people, judge.turns, verdict);
  } catch (const std::exception& error) {
    verdict.wrong.push_back(std::string("it broke: ") + error.what());
  }
  return verdict;
}

}  // namespace attune::storage::test
