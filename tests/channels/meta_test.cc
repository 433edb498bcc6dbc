// Meta's three read, and replies as Graph takes them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/signature.h"

using namespace attune::bot;
using nlohmann::json;

namespace {

const Account kWhatsApp{"whatsapp", "default", {{"app_secret", "s3cret"}, {"access_token", "t0ken"}, {"verify_token", "v3rify"}, {"phone_number_id", "100"}, {"list_button", "Choose"}}};
const Account kPage{"messenger", "default", {{"app_secret", "s3cret"}, {"access_token", "t0ken"}, {"verify_token", "v3rify"}}};

Arrived read(const Account& account, const std::string& body) {
  Webhook webhook;
  webhook.method = "POST";
  webhook.body = body;
  return channel_named(account.channel)->read(account, webhook);
}

std::string whatsapp(const std::string& message, const std::string& number = "100") {
  return R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":")" + number + R"("},"messages":[)" + message + "]}}]}]}";
}
std::string page(const std::string& one) { return R"({"object":"page","entry":[{"messaging":[{"sender":{"id":"7"},"recipient":{"id":"1"},)" + one + "}]}]}"; }

Fitted asking(Fitted::Form form, int choices) {
  Fitted fitted;
  fitted.text = "What now?";
  fitted.numbered = "numbered";
  fitted.form = form;
  for (int i = 1; i <= choices; ++i) fitted.choices.push_back({"L" + std::to_string(i), "v" + std::to_string(i), i == 2 ? "the whole label" : ""});
  return fitted;
}

Delivered judged(int status, const std::string& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  return channel_named("whatsapp")->judge(answer, 0);
}

}  // namespace

TEST_CASE("Meta: a webhook is known by its challenge's word, or by the signature of its bytes") {
  const Channel& channel = *channel_named("whatsapp");
  Webhook challenge;
  challenge.method = "GET";
  challenge.query = "hub.mode=subscribe&hub.verify_token=v3rify&hub.challenge=42";
  CHECK(channel.authentic(kWhatsApp, challenge, 0));
  CHECK(channel.read(kWhatsApp, challenge).answer == "42");
  for (const char* query : {"", "hub.mode=subscribe&hub.challenge=42", "hub.mode=subscribe&hub.verify_token=v3rif&hub.challenge=42", "hub.mode=unsubscribe&hub.verify_token=v3rify&hub.challenge=42"}) {
    challenge.query = query;
    CHECK_FALSE(channel.authentic(kWhatsApp, challenge, 0));
  }
  Webhook post;
  post.method = "POST";
  post.body = R"({"entry":[],"of":"\u00e4"})";  // escaped, as Meta signs it
  post.headers = {{"X-Hub-Signature-256", "sha256=" + hex_text(hmac_sha256("s3cret", post.body))}};
  CHECK(channel.authentic(kWhatsApp, post, 0));
  post.body += " ";
  CHECK_FALSE(channel.authentic(kWhatsApp, post, 0));
}

TEST_CASE("WhatsApp: texts, presses and rows are turns; statuses and other numbers are not") {
  const auto said = read(kWhatsApp, whatsapp(R"({"from":"49170","id":"wamid.1","type":"text","text":{"body":"hello"}})"));
  REQUIRE(said.events.size() == 1);
  CHECK((said.events[0].text == "hello" && said.events[0].address.place == "49170" && said.events[0].event.id == "wamid.1"));
  CHECK(read(kWhatsApp, whatsapp(R"({"from":"1","id":"2","type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"v1","title":"L1"}}})")).events.at(0).choice == "v1");
  CHECK(read(kWhatsApp, whatsapp(R"({"from":"1","id":"3","type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"v2","title":"L2"}}})")).events.at(0).choice == "v2");
  CHECK(read(kWhatsApp, whatsapp(R"({"from":"1","id":"4","type":"text","text":{"body":"x"}})", "999")).ignored == 1);
  CHECK(read(kWhatsApp, whatsapp(R"({"from":"1","id":"5","type":"reaction"})")).ignored == 1);
  CHECK(read(kWhatsApp, R"({"entry":[{"changes":[{"value":{"metadata":{"phone_number_id":"100"},"statuses":[{"status":"read"}]}}]}]})").ignored == 1);
  CHECK(read(kWhatsApp, whatsapp(R"({"from":"1","id":"6","type":"text","text":{"body":"a"}},{"from":"2","id":"7","type":"text","text":{"body":"b"}})")).events.size() == 2);
  for (const char* body : {"", "{", "[]", "{}"}) CHECK(read(kWhatsApp, body).unread);
}

