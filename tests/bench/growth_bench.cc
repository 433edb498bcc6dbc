// What must stay flat, as ratios within one run:
//
//   bench_growth [CONVERSATIONS]     1,000,000 by default
//
//   file        10,000 people talk while 10,000, then CONVERSATIONS, conversations are in the file
//   library     the same people with the shipped library, then with 1,000 scripts of 10 scenes more;
//               and how long such a library takes to build
//   history     the first and the last 2,000 of 10,000 turns of each of four conversations
//
// Turns are whole ones (hear, step, seal, commit) on a real store, 32 in flight.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "bot/turn/turns.h"
#include "tests/bench/bench_store.h"

namespace {

using namespace attune;
using Now = std::chrono::steady_clock;

double seconds_since(Now::time_point began) {
  return std::chrono::duration<double>(Now::now() - began).count();
}

bot::Sources shipped() {
  const std::string root = ATTUNE_SOURCE_DIR;
  return bot::read_sources(root + "/dialogs/library", root + "/intents/library");
}

std::shared_ptr<const bot::Edition> edition_of(bot::Sources sources) {
  auto built = bot::build_edition(std::move(sources));
  if (!built.edition) throw std::runtime_error(bot::render_all(built.diagnostics, {}));
  return built.edition;
}

// Ten scenes, each of which asks something and goes on.
std::string many_scenes() {
  std::string talk =
      "title: One of many\nabout: For a bench.\nfor: one\nminutes: 1\nmodel: none\nnot for: "
      "people\n"
      "sources: none\nreviewed: draft\n\nslots\n  word: text up to 200\n";
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    talk += "\n== scene-" + n + "\nask word\n  Bot: And what else comes to mind? #many" + n +
            "0\n" + (i < 9 ? "-> scene-" + std::to_string(i + 1) + "\n" : "end completed\n");
  }
  return talk;
}

// Whole turns on one store.
class Talk {
 public:
  Talk(bench::TemporaryStore& store, std::shared_ptr<const bot::Edition> edition)
      : editions_(store.get(), std::move(edition)),
        clock_(bot::system_clock()),
        turns_(store.get(), editions_, *clock_, measures_, {}) {}

  // `place(i)` says who sends the i-th message. Turns a second.
  template <typename Place>
  double a_second(std::size_t messages, Place place) {
    const auto began = Now::now();
    for (std::size_t i = 0; i < messages; ++i) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return running_ < 32; });
        ++running_;
      }
      bot::Inbound inbound;
      inbound.address = {"default", "rest", "default", place(i), ""};
      inbound.event = {"rest", "default", std::to_string(++events_)};
      inbound.text =
          "I was waiting in the kitchen and it felt cold, number " + std::to_string(events_);
      turns_.take(inbound, 0, [this](storage::Commit outcome) {
        const std::lock_guard lock(mutex_);
        --running_;
        if (outcome != storage::Commit::kDone) ++lost_;
        changed_.notify_one();
      });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ == 0; });
    if (lost_ > 0) throw std::runtime_error("turns were not kept");
    return static_cast<double>(messages) / seconds_since(began);
  }

 private:
  bot::Editions editions_;
  std::unique_ptr<bot::Clock> clock_;
  bot::Measures measures_;
  bot::Turns turns_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0, lost_ = 0;
  static inline std::size_t events_ = 0;  // of all of them: two may share a store
};

std::string person(std::size_t i) { return "person-" + std::to_string(i % 10'000); }

void row(const char* what, double before, double after) {
  std::printf("%-52s %8.0f -> %8.0f turns/s, %.2f times\n", what, before, after, after / before);
  std::fflush(stdout);
}

void file(std::size_t conversations) {
  bench::TemporaryStore store;
  Talk talk(store, edition_of(shipped()));
  talk.a_second(20'000, person);
  const double small = talk.a_second(40'000, person);
  store.fill(conversations);
  talk.a_second(20'000, person);
  const std::string what =
      "10,000 people; 10,000 -> " + std::to_string(conversations) + " conversations";
  row(what.c_str(), small, talk.a_second(40'000, person));
}

void library() {
  bench::TemporaryStore store;
  double small = 0;
  {
    Talk talk(store, edition_of(shipped()));
    talk.a_second(20'000, person);
    small = talk.a_second(40'000, person);
  }
  bot::Sources sources = shipped();
  for (int i = 0; i < 1'000; ++i)
    sources["dialogs/bench/many-" + std::to_string(i) + ".talk"] = many_scenes();
  const auto began = Now::now();
  const auto large = edition_of(std::move(sources));
  std::printf("%-52s %8.0f ms\n", "building the library with 1,000 scripts more",
              seconds_since(began) * 1000);
  Talk talk(store, large);
  talk.a_second(20'000, person);
  row("the shipped library -> 10,000 scenes more", small, talk.a_second(40'000, person));
}

void history() {
  bench::TemporaryStore store;
  Talk talk(store, edition_of(shipped()));
  const auto four = [](std::size_t i) { return "long-" + std::to_string(i % 4); };
  talk.a_second(400, four);
  const double first = talk.a_second(8'000, four);
  talk.a_second(24'000, four);
  row("a conversation's first -> last of 10,000 turns", first, talk.a_second(8'000, four));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    history();
    library();
    file(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
  } catch (const std::exception& error) {
    return std::printf("%s\n", error.what()), 1;
  }
  return 0;
}
