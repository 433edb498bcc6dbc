// Buckets against a plain model, their bound, what an eviction forgives, and the delays after tokens
// that are none.
#include "bot/access/buckets.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "bot/access/failures.h"
#include "bot/access/limits.h"

using namespace attune::bot;
using namespace std::chrono_literals;
using Time = Buckets::Time;

namespace {

// The usual way to tell it: so many tokens, which come back with time.
class Model {
 public:
  explicit Model(Rate rate) : rate_(rate), left_(rate.at_once) {}
  bool take(double now) {
    left_ = std::min(rate_.at_once, left_ + (now - last_) * rate_.per_second);
    last_ = now;
    if (left_ < 1 - 1e-6) return false;
    left_ -= 1;
    return true;
  }

 private:
  Rate rate_;
  double left_, last_ = 0;
};

}  // namespace

TEST_CASE("a bucket gives what a model with tokens gives") {
  std::mt19937 random(7);
  for (const Rate rate : {Rate{5, 60}, Rate{100, 400}, Rate{0.5, 1}, Rate{2000, 4000}}) {
    Buckets buckets(rate);
    Model model(rate);
    std::exponential_distribution<double> pause(rate.per_second * 1.3);
    double now = 0;
    int refused = 0, differing = 0;
    for (int i = 0; i < 20'000; ++i) {
      now += pause(random);
      const auto wait = buckets.take(1, Time{} + 1h + std::chrono::nanoseconds(std::int64_t(now * 1e9)));
      const bool let = wait.count() == 0;
      // The two may differ where rounding decides, and then they go on differing by that one.
      differing += let != model.take(now) ? 1 : 0;
      refused += let ? 0 : 1;
    }
    CHECK(refused > 500);
    CHECK(differing <= 4);
  }
}

TEST_CASE("a wait is kept: after it one is there, a moment before it none") {
  Buckets buckets({5, 10});
  const Time start = Time{} + 1h;
  for (int i = 0; i < 10; ++i) REQUIRE(buckets.take(1, start) == 0ns);
  const auto wait = buckets.take(1, start);
  CHECK(wait == 200ms);
  CHECK(buckets.take(1, start + wait - 1us) > 0ns);
  CHECK(buckets.take(1, start + wait) == 0ns);
  CHECK(buckets.take(2, start) == 0ns);  // another key is another bucket
}

TEST_CASE("no rate is no limit") {
  Buckets buckets({0, 0});
  for (int i = 0; i < 100'000; ++i) REQUIRE(buckets.take(1, Time{}) == 0ns);
  CHECK(buckets.size() == 0);
}

TEST_CASE("a flood of keys stays bounded and does not forgive who owes most") {
  Buckets buckets({1, 100}, 1'000);
  const Time start = Time{} + 1h;
  for (int i = 0; i < 100; ++i) REQUIRE(buckets.take(42, start) == 0ns);
  REQUIRE(buckets.take(42, start) > 0ns);
  for (std::uint64_t key = 1'000; key < 51'000; ++key) {
    buckets.take(key, start);
    REQUIRE(buckets.size() <= 1'000);
  }
  CHECK(buckets.take(42, start) > 0ns);
}

TEST_CASE("nobody types so fast that the usual limit of a person meets them") {
  const Limits limits;
  Buckets buckets(limits.person_rate());
  Time now = Time{} + 1h;
  // A thumb on number keys, four a second for two minutes; then a burst of thirty within a second.
  for (int i = 0; i < 480; ++i) REQUIRE(buckets.take(1, now += 250ms) == 0ns);
  for (int i = 0; i < 30; ++i) REQUIRE(buckets.take(1, now += 30ms) == 0ns);
}

TEST_CASE("five tokens that are none are free, then the delay doubles up to a quarter of an hour") {
  Failures failures;
  Time now = Time{} + 1h;
  for (unsigned i = 1; i < Failures::kFree; ++i) {
    CHECK(failures.failed(1, now) == 0s);
    CHECK(failures.wait(1, now) == 0s);
  }
  auto expected = Failures::kFirst;
  for (int i = 0; i < 30; ++i) {
    CHECK(failures.failed(1, now) == expected);
    CHECK(failures.wait(1, now) == expected);
    CHECK(failures.wait(2, now) == 0s);
    now += expected;
    CHECK(failures.wait(1, now) == 0s);
    expected = std::min(expected * 2, Failures::kLongest);
  }
  CHECK(failures.failed(1, now) == 15min);
  CHECK(failures.failed(1, now + 1h + 1s) == 0s);  // forgotten
  for (std::uint64_t key = 0; key < 50'000; ++key) failures.failed(key, now);
  CHECK(failures.size() <= Failures::kMost);
}

TEST_CASE("a flood of addresses does not set free who tried most") {
  Failures failures;
  const Time now = Time{} + 1h;
  for (int i = 0; i < 20; ++i) failures.failed(1, now);
  for (std::uint64_t key = 2; key < 60'000; ++key) failures.failed(key, now);
  CHECK(failures.wait(1, now) == 15min);
}
