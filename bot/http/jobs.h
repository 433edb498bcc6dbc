// The bounded queue of whole requests, and the threads that run handlers.
//
// New requests are refused when the queue is full; a redo is always taken back (its request was
// admitted before, and connections bound how many there are). Threads: any.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace attune::bot::edge {

class Call;

class JobQueue {
 public:
  explicit JobQueue(std::size_t most) : most_(most) {}

  // Takes as many as there is room for, in order, under one lock; what is left in `calls` was
  // refused.
  void push(std::vector<std::shared_ptr<Call>>& calls);
  void push_again(std::shared_ptr<Call> call);
  // Waits. Null: the queue is closed.
  std::shared_ptr<Call> pop();
  void close();  // drops what waits
  std::size_t waiting() const;

 private:
  void notify(std::size_t added, std::size_t idle);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  // Guarded by mutex_:
  std::deque<std::shared_ptr<Call>> calls_;
  std::size_t idle_ = 0;  // threads inside pop(), waiting
  bool closed_ = false;
};

// Runs `handle` on every call of the queue until it closes. The destructor closes and joins.
class Workers {
 public:
  Workers(JobQueue& queue, int count, std::function<void(Call&)> handle);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  JobQueue& queue_;
  std::vector<std::thread> threads_;
};

}  // namespace attune::bot::edge
