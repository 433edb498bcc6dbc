#include "bot/http/wheel.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace attune::bot::edge;
using std::chrono::milliseconds;

namespace {

struct Fixture {
  Time start = Clock::now();
  Wheel wheel{start};
  std::vector<WheelNode*> fired;

  void at(milliseconds when) {
    wheel.expire(start + when, [this](WheelNode& node) { fired.push_back(&node); });
  }
};

}  // namespace

TEST_CASE("a deadline fires once, never early, at most a slot late", "[http][wheel]") {
  Fixture f;
  WheelNode node;
  f.wheel.set(node, f.start + milliseconds(1'000));
  f.at(milliseconds(999));
  CHECK(f.fired.empty());
  f.at(milliseconds(1'000) + 2 * Wheel::kTick);
  CHECK(f.fired.size() == 1);
  f.at(milliseconds(5'000));
  CHECK(f.fired.size() == 1);
  CHECK(f.wheel.timeout_ms(f.start) == -1);
}

TEST_CASE("deadlines move both ways and beyond one turn of the wheel", "[http][wheel]") {
  Fixture f;
  WheelNode later, sooner, far;
  f.wheel.set(later, f.start + milliseconds(100));
  f.wheel.set(later, f.start + milliseconds(60'000));
  f.wheel.set(sooner, f.start + milliseconds(60'000));
  f.wheel.set(sooner, f.start + milliseconds(100));
  f.wheel.set(far, f.start + milliseconds(200'000));
  f.at(milliseconds(300));
  CHECK(f.fired == std::vector<WheelNode*>{&sooner});
  f.at(milliseconds(59'900));
  CHECK(f.fired.size() == 1);
  f.at(milliseconds(60'200));
  CHECK(f.fired.size() == 2);
  f.at(milliseconds(199'900));
  CHECK(f.fired.size() == 2);
  f.at(milliseconds(200'200));
  CHECK(f.fired.size() == 3);
}

TEST_CASE("the wait is until the next slot with something in it", "[http][wheel]") {
  Fixture f;
  WheelNode node;
  CHECK(f.wheel.timeout_ms(f.start) == -1);
  f.wheel.set(node, f.start + milliseconds(10'000));
  const int wait = f.wheel.timeout_ms(f.start);
  CHECK(wait >= 10'000);
  CHECK(wait <= 10'100);
  f.wheel.remove(node);
  CHECK(f.wheel.timeout_ms(f.start) == -1);
}

TEST_CASE("what one deadline does may remove or put off another", "[http][wheel]") {
  Fixture f;
  WheelNode first, second, third;
  for (WheelNode* node : {&first, &second, &third}) f.wheel.set(*node, f.start + milliseconds(100));
  std::vector<WheelNode*> fired;
  f.wheel.expire(f.start + milliseconds(300), [&](WheelNode& node) {
    fired.push_back(&node);
    f.wheel.remove(second);
    f.wheel.set(third, f.start + milliseconds(1'000));
  });
  CHECK(fired == std::vector<WheelNode*>{&first});
  f.at(milliseconds(1'200));
  CHECK(f.fired == std::vector<WheelNode*>{&third});
}

TEST_CASE("property: the wheel agrees with a list looked through", "[http][wheel][property]") {
  std::mt19937 random(7);
  Fixture f;
  std::vector<WheelNode> nodes(200);
  std::vector<std::int64_t> due(nodes.size(), -1);  // milliseconds; -1: not set
  std::int64_t now = 0;
  std::size_t fired = 0;
  for (int round = 0; round < 3'000; ++round) {
    const std::size_t i = random() % nodes.size();
    if (random() % 8 == 0) {
      f.wheel.remove(nodes[i]);
      due[i] = -1;
    } else {
      due[i] = now + 1 + static_cast<std::int64_t>(random() % (round % 5 == 0 ? 120'000 : 3'000));
      f.wheel.set(nodes[i], f.start + milliseconds(due[i]));
    }
    now += static_cast<std::int64_t>(random() % 120);
    f.wheel.expire(f.start + milliseconds(now), [&](WheelNode& node) {
      auto& at = due[static_cast<std::size_t>(&node - nodes.data())];
      REQUIRE(at >= 0);
      REQUIRE(at <= now);
      at = -1;
      ++fired;
    });
    for (const std::int64_t at : due) REQUIRE((at < 0 || at + 2 * Wheel::kTick.count() >= now));
  }
  CHECK(fired > 1'000);
  for (WheelNode& node : nodes) f.wheel.remove(node);
}
