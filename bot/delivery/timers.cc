#include "bot/delivery/timers.h"

#include <algorithm>
#include <memory>

#include "bot/log.h"

namespace attune::bot {
namespace {

using storage::Commit;

constexpr int kMostTries = 8;
constexpr auto kPatience = std::chrono::seconds(30);  // between two looks, while nothing can be fired

// The turns of one page that are under way, and what becomes of each.
struct Page {
  std::mutex mutex;
  std::condition_variable decided;
  std::vector<std::pair<std::size_t, Commit>> outcomes;
  std::size_t open = 0;
};

Inbound inbound_of(const storage::DueTimer& due, bool unread) {
  Inbound inbound;
  inbound.address = due.address;
  inbound.event = storage::timer_event(due.where.conversation, due.number);
  inbound.kind = dialogs::Event::Kind::kTimer;
  inbound.timer = due.number;
  inbound.unread = unread;
  return inbound;
}

}  // namespace

Timers::Timers(storage::Store& store, Turns& turns, const Clock& clock, Reaches reaches) : Timers(store, turns, clock, std::move(reaches), Options{}) {}
Timers::Timers(storage::Store& store, Turns& turns, const Clock& clock, Reaches reaches, Options options)
    : store_(store), turns_(turns), clock_(clock), reaches_(std::move(reaches)), options_(options) {}
Timers::~Timers() { finish(); }

void Timers::start() {
  thread_ = std::thread([this] { run(); });
}

void Timers::finish() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Timers::run() {
  std::chrono::milliseconds wait = options_.look;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, wait, [this] { return done_; })) {
    lock.unlock();
    const Counts before = counts();
    look();
    const Counts after = counts();
    const bool stuck = after.failed > before.failed && after.fired == before.fired;
    if (stuck && wait == options_.look) log::write(log::Level::kWarn, "timers_wait", {{"failed", static_cast<std::int64_t>(after.failed - before.failed)}});
    wait = stuck ? std::min<std::chrono::milliseconds>(wait * 2, kPatience) : options_.look;
    lock.lock();
  }
}

void Timers::look() {
  std::optional<storage::DueTimer> after;
  for (;;) {
    const auto due = store_.due_timers(clock_.now(), after, options_.page);
    if (!due) {
      ++failed_;
      return;
    }
    if (due->empty()) return;
    const storage::DueTimer last = due->back();
    if (!fire(*due)) return;
    after = last;
    if (due->size() < static_cast<std::size_t>(options_.page)) return;
    std::lock_guard lock(mutex_);
    if (done_) return;
  }
}

// All of them, until each is decided; what conflicted is thought again. False: the store takes nothing
// more now.
bool Timers::fire(const std::vector<storage::DueTimer>& due) {
  const auto page = std::make_shared<Page>();
  std::vector<int> tries(due.size(), 0);
  std::vector<std::size_t> next(due.size());
  for (std::size_t i = 0; i < due.size(); ++i) next[i] = i;
  bool busy = false;
  while (!next.empty()) {
    page->open = next.size();
    for (const std::size_t i : next) {
      const auto decided = [page, i](Commit outcome) {
        std::lock_guard lock(page->mutex);
        page->outcomes.emplace_back(i, outcome);
        if (--page->open == 0) page->decided.notify_all();
      };
      const Taken taken = turns_.take(inbound_of(due[i], !reaches_(due[i].address.channel)), tries[i], decided);
      if (taken.kind == Taken::Kind::kThought || taken.kind == Taken::Kind::kUndecided) continue;
      decided(taken.kind == Taken::Kind::kStored ? Commit::kDone : taken.kind == Taken::Kind::kNobody ? Commit::kGone : Commit::kFailed);
    }
    std::vector<std::pair<std::size_t, Commit>> outcomes;
    {
      std::unique_lock lock(page->mutex);
      page->decided.wait(lock, [&] { return page->open == 0; });
      outcomes.swap(page->outcomes);
    }
    next.clear();
    for (const auto& [i, outcome] : outcomes) {
      const Next then = bot::next(outcome, tries[i]);
      busy = busy || then == Next::kBusy;
      if (then == Next::kAgain && ++tries[i] <= kMostTries) {
        next.push_back(i);
      } else if (then != Next::kGone) {  // whoever it was for has been forgotten
        ++(then == Next::kShow ? fired_ : failed_);
      }
    }
  }
  return !busy;
}

}  // namespace attune::bot
