// Who a request comes from: what a proxy says, and what a client makes up.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "bot/access/caller_address.h"
#include "bot/access/routes.h"
#include "bot/access/token.h"

using namespace attune::bot;

namespace {

std::string key(std::string_view address) {
  const Proxies nobody({});
  return nobody.caller(address, "", "").key;
}

}  // namespace

TEST_CASE("X-Forwarded-For counts from a trusted proxy only, and only its last foreign address") {
  const Proxies proxies({"127.0.0.0/8", "::1", "10.1.0.0/16"});
  struct Case { const char *peer, *forwarded, *expected; bool here; };
  const Case cases[] = {
      {"192.0.2.1", "203.0.113.9", "192.0.2.1", false},  // nobody's proxy
      {"127.0.0.1", "", "127.0.0.1", true},
      {"::ffff:127.0.0.1", "", "127.0.0.1", true},
      {"127.0.0.1", "203.0.113.9", "203.0.113.9", false},
      {"127.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9", false},  // the first is made up
      {"127.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9", false},
      {"127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3", "203.0.113.9", false},  // two proxies
      {"10.1.2.3", "203.0.113.9", "203.0.113.9", false},
      {"10.2.2.3", "203.0.113.9", "10.2.2.3", false},
      {"127.0.0.1", "203.0.113.9:4711", "203.0.113.9", false},
      {"127.0.0.1", "[2001:db8::9]:4711", "2001:db8::9", false},
      {"127.0.0.1", "2001:db8::9", "2001:db8::9", false},
      {"127.0.0.1", "unknown", "127.0.0.1", true},
      {"127.0.0.1", "203.0.113.9, unknown", "127.0.0.1", true},
      {"127.0.0.1", ",,,", "127.0.0.1", true},
      {"127.0.0.1", "0x7f.1", "127.0.0.1", true},
  };
  for (const Case& one : cases) {
    const CallerAddress caller = proxies.caller(one.peer, one.forwarded, "");
    INFO(one.peer << " with " << one.forwarded);
    CHECK(caller.key == key(one.expected));
    CHECK(caller.this_machine == one.here);
  }
}

TEST_CASE("X-Forwarded-Proto counts from a trusted proxy only") {
  const Proxies proxies({"127.0.0.1"});
  CHECK(proxies.caller("127.0.0.1", "", "https").https);
  CHECK_FALSE(proxies.caller("127.0.0.1", "", "http").https);
  CHECK_FALSE(proxies.caller("127.0.0.1", "", "https,http").https);
  CHECK_FALSE(proxies.caller("127.0.0.1", "", "").https);
  CHECK_FALSE(proxies.caller("192.0.2.1", "", "https").https);
}

TEST_CASE("a household's /64 of IPv6 is one caller, IPv4 addresses are each their own") {
  CHECK(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"));
  CHECK(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
  CHECK(key("192.0.2.1") != key("192.0.2.2"));
  CHECK(key("192.0.2.1") == key("::ffff:192.0.2.1"));
}

TEST_CASE("a proxy that is no address is refused by name") {
  for (const char* wrong : {"proxy.example.org", "10.0.0.0/33", "10.0.0.1/8", "", "10.0.0.0/", "::/129", "10.0.0.0/8x"}) {
    CHECK_THROWS_AS(Proxies({wrong}), std::invalid_argument);
  }
}

TEST_CASE("loopback names are those of this machine and no others") {
  for (const char* here : {"localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1"}) CHECK(is_loopback_name(here));
  for (const char* other : {"127.0.0.1.example.org", "localhost.example.org", "127.1", "0", "example.org", "", "[]", "192.0.2.1"}) CHECK_FALSE(is_loopback_name(other));
}

TEST_CASE("every route is in the table once, and found as it is asked for") {
  for (const Route& route : routes()) {
    std::string path(route.path);
    if (path.back() == '}') path = path.substr(0, path.find('{')) + "rest:default:a/b";
    INFO(route.method << " " << path);
    CHECK(find_route(route.method, path) == &route);
    if (route.method == "GET") {
      CHECK(find_route("HEAD", path) == &route);
    }
    CHECK(find_route("PUT", path) == nullptr);
    // POST and DELETE are refused from other sites; Direct Line's client is a page of another site,
    // and carries its own token instead of a cookie.
    const bool of_another_site = path.rfind("/v3/directline/", 0) == 0;
    CHECK((route.method == "GET" || route.changes || of_another_site));
  }
  CHECK(find_route("DELETE", "/v1/people/") == nullptr);
  CHECK(find_route("GET", "/v1/Audit") == nullptr);
}

TEST_CASE("durations are read as people write them") {
  CHECK(parse_duration("90d") == 90 * 86'400);
  CHECK(parse_duration("30 days") == 30 * 86'400);
  CHECK(parse_duration("12h") == 12 * 3'600);
  CHECK(parse_duration("1 year") == 365 * 86'400);
  CHECK(parse_duration("8 weeks") == 56 * 86'400);
  for (const char* wrong : {"", "d", "0d", "-1d", "1", "1x", "1 month", "99999999999d", "1d "}) CHECK_FALSE(parse_duration(wrong));
}
