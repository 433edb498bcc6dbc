// One-time codes: what is taken for one, and who may claim which.
#include "bot/turn/links.h"

#include <catch2/catch.hpp>
#include <set>

using namespace attune;
using bot::Links;
using Found = Links::Found;

namespace {

constexpr storage::Time kNow = 1'800'000'000;

struct Somebody {
  storage::Where where{storage::random_id(), storage::random_id()};
  storage::Address address;
};

std::string bare(std::string code) { return code.erase(4, 1); }

}  // namespace

TEST_CASE("a code is eight letters and digits alone, however it is typed", "[turn][links]") {
  for (const char* text : {"KX4T-9BQM", "kx4t 9bqm", " kx4t9bqm. ", "/link KX4T-9BQM", "link kx4t9bqm"}) CHECK(Links::code_in(text) == "KX4T9BQM");
  for (const char* text : {"", "link", "KX4T", "hmmm hmmm", "20261125", "2345 6789", "KX4T-9BQMM", "I said KX4T-9BQM", "KX4T--9BQM", "kx4tä9bq", "KX1T-9BQM", "practice"})
    CHECK_FALSE(Links::code_in(text));
}

TEST_CASE("a code leads to nobody until another place wrote it, works for ten minutes and for one", "[turn][links]") {
  Links links;
  Somebody phone, web, other;
  const std::string code = bare(links.show(phone.where, phone.address, 2, kNow));
  REQUIRE(Links::code_in(code) == code);
  CHECK_FALSE(links.claimed(phone.where.conversation, kNow));
  CHECK(links.claim(code, phone.where, phone.address, 9, kNow) == Found::kNo);  // by the place that shows it
  SECTION("of another organisation it is unknown") {
    web.address.space = "elsewhere";
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kNo);
  }
  SECTION("the emptier place does not take over the fuller one") {
    CHECK(links.claim(code, web.where, web.address, 1, kNow) == Found::kLess);
    CHECK_FALSE(links.claimed(phone.where.conversation, kNow));
  }
  SECTION("it ends") {
    CHECK(links.claim(code, web.where, web.address, 9, kNow + Links::kLives) == Found::kNo);
  }
  SECTION("so does a claim") {
    CHECK(links.claim(code, web.where, web.address, 9, kNow + 1) == Found::kYes);
    CHECK(links.claimed(phone.where.conversation, kNow + Links::kLives - 1));
    CHECK_FALSE(links.claimed(phone.where.conversation, kNow + Links::kLives));
  }
  SECTION("the first to write it has it, again if the message comes again; a new code takes it away") {
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kYes);
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kYes);
    CHECK(links.claim(code, other.where, other.address, 9, kNow) == Found::kNo);
    CHECK(links.claimed(phone.where.conversation, kNow)->conversation == web.where.conversation);
    const std::string next = bare(links.show(phone.where, phone.address, 2, kNow));
    CHECK_FALSE(links.claimed(phone.where.conversation, kNow));
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kNo);
    CHECK(links.claim(next, web.where, web.address, 9, kNow) == Found::kYes);
    links.end(phone.where.conversation);
    CHECK_FALSE(links.claimed(phone.where.conversation, kNow));
  }
}

TEST_CASE("who guesses is not answered any more: five an hour, a thousand in ten minutes from all", "[turn][links]") {
  Links links;
  Somebody phone, web;
  const std::string code = bare(links.show(phone.where, phone.address, 2, kNow));
  SECTION("one") {
    for (int i = 0; i < Links::kWrongOnes; ++i) CHECK(links.claim("BCDFGH22", web.where, web.address, 9, kNow) == Found::kNo);
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kNo);
    Somebody another;
    CHECK(links.claim(code, another.where, another.address, 9, kNow) == Found::kYes);
    const std::string later = bare(links.show(phone.where, phone.address, 2, kNow + Links::kHour));
    CHECK(links.claim(later, web.where, web.address, 9, kNow + Links::kHour) == Found::kYes);
  }
  SECTION("all") {
    for (int i = 0; i < Links::kWrongAll; ++i) {
      const Somebody one;
      CHECK(links.claim("BCDFGH22", one.where, one.address, 9, kNow) == Found::kNo);
    }
    CHECK(links.claim(code, web.where, web.address, 9, kNow) == Found::kNo);
  }
}

TEST_CASE("codes differ, and there is an end to how many are kept", "[turn][links]") {
  Links links;
  Somebody first;
  const std::string oldest = bare(links.show(first.where, first.address, 1, kNow));
  std::set<std::string> all;
  for (int i = 0; i < 500; ++i) {
    const Somebody one;
    all.insert(links.show(one.where, one.address, 1, kNow + 1));
  }
  CHECK(all.size() == 500);
  for (std::size_t i = 0; i < Links::kMost; ++i) (void)links.show({storage::random_id(), storage::random_id()}, {}, 1, kNow + 2);
  Somebody web;
  CHECK(links.claim(oldest, web.where, web.address, 9, kNow + 2) == Found::kNo);
}
