#include "bot/disk_watch.h"

#include <filesystem>

#include "bot/log.h"

namespace attune::bot {

Condition condition_of(const storage::Store::Health& health) {
  if (!health.writable) return {"not ready", health.word};
  if (health.waiting > kSlow) return {"degraded", "disk_slow"};
  return {"ready", ""};
}

DiskSpace space_of(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return {};
  return {static_cast<double>(space.available), static_cast<double>(space.capacity)};
}

DiskWatch::DiskWatch(storage::Store& store, std::string folder)
    : store_(store), folder_(std::move(folder)), thread_([this] { run(); }) {}

DiskWatch::~DiskWatch() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DiskWatch::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    look_at_store();
    look_at_disk();
    lock.lock();
  } while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return done_; }));
}

void DiskWatch::look_at_store() {
  const auto health = store_.health();
  const Condition now = condition_of(health);
  if (now.status == condition_) return;
  const bool stopped = condition_ == "not ready";
  if (stopped) log::write(log::Level::kInfo, "store_goes_on");
  if (condition_ == "degraded") log::write(log::Level::kInfo, "store_recovered");
  condition_ = now.status;
  if (condition_ == "not ready") {
    log::write(log::Level::kError, "store_stopped", {{"word", now.why}, {"why", health.why}});
  } else if (condition_ == "degraded") {
    log::write(log::Level::kWarn, "store_slow",
               {{"waiting_ms", std::int64_t{health.waiting.count()}}, {"queued", static_cast<std::int64_t>(health.queued)}});
  }
}

void DiskWatch::look_at_disk() {
  const DiskSpace space = space_of(folder_);
  if (space.size_bytes <= 0) return;
  const double share = space.free_bytes / space.size_bytes;
  const bool now = share < (nearly_full_ ? kNearlyFull * 1.2 : kNearlyFull);
  if (now == nearly_full_) return;
  nearly_full_ = now;
  const auto free = static_cast<std::int64_t>(space.free_bytes);
  if (now) {
    log::write(log::Level::kWarn, "disk_nearly_full", {{"folder", folder_}, {"free_bytes", free}, {"free_percent", share * 100}});
  } else {
    log::write(log::Level::kInfo, "disk_has_room", {{"folder", folder_}, {"free_bytes", free}, {"free_percent", share * 100}});
  }
}

}  // namespace attune::bot
