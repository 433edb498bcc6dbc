#include "bot/http/mailbox.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <thread>
#include <vector>

using namespace attune::bot::edge;

namespace {

bool wakes(const Mailbox& box, int limit_ms) {
  pollfd waiting{box.wake_fd(), POLLIN, 0};
  return ::poll(&waiting, 1, limit_ms) == 1;
}

void answer(const Mailbox& box) {
  std::uint64_t times = 0;
  REQUIRE(::read(box.wake_fd(), &times, sizeof times) == sizeof times);
}

struct Taken {
  std::vector<Delivery> deliveries;
  std::vector<Event> events;
  explicit Taken(Mailbox& box) { box.take(deliveries, events); }
};

}  // namespace

TEST_CASE("five hundred replies to a sleeping reactor wake it once", "[http][mailbox]") {
  Mailbox box;
  REQUIRE(box.may_sleep());
  for (int i = 0; i < 500; ++i) box.deliver({i, 1}, {});
  CHECK(box.wakeups() == 1);
  CHECK(wakes(box, 0));
  answer(box);
  box.woke_up();
  CHECK(Taken(box).deliveries.size() == 500);
}

TEST_CASE("an awake reactor is not woken, but does not go to sleep on mail", "[http][mailbox]") {
  Mailbox box;
  box.publish("topic", "text");
  box.deliver({1, 1}, {});
  CHECK(box.wakeups() == 0);
  CHECK_FALSE(wakes(box, 0));
  CHECK_FALSE(box.may_sleep());
  const Taken taken(box);
  CHECK(taken.deliveries.size() == 1);
  CHECK(taken.events.size() == 1);
  CHECK(box.may_sleep());
}

TEST_CASE("a closed box drops what comes", "[http][mailbox]") {
  Mailbox box;
  box.deliver({1, 1}, {});
  box.close();
  box.deliver({2, 1}, {});
  box.publish("topic", "text");
  const Taken taken(box);
  CHECK(taken.deliveries.empty());
  CHECK(taken.events.empty());
}

TEST_CASE("no wakeup is lost between a sender and a reactor falling asleep", "[http][mailbox]") {
  constexpr int kCount = 20'000;
  Mailbox box;
  std::thread sender([&] {
    for (int i = 0; i < kCount; ++i) box.deliver({i, 1}, {});
  });
  int next = 0;
  bool stuck = false;
  while (next < kCount && !stuck) {
    if (box.may_sleep()) {
      stuck = !wakes(box, 10'000);
      if (!stuck) answer(box);
    }
    box.woke_up();
    for (const Delivery& delivery : Taken(box).deliveries)
      stuck = stuck || delivery.to.fd != next++;
  }
  sender.join();
  CHECK_FALSE(stuck);
  CHECK(next == kCount);
}
