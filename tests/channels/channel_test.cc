// What all channels share: waiting as long as a platform asks, in every spelling; what an answer means.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"

using namespace attune::bot;
using What = Delivered::What;

namespace {

constexpr std::int64_t kNow = 1'445'412'400;  // Wed, 21 Oct 2015 07:26:40 GMT

HttpAnswer answer_of(int status, std::string body = "", std::string retry = "") {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  if (!retry.empty()) answer.headers = {{"retry-after", retry}};
  return answer;
}

HttpAnswer failed(HttpAnswer::Failure failure) {
  HttpAnswer answer;
  answer.failure = failure;
  return answer;
}

What meant(const HttpAnswer& answer) { return channel_named("telegram")->judge(answer, kNow).what; }

}  // namespace

TEST_CASE("Retry-After is understood in every spelling") {
  CHECK(retry_after(answer_of(429, "", "7"), kNow) == 7);
  CHECK(retry_after(answer_of(429, "", "0.5"), kNow) == 0.5);
  CHECK(retry_after(answer_of(429, "", "Wed, 21 Oct 2015 07:28:00 GMT"), kNow) == 80);
  CHECK(retry_after(answer_of(429, "", "Wed, 21 Oct 2015 07:20:00 GMT"), kNow) == 0);
  CHECK(retry_after(answer_of(429, R"({"ok":false,"parameters":{"retry_after":5}})"), kNow) == 5);
  CHECK(retry_after(answer_of(429, R"({"retry_after":64.57,"global":false})"), kNow) == 64.57);
  CHECK(retry_after(answer_of(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500})"), kNow) == 2.5);
  CHECK(retry_after(answer_of(429, R"({"retry_after":"3"})", "2"), kNow) == 3);
  for (const char* odd : {"", "soon", "-5", "nan", "inf", "1e400", "5 s"}) CHECK(retry_after(answer_of(429, "", odd), kNow) == 0);
  for (const char* odd : {"<html>", "[]", "null", R"({"retry_after":null})", R"({"retry_after":-1})", R"({"parameters":3})"}) CHECK(retry_after(answer_of(429, odd), kNow) == 0);
}

TEST_CASE("an answer of an API means one of five things") {
  CHECK(meant(answer_of(200)) == What::kSent);
  CHECK(meant(answer_of(204)) == What::kSent);
  for (const int status : {408, 409, 412, 420, 425, 429, 500, 502, 503, 504, 529}) CHECK(meant(answer_of(status)) == What::kLater);
  for (const int status : {400, 413, 422}) CHECK(meant(answer_of(status)) == What::kPlain);
  CHECK(meant(answer_of(401)) == What::kBarred);
  for (const int status : {301, 302, 403, 404, 410}) CHECK(meant(answer_of(status)) == What::kRefused);
  using Failure = HttpAnswer::Failure;
  for (const auto failure : {Failure::kTimeout, Failure::kBroken, Failure::kUnreachable, Failure::kTooLarge, Failure::kClosing}) CHECK(meant(failed(failure)) == What::kLater);
  for (const auto failure : {Failure::kTls, Failure::kNotAllowed}) CHECK(meant(failed(failure)) == What::kBarred);
  CHECK(channel_named("telegram")->judge(answer_of(429, "", "7"), kNow).seconds == 7);
}

TEST_CASE("a header that is there twice is not believed") {
  Webhook webhook;
  webhook.headers = {{"X-Secret", "a"}, {"Other", "b"}};
  CHECK(webhook.header("x-secret") == "a");
  CHECK(webhook.header("missing").empty());
  webhook.headers.emplace_back("x-SECRET", "a");
  CHECK(webhook.header("X-Secret").empty());
}

TEST_CASE("an account reaches its platform, or what the operator typed instead, and nothing else") {
  Account account{"telegram", "default", {}};
  CHECK(api_url(account, "https://api.telegram.org", "/x") == "https://api.telegram.org/x");
  auto reach = reach_of(account, "https://api.telegram.org");
  REQUIRE(reach->hosts.size() == 1);
  CHECK(reach->hosts[0].name == "api.telegram.org");
  CHECK(reach->origins.empty());
  account.settings["api"] = "http://127.0.0.1:8081/base/";
  CHECK(api_url(account, "https://api.telegram.org", "/x") == "http://127.0.0.1:8081/base/x");
  reach = reach_of(account, "https://api.telegram.org");
  CHECK(reach->hosts.empty());
  CHECK(reach->origins == std::vector<std::string>{"http://127.0.0.1:8081"});
}

TEST_CASE("every channel has a name, settings that say what to give, and room for text") {
  for (const Channel* channel : all_channels()) {
    CHECK(channel_named(channel->name()) == channel);
    CHECK_FALSE(channel->settings().empty());
    for (const Setting& setting : channel->settings()) CHECK_FALSE(setting.ask.empty());
    CHECK(channel->room().text >= 640);
    CHECK(channel->room().text_with_choices >= 640);
  }
  CHECK(channel_named("nobody") == nullptr);
}
