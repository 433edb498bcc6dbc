#include "bot/http/wheel.h"

#include <algorithm>

namespace attune::bot::edge {

Wheel::Wheel(Time now) : start_(now) {
  for (WheelNode& head : slots_) head.prev = head.next = &head;
  due_.prev = due_.next = &due_;
}

// Whole slots that have passed, so that a slot is looked at only when all of it is over.
std::uint64_t Wheel::tick_of(Time time) const {
  return time <= start_ ? 0 : static_cast<std::uint64_t>((time - start_) / kTick);
}

void Wheel::hang(WheelNode& head, WheelNode& node) {
  node.prev = head.prev;
  node.next = &head;
  head.prev->next = &node;
  head.prev = &node;
}

void Wheel::set(WheelNode& node, Time deadline) {
  node.deadline = deadline;
  // One beyond the deadline's own slot: looked at when the deadline has surely passed. A deadline
  // further away than the wheel is round waits in its slot and is hung again each time.
  const std::uint64_t wanted = std::max(tick_of(deadline) + 1, done_ + 1);
  if (node.next != nullptr && node.tick <= wanted) return;
  remove(node);
  node.tick = std::min(wanted, done_ + kSlots - 1);
  hang(slots_[node.tick % kSlots], node);
  ++size_;
}

void Wheel::remove(WheelNode& node) {
  if (node.next == nullptr) return;
  node.prev->next = node.next;
  node.next->prev = node.prev;
  node.prev = node.next = nullptr;
  --size_;
}

// Those not yet due are hung further on when they are popped.
void Wheel::collect(std::uint64_t tick) {
  WheelNode& head = slots_[tick % kSlots];
  while (head.next != &head) {
    WheelNode& node = *head.next;
    remove(node);
    node.tick = 0;
    hang(due_, node);
    ++size_;
  }
}

WheelNode* Wheel::pop_due() {
  if (due_.next == &due_) return nullptr;
  WheelNode* node = due_.next;
  remove(*node);
  return node;
}

int Wheel::timeout_ms(Time now) const {
  if (size_ == 0) return -1;
  for (std::uint64_t tick = done_ + 1; tick < done_ + kSlots; ++tick) {
    const WheelNode& head = slots_[tick % kSlots];
    if (head.next == &head) continue;
    const Time at = start_ + kTick * static_cast<std::int64_t>(tick);
    if (at <= now) return 0;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(at - now).count());
  }
  return static_cast<int>(kTick.count());
}

}  // namespace attune::bot::edge