TEST_CASE("Messenger and Instagram: texts, quick replies and Get Started; echoes and deliveries are let go") {
  const auto said = read(kPage, page(R"("message":{"mid":"m1","text":"hello"})"));
  CHECK((said.events.at(0).text == "hello" && said.events[0].address.place == "7" && said.events[0].event.id == "m1"));
  const auto pressed = read(kPage, page(R"("message":{"mid":"m2","text":"L1","quick_reply":{"payload":"v1"}})"));
  CHECK((pressed.events.at(0).choice == "v1" && pressed.events[0].text.empty()));
  CHECK(read(kPage, page(R"("postback":{"mid":"m3","payload":"GET_STARTED"})")).events.at(0).kind == attune::dialogs::Event::Kind::kStart);
  for (const char* one : {R"("message":{"mid":"m4","is_echo":true,"text":"ours"})", R"("delivery":{"watermark":1})", R"("read":{"watermark":1})", R"("reaction":{"mid":"m1"})"}) {
    const auto arrived = read(kPage, page(one));
    CHECK((arrived.events.empty() && arrived.ignored == 1));
  }
}

TEST_CASE("WhatsApp: three choices are buttons, ten a list, more are lines, which fit() decides") {
  const Channel& channel = *channel_named("whatsapp");
  const attune::storage::Address to{"default", "whatsapp", "default", "49170", ""};
  const json buttons = channel.compose(kWhatsApp, to, asking(Fitted::Form::kButtons, 1), false);
  CHECK(buttons == json::parse(R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"49170","type":"interactive",
    "interactive":{"type":"button","body":{"text":"What now?"},"action":{"buttons":[{"type":"reply","reply":{"id":"v1","title":"L1"}}]}}})"));
  const json list = channel.compose(kWhatsApp, to, asking(Fitted::Form::kList, 2), false);
  CHECK(list["interactive"]["action"] == json::parse(R"({"button":"Choose","sections":[{"rows":[{"id":"v1","title":"L1"},{"id":"v2","title":"L2","description":"the whole label"}]}]})"));
  const json plain = channel.compose(kWhatsApp, to, asking(Fitted::Form::kList, 2), true);
  CHECK((plain["type"] == "text" && plain["text"]["body"] == "numbered" && !plain.contains("interactive")));
  const HttpCall call = channel.call(kWhatsApp, plain);
  CHECK(call.url == "https://graph.facebook.com/v21.0/100/messages");
}

TEST_CASE("Messenger: choices are quick replies") {
  const json sent = channel_named("messenger")->compose(kPage, {"default", "messenger", "default", "7", ""}, asking(Fitted::Form::kQuick, 2), false);
  CHECK(sent["message"]["quick_replies"] == json::parse(R"([{"content_type":"text","title":"L1","payload":"v1"},{"content_type":"text","title":"L2","payload":"v2"}])"));
  CHECK(sent["recipient"]["id"] == "7");
}

TEST_CASE("Meta: Graph's codes say what a refusal means") {
  using What = Delivered::What;
  CHECK(judged(200, R"({"messages":[{"id":"wamid.1"}]})").what == What::kSent);
  CHECK(judged(400, R"({"error":{"code":190}})").what == What::kBarred);
  CHECK(judged(400, R"({"error":{"code":131047}})").what == What::kRefused);
  CHECK(judged(400, R"({"error":{"code":131000}})").what == What::kLater);
  CHECK(judged(400, R"({"error":{"code":100}})").what == What::kPlain);
  const Delivered one = judged(400, R"({"error":{"code":131056}})"), all = judged(400, R"({"error":{"code":130429}})");
  CHECK((one.what == What::kLater && !one.everybody && one.seconds >= 6));
  CHECK((all.what == What::kLater && all.everybody));
}
