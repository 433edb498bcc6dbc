// Where an outbound call may go: the table of those that may not (S8 of the test plan), each with a
// resolver that would hand out a bad address if it were asked.
#include "bot/outbound/destination.h"

#include <catch2/catch.hpp>

using namespace attune::bot;

namespace {

const std::vector<AllowedHost> kAllowed = {{"api.example.org", 443}, {"hooks.example.org", 8443}};

IpAddress ip(const char* text) {
  const auto address = parse_ip(text);
  REQUIRE(address);
  return *address;
}

Destination judge(const std::string& url, const std::vector<const char*>& addresses = {"93.184.216.34"}, int* asked = nullptr) {
  return judge_destination(url, kAllowed, [&](const std::string&) {
    if (asked != nullptr) ++*asked;
    std::vector<IpAddress> all;
    for (const char* text : addresses) all.push_back(ip(text));
    return all;
  });
}

}  // namespace

TEST_CASE("an allowed host is called at the addresses it has, and nowhere else") {
  int asked = 0;
  const auto one = judge("https://api.example.org/v1/x?q=1#part", {"93.184.216.34", "2606:2800:220:1::1"}, &asked);
  REQUIRE(one);
  CHECK(asked == 1);
  CHECK(one.host == "api.example.org");
  CHECK(one.port == 443);
  CHECK(one.target == "/v1/x?q=1");
  CHECK(one.pinned.size() == 2);
  CHECK(judge("https://api.example.org").target == "/");
  CHECK(judge("https://api.example.org?x").target == "/?x");
  CHECK(judge("HTTPS://API.example.ORG:443/").host == "api.example.org");
  CHECK(judge("https://hooks.example.org:8443/x").port == 8443);
}

TEST_CASE("what may not be called") {
  const char* refused[] = {
      // other schemes
      "http://api.example.org/", "ftp://api.example.org/", "file:///etc/passwd", "gopher://api.example.org/", "//api.example.org/", "api.example.org", "javascript:alert(1)", "https:/api.example.org/", "https:api.example.org", "data:text/html,x", "",
      // hosts that are not on the list, and those that look as if they were
      "https://example.org/", "https://evil.org/", "https://api.example.org.evil.org/", "https://evil-api.example.org/", "https://api.example.org./", "https://api.example.org%2eevil.org/", "https://apiXexample.org/", "https://xn--pi-cia.example.org/",
      // user information
      "https://api.example.org@evil.org/", "https://user:secret@api.example.org/", "https://@api.example.org/", "https://evil.org#@api.example.org/", "https://evil.org?@api.example.org/",
      // bytes that two readers read differently
      "https://evil.org\\@api.example.org/", "https://api.example.org\\.evil.org/", "https://api.example.org\t.evil.org/", "https://api.example.org\n/", " https://api.example.org/", "https://api.example.org /", "https://api.example.org\r\nX: y/", "https://ａpi.example.org/", "https://api。example.org/",
      // ports
      "https://api.example.org:22/", "https://api.example.org:8443/", "https://hooks.example.org/", "https://api.example.org:/", "https://api.example.org:0/", "https://api.example.org:443:80/", "https://api.example.org:0443x/", "https://api.example.org:65979/", "https://api.example.org:-1/", "https://api.example.org: 443/",
      // addresses, in every spelling
      "https://127.0.0.1/", "https://127.1/", "https://0/", "https://0.0.0.0/", "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.0.0.1.nip.io/", "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::]/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[fd00::1]/", "https://93.184.216.34/", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://[::1%25lo]/",
  };
  int asked = 0, cases = 0;
  for (const char* url : refused) {
    INFO(url);
    CHECK_FALSE(judge(url, {"93.184.216.34"}, &asked));
    ++cases;
  }
  CHECK(cases >= 60);
  CHECK(asked == 0);  // a name that is not allowed is not even looked up
  CHECK_FALSE(judge("https://api.example.org/" + std::string(3'000, 'x')));
}

TEST_CASE("an allowed name that leads inside is refused, wherever among its addresses that one stands") {
  const char* inside[] = {
      "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
      "::1", "::", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1", "2001:10::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "3fff::1", "5f00::1", "4000::1", "8000::1",
  };
  for (const char* address : inside) {
    INFO(address);
    CHECK_FALSE(why_not_public(ip(address)).empty());
    CHECK_FALSE(judge("https://api.example.org/", {address}));
    CHECK_FALSE(judge("https://api.example.org/", {"93.184.216.34", address}));
    CHECK_FALSE(judge("https://api.example.org/", {address, "93.184.216.34"}));
  }
  for (const char* open : {"93.184.216.34", "1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1"}) {
    INFO(open);
    CHECK(why_not_public(ip(open)).empty());
    CHECK(judge("https://api.example.org/", {open}));
  }
  CHECK_FALSE(judge("https://api.example.org/", {}));  // no address at all
}

TEST_CASE("a second look-up cannot change the answer: the first one is pinned") {
  int asked = 0;
  const auto one = judge_destination("https://api.example.org/", kAllowed, [&](const std::string&) {
    return std::vector<IpAddress>{ip(asked++ == 0 ? "93.184.216.34" : "127.0.0.1")};
  });
  REQUIRE(one);
  CHECK(asked == 1);
  CHECK(one.pinned == std::vector<IpAddress>{ip("93.184.216.34")});
}

TEST_CASE("only a plain name can be allowed") {
  CHECK(parse_allowed_host("API.example.org")->name == "api.example.org");
  CHECK(parse_allowed_host("hooks.example.org:8443")->port == 8443);
  for (const char* wrong : {"", "localhost", "127.0.0.1", "2130706433", "0x7f.1", "*.example.org", "example", "a..b.org", "-a.org", "a.org:", "a.org:0", "a.org:70000", "https://a.org", "a.org/x", "[::1]"}) {
    INFO(wrong);
    CHECK_FALSE(parse_allowed_host(wrong));
  }
}

TEST_CASE("only the plain spellings are addresses") {
  for (const char* plain : {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::1", "::ffff:1.2.3.4"}) CHECK(parse_ip(plain));
  for (const char* odd : {"127.1", "0", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "[::1]", "::1%lo", "::1/128", "", "1.2.3.4x", ":::1"}) {
    INFO(odd);
    CHECK_FALSE(parse_ip(odd));
  }
}
