// Meta's three (developers.facebook.com/docs): WhatsApp Cloud API, Messenger, Instagram messaging.
//
// One webhook format family: a challenge by GET, X-Hub-Signature-256 over the bytes as they are sent
// (Meta escapes what it signs, so parsed JSON is other bytes), batches, and our own messages, deliveries
// and readings told back, which are let go. Out: Graph.
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/platforms.h"
#include "bot/channels/signature.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kApi = "https://graph.facebook.com/v21.0";

// Cloud API reference, "Messages": text 4096; interactive body 1024; 3 reply buttons, title 20, id 256;
// a list of 10 rows, title 24, description 72, id 200.
const Room kWhatsApp = [] {
  Room room;
  room.text_with_choices = 1'024;
  room.buttons = {3, 20, 256, 0};
  room.list = {10, 24, 200, 72};
  return room;
}();

// Messenger Platform reference, "Quick replies": 13, title 20, payload 1000 characters; text 2000.
const Room kMessenger = [] {
  Room room;
  room.text = room.text_with_choices = 2'000;
  room.quick = {13, 20, 1'000, 0};
  return room;
}();

// Instagram messaging: text 1000 bytes; the same quick replies.
const Room kInstagram = [] {
  Room room = kMessenger;
  room.text = room.text_with_choices = 1'000;
  room.unit = Room::Unit::kBytes;
  return room;
}();

// The members of an array, or none.
const json::array_t& each_of(const json& value, const char* key) {
  static const json::array_t none;
  if (!value.is_object() || !value.contains(key) || !value[key].is_array()) return none;
  return value[key].get_ref<const json::array_t&>();
}

class Meta : public Channel {
 public:
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {
        {"app_secret", Setting::Kind::kSecret, "the App Secret, under App settings, Basic", ""},
        {"access_token", Setting::Kind::kSecret, "the access token of the page or of the system user", ""},
        {"verify_token", Setting::Kind::kShown, "the Verify Token that you type beside the Callback URL", ""},
        {"api", Setting::Kind::kUsual, "the Graph API, with its version", kApi},
    };
    return all;
  }

  bool authentic(const Account& account, const Webhook& webhook, storage::Time) const override {
    if (webhook.method == "GET") {
      const Form query = parse_form(webhook.query);
      return field(query, "hub.mode") == "subscribe" && same_secret(account.at("verify_token"), field(query, "hub.verify_token"));
    }
    return meta_signed(account.at("app_secret"), webhook.body, webhook.header("X-Hub-Signature-256"));
  }

  Arrived read(const Account& account, const Webhook& webhook) const override {
    Arrived arrived;
    arrived.type = "text/plain";
    arrived.answer = webhook.method == "GET" ? field(parse_form(webhook.query), "hub.challenge") : "";
    if (webhook.method == "GET") return arrived;
    json body;
    if (!parse_json(webhook.body, body).empty() || !body.is_object() || !body.contains("entry")) {
      arrived.unread = true;
      return arrived;
    }
    for (const json& entry : each_of(body, "entry")) read_entry(account, entry, arrived);
    return arrived;
  }

  HttpCall call(const Account& account, const json& composed) const override {
    HttpCall call = json_call(account, kApi, messages_path(account), composed);
    call.headers.emplace_back("Authorization", "Bearer " + account.at("access_token"));
    return call;
  }

  // Graph says in error.code what a 400 means.
  Delivered judge(const HttpAnswer& answer, storage::Time now) const override {
    using What = Delivered::What;
    json body;
    const bool said = answer.status >= 400 && parse_json(answer.body, body).empty();
    const std::string code = said ? text_at(body, "/error/code") : "";
    const auto among = [&](std::initializer_list<std::string_view> codes) { return std::find(codes.begin(), codes.end(), code) != codes.end(); };
    if (among({"190", "102", "10", "200"})) return {What::kBarred, 0, false, code};
    if (among({"131056"})) return {What::kLater, std::max(6.0, retry_after(answer, now)), false, code};       // too many to this one
    if (among({"4", "80007", "130429", "613"})) return {What::kLater, std::max(1.0, retry_after(answer, now)), true, code};
    if (among({"1", "2", "131000", "131016", "133004"})) return {What::kLater, 0, false, code};
    if (among({"131047", "131026", "551", "10903", "2018278"})) return {What::kRefused, 0, false, code};        // the window is closed; nobody there
    return Channel::judge(answer, now);
  }

 protected:
  virtual void read_entry(const Account& account, const json& entry, Arrived& arrived) const = 0;
  virtual std::string messages_path(const Account& account) const = 0;
};

