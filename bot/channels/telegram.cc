// Telegram, by the Bot API (core.telegram.org/bots/api) and the source of its server
// (tdlib/telegram-bot-api).
//
// In: one Update a request, known by the secret given to setWebhook. Private chats only: an exercise is
// nobody else's business. Out: sendMessage with an inline keyboard.
#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/platforms.h"
#include "bot/channels/signature.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kApi = "https://api.telegram.org";

// core.telegram.org/bots/api: text 1-4096 characters after entities; callback_data 1-64 bytes. A label
// has no limit there; beyond 60 it is cut by the app. 100 buttons a keyboard is the server's own limit.
const Room kRoom = [] {
  Room room;
  room.buttons = {100, 60, 64, 0};
  return room;
}();

std::string bot_path(const Account& account, std::string_view method) {
  return "/bot" + account.at("token") + "/" + std::string(method);
}

// "/help_now@our_bot" is "help now"; "/start" opens.
void take_command(Inbound& inbound) {
  std::string& text = inbound.text;
  if (text.empty() || text.front() != '/') return;
  const auto end = std::min(text.find_first_of("@ \n"), text.size());
  std::string word = text.substr(1, end - 1);
  if (word == "start") {
    inbound.kind = dialogs::Event::Kind::kStart;
    text.clear();
    return;
  }
  for (char& c : word) c = c == '_' ? ' ' : c;
  const auto blank = text.find(' ');
  text = word + (blank == std::string::npos ? "" : text.substr(blank));
}

void take_message(const Account& account, const json& message, const std::string& event, Arrived& arrived) {
  const bool a_bot = message.value("/from/is_bot"_json_pointer, json(false)) == json(true);
  const bool ours = text_at(message, "/chat/type") == "private" && !a_bot;
  if (!ours) return void(++arrived.ignored);
  // Without text it is a picture or a voice: nothing that can be read, which the bot says.
  Inbound inbound = inbound_from(account, text_at(message, "/chat/id"), event, text_at(message, "/text"));
  take_command(inbound);
  arrived.events.push_back(std::move(inbound));
}

void take_press(const Account& account, const json& query, const std::string& event, Arrived& arrived) {
  // Ends the waiting sign on the button; the one method that may stand in the answer of a webhook.
  arrived.answer = dump_json({{"method", "answerCallbackQuery"}, {"callback_query_id", text_at(query, "/id")}});
  const std::string chat = text_at(query, "/message/chat/id"), from = text_at(query, "/from/id");
  const std::string value = text_at(query, "/data");
  if (chat.empty() || chat != from || value.empty()) return void(++arrived.ignored);  // of a group
  Inbound inbound = inbound_from(account, chat, event, "");
  inbound.choice = value;
  arrived.events.push_back(std::move(inbound));
}

json keyboard(const Fitted& message) {
  std::size_t longest = 0;
  for (const auto& choice : message.choices) longest = std::max(longest, choice.label.size());
  const std::size_t in_row = longest <= 3 ? 6 : 1;  // a scale, or words
  json rows = json::array();
  for (const auto& choice : message.choices) {
    if (rows.empty() || rows.back().size() == in_row) rows.push_back(json::array());
    rows.back().push_back({{"text", choice.label}, {"callback_data", choice.value}});
  }
  return {{"inline_keyboard", rows}};
}

class Telegram final : public Channel {
 public:
  std::string_view name() const override { return "telegram"; }
  const Room& room() const override { return kRoom; }
  // core.telegram.org/bots/faq: about one message a second in a chat, 30 a second in all.
  Pace pace() const override { return {25, 1, 4}; }
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {
        {"token", Setting::Kind::kSecret, "the token that @BotFather gave you (123456:ABC…)", ""},
        {"secret", Setting::Kind::kMade, "the secret_token that Telegram sends with every update", ""},
        {"api", Setting::Kind::kUsual, "the Bot API server", kApi},
    };
    return all;
  }

  bool authentic(const Account& account, const Webhook& webhook, storage::Time) const override {
    return webhook.method == "POST" && same_secret(account.at("secret"), webhook.header("X-Telegram-Bot-Api-Secret-Token"));
  }

  Arrived read(const Account& account, const Webhook& webhook) const override {
    Arrived arrived;
    json update;
    const bool whole = parse_json(webhook.body, update).empty() && update.is_object() && !text_at(update, "/update_id").empty();
    if (!whole) {
      arrived.unread = true;
      return arrived;
    }
    const std::string event = text_at(update, "/update_id");
    if (update.contains("message") && update["message"].is_object()) {
      take_message(account, update["message"], event, arrived);
    } else if (update.contains("callback_query") && update["callback_query"].is_object()) {
      take_press(account, update["callback_query"], event, arrived);
    } else {
      ++arrived.ignored;  // an edit, a channel's post, a poll
    }
    return arrived;
  }

  json compose(const Account&, const storage::Address& to, const Fitted& message, bool plain) const override {
    json body = {{"chat_id", to.place}, {"text", with_speaker(message.speaker, plain ? message.numbered : message.text)}};
    body["link_preview_options"] = {{"is_disabled", true}};
    if (plain) return body;
    if (!message.speaker.empty()) {
      body["entities"] = json::array({{{"type", "bold"}, {"offset", 0}, {"length", utf16_units(message.speaker) + 1}}});
    }
    if (message.form == Fitted::Form::kButtons) body["reply_markup"] = keyboard(message);
    return body;
  }

  HttpCall call(const Account& account, const json& composed) const override {
    return json_call(account, kApi, bot_path(account, "sendMessage"), composed);
  }

  std::optional<HttpCall> register_webhook(const Account& account, const std::string& url) const override {
    return json_call(account, kApi, bot_path(account, "setWebhook"),
                     {{"url", url}, {"secret_token", account.at("secret")}, {"allowed_updates", {"message", "callback_query"}}});
  }
  std::optional<HttpCall> probe(const Account& account) const override {
    return json_call(account, kApi, bot_path(account, "getMe"), json::object());
  }
};

}  // namespace

const Channel* telegram() {
  static const Telegram one;
  return &one;
}

}  // namespace attune::bot
