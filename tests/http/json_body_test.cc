#include "bot/http/json_body.h"

#include <httplib.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

using namespace attune::bot;
using nlohmann::json;

namespace {

std::string refusal(std::string_view bytes) {
  json out = 1;
  const std::string why = parse_json(bytes, out);
  if (!why.empty()) CHECK(out.is_null());
  return why;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

struct Posted {
  httplib::Request request;
  httplib::Response response;
  explicit Posted(const std::string& body, const std::string& type = "application/json") {
    request.body = body;
    request.set_header("Content-Type", type);
  }
};

std::string code_of(const httplib::Response& response) {
  return json::parse(response.body)["error"]["code"].get<std::string>();
}
std::string message_of(const httplib::Response& response) {
  return json::parse(response.body)["error"]["message"].get<std::string>();
}

}  // namespace

TEST_CASE("what JSON is, is kept", "[http][json]") {
  json out;
  const std::string text =
      R"({"a":[1,-2,3.5,true,false,null,"x"],"b":{"c":{"d":[]}},"e":"\ud83d\ude00é","f":[[1],[2,[3]]]})";
  REQUIRE(parse_json(text, out).empty());
  CHECK(out == json::parse(text));
  REQUIRE(parse_json("\"alone\"", out).empty());
  CHECK(out == "alone");
}

TEST_CASE("what is nearly JSON is refused", "[http][json]") {
  CHECK(refusal("") == "it is not valid JSON in UTF-8 at byte 1");
  for (const char* bad :
       {"{", "[1,]", "{\"a\":1,}", "nul", "01", "1 2", "{'a':1}", "// c\n1", "NaN", "\"\\ud83d\"",
        "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\\x\"", "\"a\nb\"", "\"\xff\"", "\"\xc0\xaf\"",
        "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\""}) {
    CAPTURE(bad);
    CHECK(refusal(bad).find("not valid JSON") != std::string::npos);
  }
  CHECK(refusal(std::string_view("{}\0", 3)).find("not valid JSON") != std::string::npos);
  CHECK(refusal("[1e400]").find("too large") != std::string::npos);
}

TEST_CASE("depth is bounded, at any depth without a crash", "[http][json]") {
  CHECK(refusal(nested(kJsonDepth)).empty());
  CHECK(refusal(nested(kJsonDepth + 1)) == "it is nested deeper than 32 levels");
  CHECK(refusal(nested(100'000)) == "it is nested deeper than 32 levels");
  CHECK(refusal(std::string(1'000'000, '[')) == "it is nested deeper than 32 levels");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(refusal(objects) == "it is nested deeper than 32 levels");
}

TEST_CASE("a key given twice is refused", "[http][json]") {
  CHECK(refusal(R"({"a":1,"a":1})") == "it holds the same key twice in one object");
  CHECK(refusal(R"({"a":1,"\u0061":2})") == "it holds the same key twice in one object");
  CHECK(refusal(R"([{"a":1},{"a":{"a":2}}])").empty());
  std::string many = "{";
  for (int i = 0; i < 100'000; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  CHECK(refusal(many + "\"k5\":1}") == "it holds the same key twice in one object");
  CHECK(refusal(many + "\"last\":1}").empty());
}

TEST_CASE("dumping never throws", "[http][json]") {
  CHECK(dump_json({{"a", "\xff"}}) == "{\"a\":\"\xef\xbf\xbd\"}");
  CHECK(dump_json(json::array({1, "é"})) == "[1,\"é\"]");
}

TEST_CASE("a body is asked for its values by name and kind", "[http][json]") {
  Posted posted(R"({"text":"cœur","none":null,"n":7})", "Application/JSON ; charset=utf-8");
  const JsonBody body(posted.request, posted.response);
  CHECK(body.want_string("text", 4) == "cœur");
  CHECK_FALSE(body.optional_string("none", 4));
  CHECK_FALSE(body.optional_string("missing", 4));
  CHECK(body.ok());
  CHECK_FALSE(body.want_string("n", 4));
  CHECK_FALSE(body.ok());
  CHECK(posted.response.status == 400);
  CHECK(message_of(posted.response) == "/n must be a string.");
}

TEST_CASE("what is wrong with a body is said with its place", "[http][json]") {
  const auto asked = [](const std::string& bytes) {
    Posted posted(bytes);
    const JsonBody body(posted.request, posted.response);
    body.want_string("text", 4'000);
    return code_of(posted.response) + ": " + message_of(posted.response);
  };
  CHECK(asked("{}") == "bad_value: /text is missing. Send it as a string.");
  CHECK(asked(R"({"text":null})") == "bad_value: /text is missing. Send it as a string.");
  CHECK(asked(R"({"text":"a\u0000b"})") == "bad_value: /text must not hold the character U+0000.");
  CHECK(asked("[]") == "bad_json: The body must be a JSON object.");
  CHECK(asked("{\"text\":\"\xff\"}") ==
        "bad_json: The body cannot be taken: it is not valid JSON in UTF-8 at byte 10.");
  std::string over;
  for (int i = 0; i < 4'001; ++i) over += "é";
  CHECK(asked("{\"text\":\"" + over + "\"}") ==
        "text_too_long: /text is too long. Send at most 4,000 characters.");
}

TEST_CASE("only JSON is read as JSON", "[http][json]") {
  for (const char* type : {"", "text/plain", "application/jsonp", "application/json-seq"}) {
    Posted posted("{}", type);
    const JsonBody body(posted.request, posted.response);
    CHECK_FALSE(body.ok());
    CHECK(posted.response.status == 415);
  }
}

TEST_CASE("the first refusal counts", "[http][json]") {
  Posted posted("{}");
  const JsonBody body(posted.request, posted.response);
  body.refuse("conflict", "");
  body.refuse("gone", "");
  CHECK(posted.response.status == 409);
}
