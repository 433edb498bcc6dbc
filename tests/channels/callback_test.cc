// Rasa's callback channel: what comes in, what is sent, and who may.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/signature.h"

using namespace attune::bot;
using nlohmann::json;

namespace {

const Account kAccount{"callback", "default", {{"secret", "s3cret"}, {"callback_url", "http://127.0.0.1:5034/bot"}}};
const Channel& kCallback = *channel_named("callback");

Webhook webhook(const std::string& body, const std::string& key = "") {
  Webhook one;
  one.method = "POST";
  one.body = body;
  one.headers = {{"Authorization", "Bearer s3cret"}};
  if (!key.empty()) one.headers.emplace_back("Idempotency-Key", key);
  return one;
}

}  // namespace

TEST_CASE("a callback's message is known by its secret, which nothing else opens") {
  CHECK(kCallback.authentic(kAccount, webhook("{}"), 0));
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Basic s3cret", "s3cret", "bearer s3cret"}) {
    Webhook one = webhook("{}");
    one.headers[0].second = header;
    CHECK_FALSE(kCallback.authentic(kAccount, one, 0));
  }
  Webhook twice = webhook("{}");
  twice.headers.push_back(twice.headers[0]);
  CHECK_FALSE(kCallback.authentic(kAccount, twice, 0));
  CHECK_FALSE(kCallback.authentic({"callback", "default", {}}, webhook("{}"), 0));
}

TEST_CASE("its messages are read as those of Rasa's REST channel") {
  const auto said = kCallback.read(kAccount, webhook(R"({"sender":"ada","message":"hello"})", "m-1"));
  REQUIRE(said.events.size() == 1);
  CHECK((said.events[0].text == "hello" && said.events[0].address.place == "ada" && said.events[0].event.id == "m-1"));
  CHECK((said.answer == "success" && !said.unread));
  const auto pressed = kCallback.read(kAccount, webhook(R"({"sender":"ada","message":"/choice s#q=c"})"));
  CHECK((pressed.events.at(0).choice == "s#q=c" && pressed.events[0].text.empty()));
  CHECK(kCallback.read(kAccount, webhook(R"({"sender":"ada"})")).events.at(0).kind == attune::dialogs::Event::Kind::kStart);
  for (const std::string& body : {std::string("x"), std::string("[]"), std::string("{}"), std::string(R"({"sender":"","message":"x"})"), std::string(R"({"sender":"a","message":7})"),
                                  R"({"sender":")" + std::string(201, 'a') + R"(","message":"x"})"}) {
    const auto refused = kCallback.read(kAccount, webhook(body));
    CHECK((refused.events.empty() && refused.unread));
  }
}

TEST_CASE("what it is sent has Rasa's shape and our signature, and goes nowhere else") {
  Fitted asking;
  asking.speaker = "Sam";
  asking.text = "What <now>?";
  asking.numbered = "What <now>?\n1. On";
  asking.form = Fitted::Form::kButtons;
  asking.choices = {{"On", "s#q=on", ""}};
  attune::storage::Address to{"default", "callback", "default", "ada", ""};
  const json sent = kCallback.compose(kAccount, to, asking, false);
  CHECK(sent == json::parse(R"({"recipient_id":"ada","text":"Sam: What <now>?","buttons":[{"title":"On","payload":"/choice s#q=on"}]})"));
  CHECK(kCallback.compose(kAccount, to, asking, true) == json::parse(R"({"recipient_id":"ada","text":"Sam: What <now>?\n1. On"})"));
  const HttpCall call = kCallback.call(kAccount, sent);
  CHECK(call.url == "http://127.0.0.1:5034/bot");
  CHECK(json::parse(call.body) == sent);
  CHECK(meta_signed("s3cret", call.body, call.headers.at(1).second));
  CHECK(call.reach->origins == std::vector<std::string>{"http://127.0.0.1:5034"});
  CHECK(call.reach->hosts.empty());
}

TEST_CASE("the one that has no name has Rasa's own address") {
  CHECK(kCallback.path(kAccount) == "/webhooks/callback/webhook");
  CHECK(kCallback.path({"callback", "clinic", {}}) == "/webhooks/callback/clinic");
}
