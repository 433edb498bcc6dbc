// Slack (docs.slack.dev): events, buttons and a slash command at one address; chat.postMessage out.
//
// Everything is said in direct messages: what a person practises is not for a channel, so a mention and
// a slash command begin in the direct messages of whoever wrote it. The address is the person's id, which
// chat.postMessage takes as a channel.
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/platforms.h"
#include "bot/channels/signature.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kApi = "https://slack.com/api";

// @slack/types, block-kit: section text 3000; actions 25 elements; a button's text 75, its value 2000.
const Room kRoom = [] {
  Room room;
  room.text = room.text_with_choices = 2'900;  // escapes make it longer
  room.buttons = {25, 75, 2'000, 0};
  return room;
}();

std::string unescaped(std::string text) {
  const std::pair<std::string_view, std::string_view> escapes[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [from, to] : escapes) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  }
  return text;
}

void open_with(const Account& account, const std::string& user, const std::string& event, Arrived& arrived) {
  Inbound inbound = inbound_from(account, user, event, "");
  inbound.kind = dialogs::Event::Kind::kStart;
  arrived.events.push_back(std::move(inbound));
}

void take_event(const Account& account, const json& event, Arrived& arrived) {
  const std::string type = text_at(event, "/type"), user = text_at(event, "/user");
  // Two events may tell of one message; its place and time are its name.
  const std::string id = text_at(event, "/channel") + ":" + text_at(event, "/ts");
  const std::string subtype = text_at(event, "/subtype");
  const bool a_person = !user.empty() && !event.contains("bot_id") && !event.contains("bot_profile");
  if (a_person && type == "app_mention") return open_with(account, user, id, arrived);
  const bool said = type == "message" && (subtype.empty() || subtype == "file_share") && text_at(event, "/channel_type") == "im";
  if (!a_person || !said) return void(++arrived.ignored);  // our own, an edit, a deletion, somebody else's channel
  arrived.events.push_back(inbound_from(account, user, id, unescaped(text_at(event, "/text"))));
}

void take_press(const Account& account, const std::string& payload, Arrived& arrived) {
  json press;
  if (!parse_json(payload, press).empty()) return void(arrived.unread = true);
  const std::string user = text_at(press, "/user/id"), value = text_at(press, "/actions/0/value");
  if (text_at(press, "/type") != "block_actions" || user.empty() || value.empty()) return void(++arrived.ignored);
  Inbound inbound = inbound_from(account, user, text_at(press, "/trigger_id"), "");
  inbound.choice = value;
  arrived.events.push_back(std::move(inbound));
}

void take_command(const Account& account, const Form& form, Arrived& arrived) {
  const std::string user = field(form, "user_id"), text = field(form, "text"), id = field(form, "trigger_id");
  if (user.empty()) return void(arrived.unread = true);
  if (text.empty()) return open_with(account, user, id, arrived);
  arrived.events.push_back(inbound_from(account, user, id, unescaped(text)));
}

json buttons_of(const Fitted& message) {
  json elements = json::array();
  for (const auto& choice : message.choices) {
    elements.push_back({{"type", "button"},
                        {"action_id", "choice_" + std::to_string(elements.size())},
                        {"text", {{"type", "plain_text"}, {"text", choice.label}, {"emoji", false}}},
                        {"value", choice.value}});
  }
  return {{"type", "actions"}, {"elements", elements}};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Slack final : public Channel {
 public:
  std::string_view name() const override { return "slack"; }
  const Room& room() const override { return kRoom; }
  // docs.slack.dev, "Rate limits": about one message a second in a channel, short bursts allowed.
  Pace pace() const override { return {0, 1, 4}; }
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {
        {"bot_token", Setting::Kind::kSecret, "the Bot User OAuth Token (xoxb-…), under OAuth & Permissions", ""},
        {"signing_secret", Setting::Kind::kSecret, "the Signing Secret, under Basic Information", ""},
        {"api", Setting::Kind::kUsual, "the Web API", kApi},
    };
    return all;
  }

  bool authentic(const Account& account, const Webhook& webhook, storage::Time now) const override {
    return webhook.method == "POST" && slack_signed(account.at("signing_secret"), webhook.header("X-Slack-Request-Timestamp"), webhook.body,
                                                    webhook.header("X-Slack-Signature"), now);
  }

  Arrived read(const Account& account, const Webhook& webhook) const override {
    Arrived arrived;
    arrived.type = "text/plain";
    arrived.answer.clear();  // what stands here would be shown
    if (webhook.body.empty() || webhook.body.front() != '{') {
      const Form form = parse_form(webhook.body);
      const std::string payload = field(form, "payload");
      if (!payload.empty()) take_press(account, payload, arrived);
      else take_command(account, form, arrived);
      return arrived;
    }
    json body;
    if (!parse_json(webhook.body, body).empty()) {
      arrived.unread = true;
    } else if (text_at(body, "/type") == "url_verification") {
      arrived.answer = text_at(body, "/challenge");
    } else if (body.contains("event") && body["event"].is_object()) {
      take_event(account, body["event"], arrived);
    } else {
      ++arrived.ignored;
    }
    return arrived;
  }

  json compose(const Account&, const storage::Address& to, const Fitted& message, bool plain) const override {
    const std::string words = escaped(plain ? message.numbered : message.text);
    const std::string text = message.speaker.empty() ? words : "*" + escaped(message.speaker) + ":* " + words;
    json body = {{"channel", to.place}, {"text", text}, {"unfurl_links", false}, {"unfurl_media", false}};
    if (plain || message.form != Fitted::Form::kButtons) return body;
    body["blocks"] = json::array({{{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}, {"verbatim", true}}}}, buttons_of(message)});
    return body;
  }

  HttpCall call(const Account& account, const json& composed) const override { return api(account, "/chat.postMessage", composed); }

  // Everything but a 429 is 200 with ok or an error's name.
  Delivered judge(const HttpAnswer& answer, storage::Time now) const override {
    using What = Delivered::What;
    json body;
    const bool said = answer.status == 200 && parse_json(answer.body, body).empty() && body.is_object() && body.contains("ok");
    if (!said) return answer.status == 200 ? Delivered{What::kLater, 0, false, "not-slack"} : Channel::judge(answer, now);
    if (body["ok"] == true) return {What::kSent, 0, false, "200"};
    const std::string why = text_at(body, "/error");
    if (is_one_of(why, {"ratelimited", "rate_limited", "message_limit_exceeded"})) return {What::kLater, std::max(1.0, retry_after(answer, now)), true, why};
    if (is_one_of(why, {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "team_access_not_granted", "ekm_access_denied"})) return {What::kBarred, 0, false, why};
    if (is_one_of(why, {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"})) return {What::kPlain, 0, false, why};
    if (is_one_of(why, {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})) return {What::kLater, 0, false, why};
    return {What::kRefused, 0, false, why};
  }

  std::optional<HttpCall> probe(const Account& account) const override { return api(account, "/auth.test", json::object()); }

 private:
  static HttpCall api(const Account& account, std::string_view method, const json& body) {
    HttpCall call = json_call(account, kApi, method, body);
    call.headers.emplace_back("Authorization", "Bearer " + account.at("bot_token"));
    return call;
  }
};

}  // namespace

const Channel* slack() {
  static const Slack one;
  return &one;
}

}  // namespace attune::bot
