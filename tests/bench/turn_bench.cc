// Where a turn's time goes, one thread, on the shipped library and never-seen messages:
//
//   bench_turn [MESSAGES]
//
// Each part is timed over all messages together, so that a clock is read twice a part and not twice
// a message: hearing (normal form, matching, readings), the step, the state and the reply as bytes,
// the channel's rendering; then whole turns through Turns on a store in a temporary folder, 32 in
// flight.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "bot/channels/rasa.h"
#include "bot/turn/turns.h"
#include "tests/bench/bench_store.h"

namespace {

using namespace attune;
using Now = std::chrono::steady_clock;

constexpr std::size_t kPeople = 1'000;

// Plain words and a number: nobody has sent this before.
class Messages {
 public:
  std::string next() {
    static const std::vector<std::string> words = {
        "I",    "was",     "hurt", "when",    "you",   "came",  "home",    "late",   "and",
        "it",   "nobody",  "felt", "waiting", "for",   "again", "nothing", "we",     "could",
        "talk", "kitchen", "help", "because", "light", "cold",  "dinner",  "Sunday", "so"};
    std::string text;
    for (std::size_t n = 10 + random_() % 31; n > 0; --n)
      text += words[random_() % words.size()] + " ";
    return text + std::to_string(++count_);
  }

 private:
  std::mt19937 random_{7};
  std::size_t count_ = 0;
};

class Parts {
 public:
  template <typename Work>
  void time(const char* what, std::size_t times, Work work) {
    const auto began = Now::now();
    for (std::size_t i = 0; i < times; ++i) work(i);
    const double us = std::chrono::duration<double, std::micro>(Now::now() - began).count();
    std::printf("%-28s %8.1f us\n", what, us / static_cast<double>(times));
    std::fflush(stdout);
  }
};

dialogs::Event event_of(const bot::Edition& edition, const std::string& text, std::int64_t now) {
  dialogs::Event event;
  event.hearing = edition.matcher->hear(text);
  event.now = now;
  return event;
}

void parts(const bot::Edition& edition, std::size_t messages) {
  Messages source;
  Parts parts;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < messages; ++i) texts.push_back(source.next());
  std::vector<dialogs::Event> events(messages);
  parts.time("hear", messages,
             [&](std::size_t i) { events[i] = event_of(edition, texts[i], 1'800'000'000); });
  std::vector<dialogs::State> states(kPeople);
  std::vector<dialogs::Stepped> steps(messages);
  parts.time("step", messages, [&](std::size_t i) {
    dialogs::State& state = states[i % kPeople];
    steps[i] = dialogs::step(*edition.library, {}, state, events[i]);
    state = steps[i].state;
  });
  std::size_t bytes = 0;
  parts.time("state as bytes", messages, [&](std::size_t i) {
    bytes += dialogs::write(steps[i].state.conversation).control.size();
  });
  std::vector<bot::Reply> spoken(messages);
  parts.time("reply as bytes", messages, [&](std::size_t i) {
    spoken[i] = bot::reply_of(std::move(steps[i].effects), std::move(steps[i].reasons));
    bytes += bot::write(spoken[i]).size();
  });
  parts.time("rendering for Rasa", messages,
             [&](std::size_t i) { bytes += bot::render_rasa("someone", spoken[i]).size(); });
  std::printf("%-28s %8.1f bytes a turn\n", "state and reply",
              static_cast<double>(bytes) / static_cast<double>(messages));
}

// `in_flight` turns at a time, each by another person.
void whole(std::shared_ptr<const bot::Edition> edition, std::size_t messages,
           std::size_t in_flight) {
  bench::TemporaryStore store;
  bot::Editions editions(store.get(), edition);
  const auto clock = bot::system_clock();
  bot::Measures measures;
  bot::Turns turns(store.get(), editions, *clock, measures, {});
  Messages source;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t running = 0, done = 0;
  const auto began = Now::now();
  for (std::size_t i = 0; i < messages; ++i) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return running < in_flight; });
      ++running;
    }
    bot::Inbound inbound;
    inbound.address = {"default", "rest", "default", "p" + std::to_string(i % kPeople), ""};
    inbound.event = {"rest", "default", std::to_string(i)};
    inbound.text = source.next();
    turns.take(inbound, 0, [&](storage::Commit outcome) {
      const std::lock_guard lock(mutex);
      --running;
      if (outcome == storage::Commit::kDone) ++done;
      changed.notify_one();
    });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == 0; });
  }
  const double seconds = std::chrono::duration<double>(Now::now() - began).count();
  std::printf("%-28s %8.0f turns a second, %zu of %zu kept\n", "whole turns, 32 in flight",
              static_cast<double>(messages) / seconds, done, messages);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t messages =
      std::max<std::size_t>(kPeople, argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20'000);
  const std::string root = ATTUNE_SOURCE_DIR;
  const auto began = Now::now();
  auto built =
      bot::build_edition(bot::read_sources(root + "/dialogs/library", root + "/intents/library"));
  if (!built.edition) return std::puts("the library does not build: run attune check"), 1;
  std::printf("%-28s %8.0f ms\n", "building the edition",
              std::chrono::duration<double, std::milli>(Now::now() - began).count());
  parts(*built.edition, messages);
  whole(built.edition, messages, 32);
  return 0;
}
