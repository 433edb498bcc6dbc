// Deadlines of all connections: a wheel of 50 ms slots.
//
// Every connection hangs in one slot and has one deadline. Setting a later deadline than the slot
// it hangs in costs a store: when the slot comes round, the connection is hung further on. Only an
// earlier deadline moves it. So a busy connection, whose deadline changes twice a request, is
// hardly ever touched, and there is nothing to allocate. Used by the reactor thread only; owns
// nothing; a node must be removed before it dies. A deadline fires up to one slot late, never
// early.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace attune::bot::edge {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

struct WheelNode {
  Time deadline{};
  WheelNode* prev = nullptr;
  WheelNode* next = nullptr;
  std::uint64_t tick = 0;  // of the slot it hangs in
};

class Wheel {
 public:
  static constexpr std::chrono::milliseconds kTick{50};

  explicit Wheel(Time now);
  Wheel(const Wheel&) = delete;
  Wheel& operator=(const Wheel&) = delete;

  void set(WheelNode& node, Time deadline);
  void remove(WheelNode& node);

  // Calls fn(node) for each whose deadline has passed; the node is off the wheel by then and fn may
  // set or remove any node.
  template <typename Fn>
  void expire(Time now, Fn fn) {
    const std::uint64_t last = tick_of(now);
    if (size_ == 0) done_ = last;
    while (done_ < last) {
      ++done_;
      collect(done_);
      // One at a time off a list that lives on the wheel, since fn may remove any of the others.
      while (WheelNode* node = pop_due()) {
        if (node->deadline > now) {
          set(*node, node->deadline);  // it was put off since it was hung here
        } else {
          fn(*node);
        }
      }
    }
  }

  // How long nothing can fall due: until the next slot with anything in it. Zero: now. Negative
  // one: nothing at all.
  int timeout_ms(Time now) const;

 private:
  static constexpr std::size_t kSlots = 1024;

  std::uint64_t tick_of(Time time) const;
  void hang(WheelNode& head, WheelNode& node);
  void collect(std::uint64_t tick);
  WheelNode* pop_due();

  Time start_;
  std::uint64_t done_ = 0;  // ticks looked at
  std::size_t size_ = 0;
  std::array<WheelNode, kSlots> slots_;  // heads of circular lists
  WheelNode due_;
};

}  // namespace attune::bot::edge
