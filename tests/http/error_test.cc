#include "bot/http/error.h"

#include <httplib.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "bot/http/edge.h"

using namespace attune::bot;

TEST_CASE("the error format", "[http][error]") {
  CHECK(error_json("not_found", "Look \"there\"\n", "a1b2c3d4") ==
        R"({"error":{"code":"not_found","message":"Look \"there\"\u000a","id":"a1b2c3d4"}})");
}

TEST_CASE("codes have a status and say what to do", "[http][error]") {
  CHECK(error_kind("body_too_large").status == 413);
  CHECK(error_kind("id_reused").status == 409);
  CHECK_THROWS_AS(error_kind("no_such_code"), std::logic_error);
  CHECK(error_kind_for_status(404).code == "not_found");
  CHECK(error_kind_for_status(503).code == "busy");
  CHECK(error_kind_for_status(418).code == "bad_request");
  CHECK(error_kind_for_status(502).code == "internal");
}

TEST_CASE("an id is eight hex digits and does not come twice", "[http][error]") {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = new_error_id();
    REQUIRE(id.size() == 8);
    REQUIRE(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(id);
  }
  // 32 random bits: one pair among ten thousand is likely to be equal, ten are not.
  CHECK(seen.size() > 9'990);
}

TEST_CASE("a handler's error carries the id it returns", "[http][error]") {
  httplib::Response response;
  const std::string id = answer_error(response, "busy", "Come back soon.");
  CHECK(response.status == 503);
  CHECK(response.get_header_value("Retry-After") == "1");
  CHECK(response.body == error_json("busy", "Come back soon.", id));
}
