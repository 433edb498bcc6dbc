// Rasa's callback channel (rasa.com/docs, "Your own website"; rasa/core/channels/callback.py): a message
// in by POST, answered "success" at once; each message of the reply in a POST of its own to the
// callback's address.
//
// Rasa's has no proof of who calls. Ours has one secret for both ways: they send it as a bearer, and what
// we send carries X-Hub-Signature-256 over its bytes, made with it.
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/platforms.h"
#include "bot/channels/signature.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

constexpr std::size_t kNameBytes = 200;
constexpr std::string_view kChoice = "/choice ";  // Rasa's payloads begin with a slash
constexpr std::string_view kBearer = "Bearer ";

// The receiver is the operator's own program, which takes what it is sent.
const Room kRoom = [] {
  Room room;
  room.text = room.text_with_choices = 100'000;
  room.buttons = {100, 1'000, 1'000, 0};
  return room;
}();

class Callback final : public Channel {
 public:
  std::string_view name() const override { return "callback"; }
  const Room& room() const override { return kRoom; }

  // Rasa's own address for the only one there is.
  std::string path(const Account& account) const override { return "/webhooks/callback/" + (account.name == "default" ? "webhook" : account.name); }

  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {
        {"callback_url", Setting::Kind::kAsked, "the callback's url: where each message of a reply is sent by POST"},
        {"secret", Setting::Kind::kShown, "sent to us as Authorization: Bearer SECRET, and the key of what we sign"},
    };
    return all;
  }

  bool authentic(const Account& account, const Webhook& webhook, storage::Time) const override {
    const std::string header = webhook.header("Authorization");
    return webhook.method == "POST" && header.starts_with(kBearer) && same_secret(account.at("secret"), std::string_view(header).substr(kBearer.size()));
  }

  Arrived read(const Account& account, const Webhook& webhook) const override {
    Arrived arrived;
    arrived.type = "text/plain";
    arrived.answer = "success";
    json body;
    const bool read = parse_json(webhook.body, body).empty() && body.is_object();
    const std::string sender = read ? text_at(body, "/sender") : "", key = webhook.header("Idempotency-Key");
    const bool wordless = read && (!body.contains("message") || body["message"].is_null());
    if (sender.empty() || sender.size() > kNameBytes || key.size() > kNameBytes || (!wordless && !body["message"].is_string())) {
      arrived.unread = true;
      return arrived;
    }
    Inbound inbound = inbound_from(account, sender, key, wordless ? "" : text_at(body, "/message"));
    if (wordless) {
      inbound.kind = dialogs::Event::Kind::kStart;
    } else if (inbound.text.starts_with(kChoice)) {
      inbound.choice = inbound.text.substr(kChoice.size());
      inbound.text.clear();
    }
    arrived.events.push_back(std::move(inbound));
    return arrived;
  }

  json compose(const Account&, const storage::Address& to, const Fitted& message, bool plain) const override {
    json body = {{"recipient_id", to.place}, {"text", with_speaker(message.speaker, plain ? message.numbered : message.text)}};
    if (plain || message.form == Fitted::Form::kNone) return body;
    body["buttons"] = json::array();
    for (const auto& choice : message.choices) body["buttons"].push_back({{"title", choice.label}, {"payload", std::string(kChoice) + choice.value}});
    return body;
  }

  HttpCall call(const Account& account, const json& composed) const override {
    HttpCall call;
    call.url = account.at("callback_url");
    call.body = dump_json(composed);
    call.headers = {{"Content-Type", "application/json"}, {"X-Hub-Signature-256", "sha256=" + hex_text(hmac_sha256(account.at("secret"), call.body))}};
    Reach reach;
    if (const auto origin = origin_of(call.url)) reach.origins.push_back(*origin);  // the operator's own
    call.reach = std::make_shared<const Reach>(std::move(reach));
    return call;
  }
};

}  // namespace

const Channel* callback() {
  static const Callback one;
  return &one;
}

}  // namespace attune::bot
