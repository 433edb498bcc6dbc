// A platform that repeats itself: every event comes one to nine times, shuffled, over two connections
// at once, to a real store. Each is processed once, every copy gets the same answer, and where a sender
// waits for one answer before sending the next, the answers are in that order.
//
// 2,000 events in 10,000 deliveries; with ATTUNE_LONG=1 20,000 in 100,000.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "dialogs/play/play.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/bot/small_edition.h"
#include "tests/turn/dice.h"

namespace attune::turn_test {
namespace {

namespace fs = std::filesystem;

constexpr int kEach = 50;  // events of a sender

std::shared_ptr<const bot::Edition> counting() {
  const auto built = bot::testing::edition_with({{"dialogs/try/count.talk", bot::testing::kCounting}});
  auto copy = std::make_shared<bot::Edition>(*built);
  copy->library = std::make_shared<dialogs::Library>(dialogs::beginning_with(*built->library, "try/count"));
  return copy;
}

struct Delivery {
  int sender = 0, event = 0;
  int connection = 0;
};

struct Sender {
  bool orderly = false;
  int answered = 0;  // events that have an answer
  std::vector<std::string> replies = std::vector<std::string>(kEach);
};

// Events of a sender in their order, senders mixed; every copy somewhere after the first.
std::vector<Delivery> shuffled(std::vector<Sender>& senders, int copies, Dice& dice) {
  std::vector<Delivery> first;
  std::vector<int> next(senders.size(), 0);
  while (first.size() < senders.size() * kEach) {
    const auto who = static_cast<std::size_t>(dice.below(static_cast<int>(senders.size())));
    if (next[who] < kEach) first.push_back({static_cast<int>(who), next[who]++, dice.below(2)});
  }
  std::vector<std::pair<std::uint64_t, Delivery>> placed;
  for (std::size_t i = 0; i < first.size(); ++i) placed.emplace_back(i << 20, first[i]);
  const std::size_t more = first.size() * static_cast<std::size_t>(copies - 1);
  for (std::size_t i = 0; i < more; ++i) {
    const auto at = static_cast<std::size_t>(dice.below(static_cast<int>(first.size())));
    Delivery copy = first[at];
    copy.connection = dice.below(2);
    // Most come at once, some much later.
    const int later = dice.chance(700) ? dice.below(4) : dice.below(3'000);
    placed.emplace_back(((at + static_cast<std::size_t>(later)) << 20) + 1 + i, copy);
  }
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Delivery> all;
  for (const auto& [place, delivery] : placed) all.push_back(delivery);
  return all;
}

int number_in(const std::string& bytes) {
  for (const auto& message : bot::read_reply(bytes).messages) {
    if (const auto at = message.text.find(", number "); at != std::string::npos) return std::stoi(message.text.substr(at + 9));
  }
  return 0;
}

class Platform {
 public:
  Platform(bot::Turns& turns, std::vector<Sender>& senders) : turns_(turns), senders_(senders) {}

  void connection(const std::vector<Delivery>& all, int which) {
    for (const Delivery& delivery : all) {
      if (delivery.connection == which) deliver(delivery);
    }
  }

  std::atomic<int> refused{0}, different{0};

 private:
  void deliver(const Delivery& delivery) {
    Sender& sender = senders_[static_cast<std::size_t>(delivery.sender)];
    {
      // A sender's first event opens the conversation; whoever is orderly also waits for the one before.
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return sender.answered >= (sender.orderly ? delivery.event : std::min(delivery.event, 1)); });
    }
    bot::Inbound inbound;
    inbound.address.channel = "rest";
    inbound.address.place = "sender " + std::to_string(delivery.sender);
    inbound.event = {"rest", "default", std::to_string(delivery.sender) + "." + std::to_string(delivery.event)};
    inbound.text = "w" + std::to_string(delivery.event);
    const auto answer = turns_.answer(inbound);
    if (answer.outcome != storage::Commit::kDone) ++refused;
    const std::lock_guard lock(mutex_);
    std::string& reply = sender.replies[static_cast<std::size_t>(delivery.event)];
    if (reply.empty()) {
      reply = answer.taken.reply;
      ++sender.answered;
      changed_.notify_all();
    }
    if (reply != answer.taken.reply) ++different;
  }

  bot::Turns& turns_;
  std::vector<Sender>& senders_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

TEST_CASE("every event once, whatever the platform repeats", "[turn][deliveries][threads]") {
  const char* long_run = std::getenv("ATTUNE_LONG");
  const int events = long_run != nullptr && *long_run != '\0' ? 20'000 : 2'000;
  constexpr int kCopies = 5;
  const fs::path folder = fs::temp_directory_path() / ("attune-deliveries-" + storage::hex(storage::random_id()));
  fs::create_directories(folder);
  {
    storage::SqliteOptions options;
    options.path = (folder / "attune.db").string();
    auto opened = storage::SqliteStore::open(std::move(options));
    REQUIRE(opened);
    storage::Store& store = **opened;
    bot::Editions editions(store, counting());
    const auto clock = bot::system_clock();
    bot::Measures measures;
    // So few in memory that many are read again while their turns are on their way.
    bot::Turns turns(store, editions, *clock, measures, {"UTC", 64});
    std::vector<Sender> senders(static_cast<std::size_t>(events / kEach));
    for (std::size_t i = 0; i < senders.size(); ++i) senders[i].orderly = i % 2 == 0;
    Dice dice(20'261'124);
    const auto all = shuffled(senders, kCopies, dice);
    REQUIRE(all.size() == static_cast<std::size_t>(events) * kCopies);
    Platform platform(turns, senders);
    std::thread other([&] { platform.connection(all, 1); });
    platform.connection(all, 0);
    other.join();
    CHECK(platform.refused == 0);
    CHECK(platform.different == 0);
    CHECK(store.health().turns == static_cast<std::uint64_t>(events));
    int answered = 0, out_of_order = 0, twice = 0;
    for (const Sender& sender : senders) {
      std::vector<int> numbers;
      for (int event = 0; event < kEach; ++event) {
        const int number = number_in(sender.replies[static_cast<std::size_t>(event)]);
        answered += !sender.replies[static_cast<std::size_t>(event)].empty();
        numbers.push_back(number);
        out_of_order += sender.orderly && number != event;  // the first only begins
      }
      std::sort(numbers.begin(), numbers.end());
      for (int i = 0; i < kEach; ++i) twice += numbers[static_cast<std::size_t>(i)] != i;
    }
    CHECK(answered == events);
    CHECK(out_of_order == 0);
    CHECK(twice == 0);
    std::cout << "figure: " << all.size() << " deliveries of " << events << " events over two connections: " << store.health().turns << " processed, " << answered
              << " answers, " << platform.different << " different on repetition\n";
    store.close();
  }
  fs::remove_all(folder);
}

}  // namespace attune::turn_test
