#include "bot/http/jobs.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "bot/http/call.h"

namespace attune::bot::edge {

namespace {

constexpr int kNice = 5;

}  // namespace

void JobQueue::push(std::vector<std::shared_ptr<Call>>& calls) {
  std::size_t taken = 0;
  std::size_t idle = 0;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    taken = std::min(calls.size(), most_ - std::min(most_, calls_.size()));
    for (std::size_t i = 0; i < taken; ++i) calls_.push_back(std::move(calls[i]));
    idle = idle_;
  }
  calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(taken));
  notify(taken, idle);
}

void JobQueue::push_again(std::shared_ptr<Call> call) {
  std::size_t idle = 0;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    calls_.push_back(std::move(call));
    idle = idle_;
  }
  notify(1, idle);
}

// A notify without a sleeper is a system call for nothing; a busy worker looks by itself.
void JobQueue::notify(std::size_t added, std::size_t idle) {
  for (std::size_t n = std::min(added, idle); n > 0; --n) ready_.notify_one();
}

std::shared_ptr<Call> JobQueue::pop() {
  std::unique_lock lock(mutex_);
  while (calls_.empty() && !closed_) {
    ++idle_;
    ready_.wait(lock);
    --idle_;
  }
  if (closed_) return nullptr;
  std::shared_ptr<Call> call = std::move(calls_.front());
  calls_.pop_front();
  return call;
}

void JobQueue::close() {
  std::deque<std::shared_ptr<Call>> dropped;  // dies outside the lock
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(calls_);
  }
  ready_.notify_all();
}

std::size_t JobQueue::waiting() const {
  std::lock_guard lock(mutex_);
  return calls_.size();
}

Workers::Workers(JobQueue& queue, int count, std::function<void(Call&)> handle) : queue_(queue) {
  // Signals belong to the program's own threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  for (int i = 0; i < std::max(count, 1); ++i) {
    threads_.emplace_back([this, handle] {
      // Of this thread alone (Linux): whoever commits or sends goes before whoever thinks, since
      // many wait for one commit.
      ::setpriority(PRIO_PROCESS, 0, kNice);
      while (std::shared_ptr<Call> call = queue_.pop()) handle(*call);
    });
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Workers::~Workers() {
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace attune::bot::edge
