// Five hundred publishes while people write: good editions, broken ones, back to older ones. No turn
// fails, no exercise is stuck or changes under anybody, a broken edition is never live.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <set>
#include <thread>

#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/turn/dice.h"
#include "tests/turn/shelf.h"

namespace attune::turn_test {
namespace {

namespace fs = std::filesystem;

constexpr int kPublishes = 500;

// Writers that finish an exercise again and again, each in conversations of its own.
class Writers {
 public:
  explicit Writers(bot::Turns& turns) : turns_(turns) {}

  // Five conversations by turns, until `done`.
  void write(int writer, const std::atomic<bool>& done) {
    Dice dice(static_cast<std::uint64_t>(writer));
    std::vector<std::set<std::string>> runs(5);
    for (int n = 0; !done || n < 200; ++n) {
      const auto which = static_cast<std::size_t>(n) % runs.size();
      one(writer * 10 + static_cast<int>(which), n, runs[which], dice);
    }
  }

  std::atomic<int> taken{0}, failed{0}, lost{0}, mixed{0}, ended{0};

 private:
  void one(int conversation, int n, std::set<std::string>& run, Dice& dice) {
    static const std::vector<std::string> words = {"a word", "storm", "go on", "rate it", "rate it", "7", "7", "another word"};
    bot::Inbound inbound;
    inbound.address.channel = "test";
    inbound.address.place = std::to_string(conversation);
    inbound.event = {"test", inbound.address.place, std::to_string(n)};
    inbound.text = dice.of(words);
    const auto answer = turns_.answer(inbound);
    ++taken;
    if (answer.outcome != storage::Commit::kDone) {
      ++failed;
      return;
    }
    for (const auto& message : bot::read_reply(answer.taken.reply).messages) {
      if (message.script == "repair/lost" || message.script == "repair/internal-error") ++lost;
      if (message.line == "main01") {  // a new one begins
        if (!run.empty()) ++ended;
        run.clear();
      }
      // The last edition asks under other ids than the others.
      if (message.line == "main02" || message.line == "main52") run.insert(message.line);
      if (run.size() > 1) ++mixed;
    }
  }

  bot::Turns& turns_;
};

}  // namespace

TEST_CASE("five hundred publishes while people write", "[turn][editions][threads]") {
  const fs::path folder = fs::temp_directory_path() / ("attune-publishing-" + storage::hex(storage::random_id()));
  fs::create_directories(folder);
  {
    storage::SqliteOptions options;
    options.path = (folder / "attune.db").string();
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    storage::Store& store = **opened;
    const Shelf& shelf = Shelf::get();
    REQUIRE(store.keep_edition({shelf.at(0)->hash, 0, shelf.at(0)->sources}));
    bot::Editions editions(store, shelf.at(0), [&](bot::Sources sources) { return shelf.build(sources); });
    const auto clock = bot::system_clock();
    bot::Measures measures;
    bot::Turns turns(store, editions, *clock, measures, {"UTC", 64});
    Writers writers(turns);
    std::atomic<bool> done{false};
    std::thread one([&] { writers.write(1, done); }), other([&] { writers.write(2, done); });
    Dice dice(11);
    int broken = 0, wrong = 0;
    for (int i = 0; i < kPublishes; ++i) {
      const std::string before = editions.live()->hash;
      if (dice.chance(300)) {
        ++broken;
        const auto built = editions.replace(dice.of(shelf.broken()), i);
        wrong += built.edition != nullptr || editions.live()->hash != before;
      } else {
        const auto& next = shelf.at(static_cast<std::size_t>(dice.below(static_cast<int>(shelf.size()))));
        const auto built = editions.replace(next->sources, i);
        wrong += built.edition != next || editions.live() != next;
      }
      const int so_far = writers.taken;  // somebody writes between any two
      while (writers.taken < so_far + 2) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    done = true;
    one.join();
    other.join();
    CHECK(wrong == 0);
    CHECK(writers.failed == 0);
    CHECK(writers.lost == 0);
    CHECK(writers.mixed == 0);
    CHECK(writers.ended > 10);
    std::cout << "figure: " << kPublishes << " publishes, " << broken << " of them broken: " << writers.taken << " turns, " << writers.failed << " failed, " << writers.ended
              << " exercises ended, " << writers.lost << " lost\n";
    store.close();
  }
  fs::remove_all(folder);
}

}  // namespace attune::turn_test
