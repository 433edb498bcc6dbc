// Telegram's updates read, and replies as its Bot API takes them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"

using namespace attune::bot;
using nlohmann::json;

namespace {

const Account kAccount{"telegram", "default", {{"token", "123:abc"}, {"secret", "s3cret"}}};
const Channel& kTelegram = *channel_named("telegram");

Arrived read(const std::string& body) {
  Webhook webhook;
  webhook.method = "POST";
  webhook.body = body;
  return kTelegram.read(kAccount, webhook);
}

std::string message(const std::string& text, const std::string& more = "") {
  return R"({"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":42,"type":"private"},"from":{"id":42,"is_bot":false})" + more + R"(,"text":")" + text + "\"}}";
}

Fitted asking(std::vector<std::string> labels) {
  Fitted fitted;
  fitted.text = "What <now> & why?";
  fitted.numbered = "numbered";
  fitted.form = Fitted::Form::kButtons;
  int i = 0;
  for (auto& label : labels) fitted.choices.push_back({label, "s#" + std::to_string(++i), ""});
  return fitted;
}

}  // namespace

TEST_CASE("an update is Telegram's if it carries the secret, once") {
  Webhook webhook;
  webhook.method = "POST";
  CHECK_FALSE(kTelegram.authentic(kAccount, webhook, 0));
  webhook.headers = {{"X-Telegram-Bot-Api-Secret-Token", "s3cret"}};
  CHECK(kTelegram.authentic(kAccount, webhook, 0));
  webhook.headers = {{"X-Telegram-Bot-Api-Secret-Token", "s3cre"}};
  CHECK_FALSE(kTelegram.authentic(kAccount, webhook, 0));
  webhook.headers = {{"X-Telegram-Bot-Api-Secret-Token", "s3cret"}, {"x-telegram-bot-api-secret-token", "s3cret"}};
  CHECK_FALSE(kTelegram.authentic(kAccount, webhook, 0));
  webhook.headers = {{"X-Telegram-Bot-Api-Secret-Token", ""}};
  CHECK_FALSE(kTelegram.authentic({"telegram", "default", {}}, webhook, 0));
}

TEST_CASE("a message is a turn; the update's number is its event") {
  const auto arrived = read(message("hello"));
  REQUIRE(arrived.events.size() == 1);
  CHECK(arrived.events[0].text == "hello");
  CHECK(arrived.events[0].address.place == "42");
  CHECK(arrived.events[0].event.id == "7");
}

TEST_CASE("commands are words; /start opens") {
  CHECK(read(message("/start")).events[0].kind == attune::dialogs::Event::Kind::kStart);
  CHECK(read(message("/start@our_bot payload")).events[0].kind == attune::dialogs::Event::Kind::kStart);
  CHECK(read(message("/help_now@our_bot")).events[0].text == "help now");
  CHECK(read(message("/stop")).events[0].text == "stop");
  CHECK(read(message("/ hm")).events[0].text == " hm");
}

TEST_CASE("a press is a choice, and ends the button's waiting") {
  const auto arrived = read(R"({"update_id":8,"callback_query":{"id":"c1","from":{"id":42},"message":{"chat":{"id":42,"type":"private"}},"data":"listen/say-back#back02"}})");
  REQUIRE(arrived.events.size() == 1);
  CHECK(arrived.events[0].choice == "listen/say-back#back02");
  CHECK(json::parse(arrived.answer) == json{{"method", "answerCallbackQuery"}, {"callback_query_id", "c1"}});
}

TEST_CASE("what is nothing for us is let go") {
  for (const char* update : {
           R"({"update_id":1,"message":{"chat":{"id":-5,"type":"group"},"from":{"id":42},"text":"hello"}})",
           R"({"update_id":1,"message":{"chat":{"id":5,"type":"private"},"from":{"id":42,"is_bot":true},"text":"hello"}})",
           R"({"update_id":1,"edited_message":{"chat":{"id":5,"type":"private"},"from":{"id":42},"text":"hello"}})",
           R"({"update_id":1,"callback_query":{"id":"1","from":{"id":42},"message":{"chat":{"id":-5}},"data":"x"}})",
           R"({"update_id":1,"my_chat_member":{}})", R"({"update_id":1})"}) {
    const auto arrived = read(update);
    CHECK(arrived.events.empty());
    CHECK(arrived.ignored == 1);
    CHECK_FALSE(arrived.unread);
  }
}

TEST_CASE("what cannot be read is said to be unread, and throws nothing but json's own") {
  for (const char* body : {"", "{", "[]", "null", R"({"update_id":{}})", R"({"message":{}})", R"({"update_id":1,"message":{"text":"\ud83d"}})", "{\"update_id\":1,\"update_id\":1}", "\xff"}) {
    CHECK(read(body).unread);
  }
}

TEST_CASE("a picture has no words, and is a turn all the same") {
  const auto arrived = read(R"({"update_id":7,"message":{"chat":{"id":42,"type":"private"},"from":{"id":42},"photo":[]}})");
  REQUIRE(arrived.events.size() == 1);
  CHECK(arrived.events[0].text.empty());
  CHECK(arrived.events[0].kind == attune::dialogs::Event::Kind::kMessage);
}

TEST_CASE("a reply goes out as text that nothing can turn into markup") {
  const auto body = kTelegram.compose(kAccount, {"default", "telegram", "default", "42", ""}, asking({"Go on", "Pause"}), false);
  CHECK(body["chat_id"] == "42");
  CHECK(body["text"] == "What <now> & why?");
  CHECK_FALSE(body.contains("parse_mode"));
  CHECK(body["reply_markup"]["inline_keyboard"] == json::parse(R"([[{"text":"Go on","callback_data":"s#1"}],[{"text":"Pause","callback_data":"s#2"}]])"));
}

TEST_CASE("a scale stands in rows; the plain form has no keyboard; a cast name is bold") {
  auto scale = asking({"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
  const auto body = kTelegram.compose(kAccount, {}, scale, false);
  CHECK(body["reply_markup"]["inline_keyboard"].size() == 2);
  const auto plain = kTelegram.compose(kAccount, {}, scale, true);
  CHECK_FALSE(plain.contains("reply_markup"));
  CHECK(plain["text"] == "numbered");
  scale.speaker = "Zoë😀";
  const auto bold = kTelegram.compose(kAccount, {}, scale, false);
  CHECK(bold["text"] == "Zoë😀: What <now> & why?");
  CHECK(bold["entities"] == json::parse(R"([{"type":"bold","offset":0,"length":6}])"));
}

TEST_CASE("the call goes to the bot's own address") {
  const HttpCall call = kTelegram.call(kAccount, {{"chat_id", "42"}, {"text", "hi"}});
  CHECK(call.url == "https://api.telegram.org/bot123:abc/sendMessage");
  CHECK(json::parse(call.body)["text"] == "hi");
}
