// Fires timers that have come due: each as an ordinary turn of its conversation, whose event is made of
// the timer's number. Two who fire the same are one turn; a process that dies between due and done finds
// the timer due again, and one that dies after done finds it gone.
//
// Looks once a second, which is as exact as timers are; a look that finds nothing costs one index entry.
// What is due is taken a page at a time, all of a page at once, so that one sync makes many durable. A
// timer that cannot be fired (a damaged conversation, a full queue) is passed over and met again at the
// next look; it holds nobody up.
//
// Owned by the Server; one thread of its own, which only calls Turns::take() and Store::due_timers().
// counts() from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "bot/turn/turns.h"

namespace attune::bot {

class Timers {
 public:
  // Can this channel tell somebody something who has not just written?
  using Reaches = std::function<bool(const std::string& channel)>;
  struct Options {
    std::chrono::milliseconds look{1'000};
    int page = 512;  // turns under way at once
  };
  struct Counts {
    std::uint64_t fired = 0, failed = 0;  // failed: to be tried again
  };

  // Everything must outlive it. Begins with start().
  Timers(storage::Store& store, Turns& turns, const Clock& clock, Reaches reaches);
  Timers(storage::Store& store, Turns& turns, const Clock& clock, Reaches reaches, Options options);
  ~Timers();

  void start();
  void finish();  // as the destructor: waits for the turns under way
  Counts counts() const { return {fired_.load(), failed_.load()}; }

  // One look, by the caller's own thread: everything that is due now. For tests and benches; not beside
  // a started one.
  void look();

 private:
  void run();
  bool fire(const std::vector<storage::DueTimer>& due);

  storage::Store& store_;
  Turns& turns_;
  const Clock& clock_;
  const Reaches reaches_;
  const Options options_;
  std::atomic<std::uint64_t> fired_{0}, failed_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace attune::bot
