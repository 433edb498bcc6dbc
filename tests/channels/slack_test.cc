// Slack's events, presses and commands read, and replies as its Web API takes them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/signature.h"

using namespace attune::bot;
using nlohmann::json;

namespace {

const Account kAccount{"slack", "clinic", {{"bot_token", "xoxb-1"}, {"signing_secret", "s3cret"}}};
const Channel& kSlack = *channel_named("slack");

Arrived read(const std::string& body) {
  Webhook webhook;
  webhook.method = "POST";
  webhook.body = body;
  return kSlack.read(kAccount, webhook);
}

std::string event(const std::string& more) { return R"({"type":"event_callback","event":{"type":"message","channel_type":"im","channel":"D1","user":"U1","ts":"5.1",)" + more + "}}"; }

Fitted asking() {
  Fitted fitted;
  fitted.speaker = "Zoë";
  fitted.text = "What <now> & why?";
  fitted.numbered = "What <now> & why?\n1. Go on";
  fitted.form = Fitted::Form::kButtons;
  fitted.choices = {{"Go on", "s#q=on", ""}};
  return fitted;
}

HttpAnswer answer(int status, const std::string& body) {
  HttpAnswer one;
  one.status = status;
  one.body = body;
  return one;
}

}  // namespace

TEST_CASE("Slack: a request is known by its signature within five minutes, and never by GET") {
  const std::string body = "payload=x";
  const auto signed_at = [&](const std::string& timestamp, const std::string& secret) { return "v0=" + hex_text(hmac_sha256(secret, "v0:" + timestamp + ":" + body)); };
  Webhook webhook;
  webhook.method = "POST";
  webhook.body = body;
  webhook.headers = {{"X-Slack-Request-Timestamp", "1000"}, {"X-Slack-Signature", signed_at("1000", "s3cret")}};
  CHECK(kSlack.authentic(kAccount, webhook, 1'300));
  CHECK_FALSE(kSlack.authentic(kAccount, webhook, 1'301));
  CHECK_FALSE(kSlack.authentic(kAccount, webhook, 699));
  webhook.method = "GET";
  CHECK_FALSE(kSlack.authentic(kAccount, webhook, 1'000));
  webhook.method = "POST";
  webhook.headers[1].second = signed_at("1000", "");
  CHECK_FALSE(kSlack.authentic({"slack", "clinic", {}}, webhook, 1'000));
  webhook.headers[1].second = signed_at("1000", "other");
  CHECK_FALSE(kSlack.authentic(kAccount, webhook, 1'000));
}

TEST_CASE("Slack: a direct message is a turn, by its place and time, and its escapes are undone once") {
  const auto arrived = read(event(R"("text":"a &lt;b&gt; &amp;amp; c")"));
  REQUIRE(arrived.events.size() == 1);
  CHECK(arrived.events[0].text == "a <b> &amp; c");
  CHECK(arrived.events[0].address.place == "U1");
  CHECK(arrived.events[0].address.account == "clinic");
  CHECK(arrived.events[0].event.id == "D1:5.1");
  CHECK(arrived.answer.empty());  // what stands there would be shown
  CHECK(read(event(R"("subtype":"file_share","text":"see")")).events.size() == 1);
}

TEST_CASE("Slack: a mention and a bare command open; a command's text is said; a press is a choice") {
  CHECK(read(R"({"type":"event_callback","event":{"type":"app_mention","channel":"C1","user":"U1","ts":"6.1","text":"<@B> hi"}})").events.at(0).kind == attune::dialogs::Event::Kind::kStart);
  CHECK(read("command=%2Fattune&user_id=U1&text=&trigger_id=t1").events.at(0).kind == attune::dialogs::Event::Kind::kStart);
  const auto said = read("command=%2Fattune&user_id=U1&text=help+me&trigger_id=t2");
  CHECK((said.events.at(0).text == "help me" && said.events[0].event.id == "t2"));
  const auto pressed = read("payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C%22trigger_id%22%3A%22t3%22%2C%22actions%22%3A%5B%7B%22value%22%3A%22s%23q%3Don%22%7D%5D%7D");
  CHECK((pressed.events.at(0).choice == "s#q=on" && pressed.events[0].text.empty() && pressed.events[0].event.id == "t3"));
}

TEST_CASE("Slack: the handshake is answered; what is nothing for us is let go; what cannot be read is unread") {
  CHECK(read(R"({"type":"url_verification","challenge":"c7"})").answer == "c7");
  for (const std::string& body : {event(R"("bot_id":"B1","text":"x")"), event(R"("subtype":"message_changed","text":"x")"), event(R"("subtype":"message_deleted")"), event(R"("subtype":"bot_message","text":"x")"),
                                  std::string(R"({"type":"event_callback","event":{"type":"message","channel_type":"channel","channel":"C1","user":"U1","ts":"5.1","text":"x"}})"),
                                  std::string(R"({"type":"event_callback","event":{"type":"reaction_added","user":"U1"}})"), std::string(R"({"type":"app_rate_limited"})")}) {
    const auto arrived = read(body);
    CHECK(arrived.events.empty());
    CHECK(arrived.ignored == 1);
  }
  for (const char* body : {"", "{", "payload=%7B", "a=b"}) CHECK(read(body).unread);
}

TEST_CASE("Slack: a reply is escaped once, with its buttons beside it; plain it has none") {
  const json sent = kSlack.compose(kAccount, {"default", "slack", "clinic", "U1", ""}, asking(), false);
  CHECK(sent["channel"] == "U1");
  CHECK(sent["text"] == "*Zoë:* What &lt;now&gt; &amp; why?");
  CHECK(sent["blocks"][0]["text"]["text"] == sent["text"]);
  CHECK(sent["blocks"][1]["elements"] == json::parse(R"([{"type":"button","action_id":"choice_0","text":{"type":"plain_text","text":"Go on","emoji":false},"value":"s#q=on"}])"));
  const json plain = kSlack.compose(kAccount, {"default", "slack", "clinic", "U1", ""}, asking(), true);
  CHECK_FALSE(plain.contains("blocks"));
  CHECK(plain["text"] == "*Zoë:* What &lt;now&gt; &amp; why?\n1. Go on");
  const HttpCall call = kSlack.call(kAccount, plain);
  CHECK(call.url == "https://slack.com/api/chat.postMessage");
  CHECK(std::find(call.headers.begin(), call.headers.end(), std::make_pair(std::string("Authorization"), std::string("Bearer xoxb-1"))) != call.headers.end());
}

TEST_CASE("Slack: what its answers mean stands in their body, and only a 429 in the status") {
  using What = Delivered::What;
  const std::vector<std::pair<std::string, What>> bodies = {{R"({"ok":true})", What::kSent}, {R"({"ok":false,"error":"invalid_auth"})", What::kBarred}, {R"({"ok":false,"error":"invalid_blocks"})", What::kPlain},
                                                            {R"({"ok":false,"error":"internal_error"})", What::kLater}, {R"({"ok":false,"error":"channel_not_found"})", What::kRefused}, {"<html>", What::kLater}};
  for (const auto& [body, what] : bodies) CHECK(kSlack.judge(answer(200, body), 0).what == what);
  const Delivered wait = kSlack.judge(answer(200, R"({"ok":false,"error":"ratelimited","retry_after":7})"), 0);
  CHECK((wait.what == What::kLater && wait.seconds == 7 && wait.everybody));
  HttpAnswer slow = answer(429, "");
  slow.headers = {{"retry-after", "30"}};
  CHECK((kSlack.judge(slow, 0).what == What::kLater && kSlack.judge(slow, 0).seconds == 30));
}
