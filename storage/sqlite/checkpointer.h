// Carries the write-ahead log into the database, in its own thread and on its own connection, so
// that no commit waits for it. Also the connection that is open as long as the store is: while it
// stands, nobody reads a log over again after a failed sync and finds in it what was never
// acknowledged.
//
// Every `every` a PASSIVE checkpoint if the log grew. Above `soft_bytes` it repeats until little is
// left, and the writer does the rest between two batches, so that the next one starts the log from
// its front: that is what bounds it under constant load. When the writer has nothing to do and the
// file is still long, or somebody was forgotten, TRUNCATE empties it.
//
// Thread rule: public methods from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "storage/sqlite/connection.h"

namespace attune::storage::sqlite {

struct CheckpointerOptions {
  std::string path;
  std::chrono::milliseconds every;
  std::uint64_t soft_bytes;
};

class Checkpointer {
 public:
  // `idle` and `finish` are the writer's: is nothing waiting; do what is left of a checkpoint.
  Checkpointer(CheckpointerOptions options, SQLite::Database database, std::function<bool()> idle,
               std::function<void()> finish);
  ~Checkpointer();

  // The log holds (sealed) rows of someone forgotten: empty it soon, and until it works.
  void scrub();
  std::uint64_t wal_bytes() const;
  void close();

 private:
  struct Left {  // frames in the log, and how many of them are in the database already
    int log = 0, done = 0;
  };
  void run();
  void round();
  Left passive();
  bool truncate();

  const CheckpointerOptions options_;
  std::optional<SQLite::Database> database_;  // the thread's, until close()
  const std::function<bool()> idle_;
  const std::function<void()> finish_;

  std::atomic<bool> scrub_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closed_ = false;
  std::mutex joining_;
  std::thread thread_;
};

}  // namespace attune::storage::sqlite
