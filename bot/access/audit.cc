#include "bot/access/audit.h"

#include <utility>

#include "bot/log.h"

namespace attune::bot {

Audit::Audit(AccessFile& file, const Clock& clock, std::chrono::seconds gather)
    : file_(file), clock_(clock), gather_(gather), thread_([this] { run(); }) {}

Audit::~Audit() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<Nothing> Audit::note(std::string who, std::string what, std::string target,
                            std::string result) {
  return file_.note({clock_.now(), std::move(who), std::move(what), std::move(target),
                     std::move(result)});
}

void Audit::later(std::string who, std::string what, std::string target, std::string result) {
  AuditRow row{clock_.now(), std::move(who), std::move(what), std::move(target),
               std::move(result)};
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(row));
  }
  wake_.notify_all();
}

void Audit::refused_login() {
  std::lock_guard lock(mutex_);
  if (refused_++ == 0) wake_.notify_all();
}

void Audit::write(const AuditRow& row) {
  if (const auto written = file_.note(row); !written) {
    log::write(log::Level::kError, "audit_unwritten",
               {{"what", row.what}, {"why", written.failure().what}});
  }
}

void Audit::run() {
  std::unique_lock lock(mutex_);
  auto refused_due = std::chrono::steady_clock::time_point::min();
  while (true) {
    const auto ready = [&] {
      return done_ || !waiting_.empty() ||
             (refused_ > 0 && std::chrono::steady_clock::now() >= refused_due);
    };
    if (refused_ > 0) {
      wake_.wait_until(lock, refused_due, ready);
    } else {
      wake_.wait(lock, [&] { return ready() || refused_ > 0; });
    }
    const bool tell = refused_ > 0 && (done_ || std::chrono::steady_clock::now() >= refused_due);
    const std::uint64_t refused = tell ? std::exchange(refused_, 0) : 0;
    const std::deque<AuditRow> rows = std::exchange(waiting_, {});
    const bool done = done_;
    lock.unlock();
    for (const AuditRow& row : rows) write(row);
    if (refused > 0) {
      write({clock_.now(), "server", "refused_logins", "", std::to_string(refused) + " times"});
      refused_due = std::chrono::steady_clock::now() + gather_;
    }
    lock.lock();
    if (done && waiting_.empty() && refused_ == 0) return;
  }
}

Result<Nothing> note_in_audit(const std::string& data_folder, const std::string& what,
                              const storage::Id& person) {
  const auto file = AccessFile::open(data_folder);
  if (!file) return file.failure();
  return (*file)->note(
      {system_clock()->now(), "command line", what, person_in_audit(person), "done"});
}

std::string person_in_audit(const storage::Id& person) {
  const storage::Digest digest = storage::sha256("audited person " + storage::hex(person));
  storage::Id half{};
  std::copy(digest.begin(), digest.begin() + half.size(), half.begin());
  return storage::hex(half).substr(0, 16);
}

}  // namespace attune::bot
