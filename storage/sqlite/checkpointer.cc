#include "storage/sqlite/checkpointer.h"

#include <sys/stat.h>

namespace attune::storage::sqlite {
namespace {

constexpr int kLittle = 256;  // frames; about a millisecond of copying
constexpr int kRepeats = 6;

}  // namespace

Checkpointer::Checkpointer(CheckpointerOptions options, SQLite::Database database,
                           std::function<bool()> idle, std::function<void()> finish)
    : options_(std::move(options)),
      database_(std::move(database)),
      idle_(std::move(idle)),
      finish_(std::move(finish)) {
  // A round that finds the file locked is not in a hurry.
  sqlite3_busy_timeout(database_->getHandle(), 100);
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() { close(); }

void Checkpointer::scrub() {
  scrub_ = true;
  const std::lock_guard lock(mutex_);
  wake_.notify_one();
}

std::uint64_t Checkpointer::wal_bytes() const {
  struct stat info {};
  if (::stat((options_.path + "-wal").c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_size);
}

void Checkpointer::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_one();
  }
  const std::lock_guard joining(joining_);
  if (thread_.joinable()) thread_.join();
  if (!database_) return;
  // The last to close: the log goes into the file, and away.
  sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  database_.reset();
}

void Checkpointer::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, options_.every, [&] { return closed_; });
      if (closed_) return;
    }
    round();
  }
}

// What a checkpoint cannot do now the next round does; an error here loses nothing, the log has it
// all.
void Checkpointer::round() {
  if (scrub_.exchange(false) && !truncate()) scrub_ = true;
  Left left = passive();
  const bool long_log = static_cast<std::uint64_t>(left.log) * 4096 > options_.soft_bytes;
  if (!long_log) return;
  for (int i = 0; i < kRepeats && left.log - left.done > kLittle; ++i) left = passive();
  if (idle_()) {
    truncate();
  } else {
    finish_();
  }
}

Checkpointer::Left Checkpointer::passive() {
  Left left;
  sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &left.log,
                            &left.done);
  return left;
}

bool Checkpointer::truncate() {
  return sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                   nullptr, nullptr) == SQLITE_OK;
}

}  // namespace attune::storage::sqlite
