// A SQLite store in a temporary folder, for benches that need a real one; and a way to fill it with
// conversations that nobody goes on with. One thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/temp_folder.h"
#include "tests/storage/turns.h"

namespace attune::bench {

class TemporaryStore {
 public:
  TemporaryStore() {
    storage::SqliteOptions options;
    options.path = folder_ / "attune.db";
    auto store = storage::SqliteStore::open(std::move(options));
    if (!store) throw std::runtime_error(store.failure().what);
    store_ = std::move(*store);
  }
  ~TemporaryStore() { store_->close(); }

  storage::Store& get() { return *store_; }

  // `conversations` more, of one turn each.
  void fill(std::size_t conversations) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t running = 0;
    for (std::size_t i = 0; i < conversations; ++i) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return running < 1'000; });
        ++running;
      }
      const storage::test::Speaker speaker("filled-" + std::to_string(i));
      storage::Turn turn = speaker.turn(std::string(100, 's'));
      turn.said_class = "2592000";
      store_->commit(std::move(turn), [&](storage::Commit) {
        const std::lock_guard lock(mutex);
        --running;
        changed.notify_one();
      });
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == 0; });
  }

 private:
  storage::test::TempFolder folder_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace attune::bench