class WhatsApp final : public Meta {
 public:
  std::string_view name() const override { return "whatsapp"; }
  const Room& room() const override { return kWhatsApp; }
  // Cloud API overview: 80 a second; to one person one in 6 seconds, 45 at once.
  Pace pace() const override { return {80, 1.0 / 6, 45}; }
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = [this] {
      std::vector<Setting> mine = Meta::settings();
      mine.push_back({"phone_number_id", Setting::Kind::kAsked, "the Phone number ID, under WhatsApp, API Setup", ""});
      mine.push_back({"list_button", Setting::Kind::kUsual, "what opens a list of choices", "Choose"});
      return mine;
    }();
    return all;
  }

  json compose(const Account& account, const storage::Address& to, const Fitted& message, bool plain) const override {
    json body = {{"messaging_product", "whatsapp"}, {"recipient_type", "individual"}, {"to", to.place}};
    const std::string text = with_speaker(message.speaker, plain ? message.numbered : message.text);
    if (plain || message.form == Fitted::Form::kNone) {
      body["type"] = "text";
      body["text"] = {{"body", text}, {"preview_url", false}};
      return body;
    }
    body["type"] = "interactive";
    body["interactive"] = message.form == Fitted::Form::kButtons ? buttons(message) : list(account, message);
    body["interactive"]["body"] = {{"text", text}};
    return body;
  }

 protected:
  std::string messages_path(const Account& account) const override { return "/" + account.at("phone_number_id") + "/messages"; }

  void read_entry(const Account& account, const json& entry, Arrived& arrived) const override {
    for (const json& change : each_of(entry, "changes")) {
      if (!change.is_object() || !change.contains("value")) continue;
      const json& value = change["value"];
      const bool ours = text_at(value, "/metadata/phone_number_id") == account.at("phone_number_id");
      const auto& messages = each_of(value, "messages");
      if (!ours || messages.empty()) ++arrived.ignored;  // of another number; or how one of ours is doing
      if (!ours) continue;
      for (const json& message : messages) read_message(account, message, arrived);
    }
  }

 private:
  static void read_message(const Account& account, const json& message, Arrived& arrived) {
    const std::string from = text_at(message, "/from"), id = text_at(message, "/id"), type = text_at(message, "/type");
    if (from.empty() || id.empty()) return void(arrived.unread = true);
    if (type == "reaction" || type == "system" || type == "ephemeral") return void(++arrived.ignored);
    Inbound inbound = inbound_from(account, from, id, text_at(message, "/text/body"));
    if (type == "interactive") inbound.choice = text_at(message, "/interactive/button_reply/id") + text_at(message, "/interactive/list_reply/id");
    if (type == "button") inbound.text = text_at(message, "/button/text");  // of a template
    arrived.events.push_back(std::move(inbound));
  }

  static json buttons(const Fitted& message) {
    json all = json::array();
    for (const auto& choice : message.choices) all.push_back({{"type", "reply"}, {"reply", {{"id", choice.value}, {"title", choice.label}}}});
    return {{"type", "button"}, {"action", {{"buttons", all}}}};
  }

  static json list(const Account& account, const Fitted& message) {
    json rows = json::array();
    for (const auto& choice : message.choices) {
      json row = {{"id", choice.value}, {"title", choice.label}};
      if (!choice.detail.empty()) row["description"] = choice.detail;
      rows.push_back(std::move(row));
    }
    const std::string& opener = account.at("list_button");
    return {{"type", "list"}, {"action", {{"button", opener.empty() ? "Choose" : opener}, {"sections", json::array({{{"rows", rows}}})}}}};
  }
};

class Messenger final : public Meta {
 public:
  Messenger(std::string_view name, const Room& room) : name_(name), room_(room) {}
  std::string_view name() const override { return name_; }
  const Room& room() const override { return room_; }

  json compose(const Account&, const storage::Address& to, const Fitted& message, bool plain) const override {
    json said = {{"text", with_speaker(message.speaker, plain ? message.numbered : message.text)}};
    if (!plain && message.form == Fitted::Form::kQuick) {
      said["quick_replies"] = json::array();
      for (const auto& choice : message.choices) said["quick_replies"].push_back({{"content_type", "text"}, {"title", choice.label}, {"payload", choice.value}});
    }
    return {{"recipient", {{"id", to.place}}}, {"messaging_type", "RESPONSE"}, {"message", said}};
  }

 protected:
  std::string messages_path(const Account&) const override { return "/me/messages"; }

  void read_entry(const Account& account, const json& entry, Arrived& arrived) const override {
    for (const json& one : each_of(entry, "messaging")) {
      const std::string from = text_at(one, "/sender/id"), mid = text_at(one, "/message/mid");
      const bool echo = one.is_object() && one.contains("/message/is_echo"_json_pointer);
      if (!from.empty() && !mid.empty() && !echo) {
        Inbound inbound = inbound_from(account, from, mid, text_at(one, "/message/text"));
        inbound.choice = text_at(one, "/message/quick_reply/payload");
        if (!inbound.choice.empty()) inbound.text.clear();  // the label again
        arrived.events.push_back(std::move(inbound));
      } else if (!from.empty() && one.contains("postback")) {  // the Get Started button
        Inbound inbound = inbound_from(account, from, text_at(one, "/postback/mid"), "");
        inbound.kind = dialogs::Event::Kind::kStart;
        arrived.events.push_back(std::move(inbound));
      } else {
        ++arrived.ignored;  // an echo, a delivery, a reading, a reaction
      }
    }
  }

 private:
  const std::string_view name_;
  const Room& room_;
};

}  // namespace

const Channel* whatsapp() {
  static const WhatsApp one;
  return &one;
}
const Channel* messenger() {
  static const Messenger one("messenger", kMessenger);
  return &one;
}
const Channel* instagram() {
  static const Messenger one("instagram", kInstagram);
  return &one;
}

}  // namespace attune::bot
