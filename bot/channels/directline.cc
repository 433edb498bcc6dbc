#include "bot/channels/directline.h"

#include <httplib.h>

#include <charconv>
#include <ctime>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>

#include "bot/channels/answer.h"
#include "bot/channels/directline_token.h"
#include "bot/channels/message.h"
#include "bot/channels/platform.h"
#include "bot/channels/platforms.h"
#include "bot/channels/session.h"
#include "bot/channels/signature.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kRoot = "/v3/directline/";
constexpr int kTurnsShown = 100;
constexpr std::size_t kEchoes = 512;  // messages whose client ids are remembered
constexpr std::size_t kIdBytes = 200;

std::string iso(storage::Time at) {
  const auto seconds = static_cast<std::time_t>(at);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

// What a client waits to see again: its own message, by the id it gave it.
struct Echo {
  std::string conversation;
  storage::Version version;
  std::string client, user;
  std::string label;  // of the button that was pressed, as the page shows it
};

// What was said last to somebody of whom nothing is left.
struct Farewell {
  std::string conversation;
  json activities;
};
constexpr std::size_t kFarewells = 64;
constexpr std::string_view kGone = "gone";

// How far a client has read: "a1b2c3d4.7", the conversation in our store and a version of it.
struct Watermark {
  std::string life;
  storage::Version version = 0;
};

std::optional<Watermark> watermark_of(const std::string& text) {
  Watermark mark;
  const auto dot = text.find('.');
  mark.life = text.substr(0, dot);
  if (dot == std::string::npos) return text.empty() || text == kGone ? std::optional(mark) : std::nullopt;
  const auto read = std::from_chars(text.data() + dot + 1, text.data() + text.size(), mark.version);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(mark) : std::nullopt;
}

// Whose request it is: a token's, or the secret's own.
struct Bearer {
  const Account* account = nullptr;
  std::string conversation, user;  // "" for the secret
};

class DirectLine {
 public:
  DirectLine(Gate& gate, Turns& turns, storage::Store& store, AccountBook& book, const Clock& clock)
      : gate_(gate), turns_(turns), store_(store), book_(book), clock_(clock) {}

  void take(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    response.set_header("Access-Control-Allow-Origin", "*");
    const auto accounts = book_.accounts();
    const std::string what = request.path.substr(kRoot.size());
    const auto bearer = bearer_of(request, *accounts);
    if (!any_account(*accounts)) return void(answer_error(response, "not_found"));
    if (!bearer) return void(answer_error(response, "forbidden", "Send the secret or a token that has not ended as Authorization: Bearer."));
    const bool post = request.method == "POST";
    if (post && Exchange::current().tries() == 0) book_.arrived(*bearer->account, clock_.now(), 1, 0, false);
    if (post && what == "tokens/generate") return generate(request, response, *bearer);
    if (post && what == "tokens/refresh" && !bearer->conversation.empty()) return give_token(response, *bearer, 200);
    if (post && what == "conversations") return open(response, *bearer);
    const std::string_view rest = what;
    if (!rest.starts_with("conversations/")) return void(answer_error(response, "not_found"));
    const auto slash = rest.find('/', 14);
    Bearer here = *bearer;
    const std::string conversation(rest.substr(14, slash == std::string_view::npos ? rest.npos : slash - 14));
    if (!here.conversation.empty() && here.conversation != conversation) return void(answer_error(response, "forbidden", "This token is for another conversation."));
    here.conversation = conversation;
    const std::string_view action = slash == std::string_view::npos ? "" : rest.substr(slash);
    if (post && action == "/activities") return say(request, response, here, caller);
    if (!post && action == "/activities") return show(request, response, here);
    if (!post && action.empty()) return give_token(response, here, 200);
    answer_error(response, "not_found");
  }

 private:
  static bool any_account(const Accounts& accounts) {
    for (const Account& account : accounts.all()) {
      if (account.channel == "directline") return true;
    }
    return false;
  }

  std::optional<Bearer> bearer_of(const httplib::Request& request, const Accounts& accounts) const {
    const std::string header = request.get_header_value("Authorization");
    if (!header.starts_with("Bearer ")) return std::nullopt;
    const std::string text = header.substr(7);
    if (const auto token = read_token(text, accounts, clock_.now())) {
      return Bearer{accounts.find("directline", token->account), token->conversation, token->user};
    }
    for (const Account& account : accounts.all()) {
      if (account.channel == "directline" && same_secret(account.at("secret"), text)) return Bearer{&account, "", ""};
    }
    return std::nullopt;
  }

  void generate(const httplib::Request& request, httplib::Response& response, Bearer bearer) const {
    if (!bearer.conversation.empty()) return give_token(response, bearer, 200);
    bearer.conversation = new_session();
    json body;
    if (!request.body.empty() && parse_json(request.body, body).empty()) bearer.user = text_at(body, "/user/id").substr(0, kIdBytes);
    give_token(response, bearer, 200);
  }

  void give_token(httplib::Response& response, const Bearer& bearer, int status) const {
    DirectLineToken token{bearer.account->name, bearer.conversation, bearer.user, clock_.now() + kDirectLineSeconds};
    response.status = status;
    response.set_content(dump_json({{"conversationId", bearer.conversation}, {"token", write_token(token, *bearer.account)}, {"expires_in", kDirectLineSeconds}}), "application/json");
  }

  // The hello is a turn of its own, once, however often a page connects again.
  void open(httplib::Response& response, Bearer bearer) {
    if (bearer.conversation.empty()) bearer.conversation = new_session();
    give_token(response, bearer, 201);
    const std::string body = response.body;
    Inbound inbound = inbound_from(*bearer.account, bearer.conversation, "open " + bearer.conversation, "");
    inbound.kind = dialogs::Event::Kind::kStart;
    answer(turns_, inbound, response, [body](const Taken&) { return body; });
  }

  void say(const httplib::Request& request, httplib::Response& response, const Bearer& bearer, const Caller& caller) {
    json activity;
    if (!parse_json(request.body, activity).empty() || !activity.is_object()) return void(answer_error(response, "bad_json"));
    if (text_at(activity, "/type") != "message") return give_id(response, bearer, new_error_id());  // typing, an event
    Caller person = caller;
    person.space = bearer.account->space();
    if (!gate_.may_write(person, bearer.conversation, response)) return;
    const std::string client = text_at(activity, "/channelData/clientActivityID");
    Inbound inbound = inbound_from(*bearer.account, bearer.conversation, client.empty() ? "" : bearer.conversation + " " + client, text_at(activity, "/text"));
    inbound.choice = text_at(activity, "/value/choice");
    const std::string label = inbound.choice.empty() ? "" : inbound.text;
    if (!inbound.choice.empty()) inbound.text.clear();
    if (client.size() > kIdBytes || inbound.choice.size() > kIdBytes) return void(answer_error(response, "bad_value"));
    const std::string user = bearer.user.empty() ? text_at(activity, "/from/id").substr(0, kIdBytes) : bearer.user;
    answer(turns_, inbound, response, [this, bearer, client, user, label](const Taken& taken) {
      remember({bearer.conversation, taken.version, client, user, label});
      if (taken.kind == Taken::Kind::kThought && taken.thought.forgotten) keep_farewell(bearer, taken);
      return dump_json({{"id", bearer.conversation + "|" + std::to_string(taken.version)}});
    });
  }

  static void give_id(httplib::Response& response, const Bearer& bearer, const std::string& id) {
    response.set_content(dump_json({{"id", bearer.conversation + "|" + id}}), "application/json");
  }

  void show(const httplib::Request& request, httplib::Response& response, const Bearer& bearer) {
    const auto mark = watermark_of(request.get_param_value("watermark"));
    if (!mark) return void(answer_error(response, "bad_value", "`watermark` is what an answer gave."));
    storage::Address address = inbound_from(*bearer.account, bearer.conversation, "", "").address;
    const auto where = store_.find(address);
    if (!where) return void(answer_error(response, "unavailable"));
    const std::string life = *where ? storage::hex((*where)->conversation).substr(0, 8) : std::string(kGone);
    json activities = mark->life == life || mark->life == kGone ? json::array() : farewell_of(bearer.conversation);
    std::string next = life;
    if (*where) {
      storage::Version after = std::max(mark->life == life ? mark->version : 0, (*where)->since);
      const auto turns = store_.transcript((*where)->conversation, after, kTurnsShown);
      if (!turns) return void(answer_error(response, "unavailable"));
      for (const auto& turn : *turns) add_turn(bearer, turn, activities);
      if (!turns->empty()) after = turns->back().version;
      next += "." + std::to_string(after);
    }
    response.set_content(dump_json({{"activities", std::move(activities)}, {"watermark", next}}), "application/json");
  }

  void add_turn(const Bearer& bearer, const storage::TranscriptEntry& turn, json& activities) const {
    const std::string id = bearer.conversation + "|" + std::to_string(turn.version);
    const Echo echo = echo_of(bearer.conversation, turn.version);
    if (turn.kind != "start" && (!turn.said.empty() || !echo.client.empty())) {
      json theirs = activity(bearer, id, iso(turn.at));
      const std::string user = !echo.user.empty() ? echo.user : bearer.user.empty() ? "user" : bearer.user;
      theirs["from"] = {{"id", user}, {"role", "user"}};
      theirs["textFormat"] = "plain";  // or a page would read Markdown into it
      theirs["text"] = echo.label.empty() ? turn.said : echo.label;
      if (!echo.client.empty()) theirs["channelData"] = {{"clientActivityID", echo.client}};
      activities.push_back(std::move(theirs));
    }
    if (!turn.reply.empty()) add_reply(bearer, id, iso(turn.at), read_reply(turn.reply), activities);
  }

  static void add_reply(const Bearer& bearer, const std::string& id, const std::string& at, const Reply& reply, json& activities) {
    int number = 0;
    for (const Fitted& message : fit(reply, kRoom)) {
      json ours = activity(bearer, id + "." + std::to_string(++number), at);
      ours["from"] = {{"id", "attune"}, {"name", message.speaker.empty() ? "attune" : message.speaker}, {"role", "bot"}};
      ours["text"] = with_speaker(message.speaker, message.text);
      ours["textFormat"] = "plain";
      ours["replyToId"] = id;
      if (message.form == Fitted::Form::kButtons) ours["suggestedActions"] = {{"actions", actions_of(message)}};
      activities.push_back(std::move(ours));
    }
  }

  static json activity(const Bearer& bearer, const std::string& id, const std::string& at) {
    return {{"type", "message"}, {"id", id}, {"timestamp", at}, {"channelId", "directline"}, {"conversation", {{"id", bearer.conversation}}}};
  }

  void keep_farewell(const Bearer& bearer, const Taken& taken) {
    Farewell one{bearer.conversation, json::array()};
    add_reply(bearer, bearer.conversation + "|" + std::to_string(taken.version) + "." + std::string(kGone), iso(clock_.now()), taken.thought, one.activities);
    std::lock_guard lock(mutex_);
    std::erase_if(farewells_, [&](const Farewell& each) { return each.conversation == bearer.conversation; });
    farewells_.push_back(std::move(one));
    if (farewells_.size() > kFarewells) farewells_.pop_front();
  }

  json farewell_of(const std::string& conversation) const {
    std::lock_guard lock(mutex_);
    for (const Farewell& one : farewells_) {
      if (one.conversation == conversation) return one.activities;
    }
    return json::array();
  }

  static json actions_of(const Fitted& message) {
    json all = json::array();
    for (const auto& choice : message.choices) {
      all.push_back({{"type", "messageBack"}, {"title", choice.label}, {"text", choice.label}, {"displayText", choice.label}, {"value", {{"choice", choice.value}}}});
    }
    return all;
  }

  void remember(Echo echo) {
    std::lock_guard lock(mutex_);
    echoes_.push_back(std::move(echo));
    if (echoes_.size() > kEchoes) echoes_.pop_front();
  }

  Echo echo_of(const std::string& conversation, storage::Version version) const {
    std::lock_guard lock(mutex_);
    for (auto one = echoes_.rbegin(); one != echoes_.rend(); ++one) {
      if (one->version == version && one->conversation == conversation) return *one;
    }
    return {};
  }

  inline static const Room kRoom = [] {
    Room room;
    room.text = room.text_with_choices = 100'000;
    room.buttons = {100, 1'000, kIdBytes, 0};
    return room;
  }();

  Gate& gate_;
  Turns& turns_;
  storage::Store& store_;
  AccountBook& book_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<Echo> echoes_;          // guarded by mutex_
  std::deque<Farewell> farewells_;   // guarded by mutex_
};

class DirectLinePlatform final : public Platform {
 public:
  std::string_view name() const override { return "directline"; }
  std::string path(const Account&) const override { return "/v3/directline"; }
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {{"secret", Setting::Kind::kShown, "the Direct Line secret: your site exchanges it for tokens, and shows it to nobody"}};
    return all;
  }
};

void allow_any_page(httplib::Response& response) {
  response.set_header("Access-Control-Allow-Origin", "*");
  response.set_header("Access-Control-Allow-Methods", "GET, POST");
  response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type, x-ms-bot-agent, x-requested-with");
  response.set_header("Access-Control-Max-Age", "7200");
  response.status = 204;
}

}  // namespace

void add_directline_routes(Gate& gate, Turns& turns, storage::Store& store, AccountBook& book, const Clock& clock) {
  const auto line = std::make_shared<DirectLine>(gate, turns, store, book, clock);
  const std::string path = std::string(kRoot) + "{rest}";
  for (const char* method : {"POST", "GET"}) {
    gate.add(method, path, [line](const httplib::Request& request, httplib::Response& response, const Caller& caller) { line->take(request, response, caller); });
  }
  gate.add("OPTIONS", path, [](const httplib::Request&, httplib::Response& response, const Caller&) { allow_any_page(response); });
}

const Platform* directline() {
  static const DirectLinePlatform one;
  return &one;
}

}  // namespace attune::bot
