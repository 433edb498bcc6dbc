// kill -9 in the middle of work: a child commits and tells of every turn that was acknowledged; the
// parent kills it at some moment and looks.
#include <SQLiteCpp/Database.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <thread>

#include "tests/storage/sqlite_world.h"
#include "tests/storage/turns.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

constexpr int kPeople = 8;

struct Told {
  std::int32_t person;
  std::uint32_t version;
};

// Never returns. Each callback pushes the next turn of its person by way of this loop.
[[noreturn]] void child(const SqliteOptions& options, std::vector<Speaker> speakers, int pipe) {
  auto opened = SqliteStore::open(options);
  if (!opened) ::_exit(3);
  Store& store = **opened;
  for (;;) {
    for (int i = 0; i < kPeople; ++i) {
      Speaker& speaker = speakers[static_cast<std::size_t>(i)];
      const std::string said = std::to_string(i) + "." + std::to_string(speaker.version + 1);
      const Told told{i, static_cast<std::uint32_t>(speaker.version + 1)};
      store.commit(speaker.turn(said, said), [told, pipe](Commit c) {
        if (c != Commit::kDone || ::write(pipe, &told, sizeof told) != sizeof told) ::_exit(4);
      });
      ++speaker.version;
    }
    if (speakers[0].version % 16 == 0) wait(store);
    if (speakers[0].version % 40 == 0 && !store.sweep(kMonday)) ::_exit(5);
  }
}

}  // namespace

TEST_CASE("kill -9 loses nothing that was acknowledged", "[storage][kill]") {
  SqliteWorld world(false);
  world.options.checkpoint_every = std::chrono::milliseconds(3);
  world.options.recent_events = 100;
  std::vector<Speaker> speakers;
  for (int i = 0; i < kPeople; ++i) speakers.emplace_back("p" + std::to_string(i));
  std::mt19937 random(20'261'123);
  std::size_t all = 0;
  for (int round = 0; round < 30; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      ::close(ends[0]);
      child(world.options, speakers, ends[1]);
    }
    ::close(ends[1]);
    std::map<int, Version> told;
    Told one{};
    // Reads while it lives, so that the pipe never holds it up.
    std::thread killer([&, after = std::uniform_int_distribution<int>(20, 90)(random)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(after));
      ::kill(pid, SIGKILL);
    });
    while (::read(ends[0], &one, sizeof one) == sizeof one) {
      told[one.person] = one.version;
      ++all;
    }
    killer.join();
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    REQUIRE(WIFSIGNALED(status));
    world.reopen();
    for (int i = 0; i < kPeople; ++i) {
      Speaker& speaker = speakers[static_cast<std::size_t>(i)];
      const auto snapshot = *world.store().load(speaker.where.conversation);
      const Version there = snapshot ? snapshot->version : 0;
      INFO("round " << round << ", person " << i);
      CHECK(there >= std::max(told[i], speaker.version));
      for (Version v = told[i]; v > speaker.version && v + 3 > told[i]; --v) {
        const std::string said = std::to_string(i) + "." + std::to_string(v);
        const auto reply = *world.store().replied({"rest", "default", said});
        REQUIRE(reply);
        CHECK(reply->reply == "reply to " + said);
        CHECK(commit(world.store(), speaker.turn(said, said)) == Commit::kDuplicate);
      }
      speaker.version = there;
    }
    world.close();
    SQLite::Database database(world.options.path, SQLite::OPEN_READWRITE);
    REQUIRE(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
  CHECK(all > 1000);
}
