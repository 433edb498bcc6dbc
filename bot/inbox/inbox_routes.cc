#include "bot/inbox/inbox_routes.h"

#include <httplib.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "bot/channels/answer.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/turn/reply.h"

namespace attune::bot {
namespace {

using Request = httplib::Request;
using Response = httplib::Response;
using Kind = dialogs::Event::Kind;
using nlohmann::json;

constexpr std::size_t kNameCharacters = 50, kIdCharacters = 200;
constexpr int kRows = 50, kMostRows = 200;

void refuse(Response& response, const char* code, const char* message = "") { answer_error(response, code, message); }

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// A place in a list, as `next` says it and `after` brings it back: "1.57" is an urgent one's.
std::string text_of(const storage::Handed& last) { return (last.urgent ? "1." : "0.") + std::to_string(last.row); }

std::optional<storage::HandedList::Place> place_in(const std::string& text) {
  if (text.size() < 3 || (text[0] != '0' && text[0] != '1') || text[1] != '.') return std::nullopt;
  const auto row = number_in<std::int64_t>(std::string_view(text).substr(2));
  if (!row) return std::nullopt;
  return storage::HandedList::Place{text[0] == '1', *row};
}

json json_of(const storage::Handed& one, bool reachable) {
  json out = {{"id", text_of(HandOffName{one.where.conversation, one.number})}, {"script", one.script}, {"reason", one.reason},
              {"urgent", one.urgent}, {"since", one.at}, {"state", state_of(one.what)}};
  if (!reachable) out["unreachable"] = true;
  if (!one.who.empty()) out["by"] = one.who;
  if (one.taken) out["taken"] = *one.taken;
  if (one.over) out["over"] = *one.over;
  return out;
}

json json_of(const storage::TranscriptEntry& entry) {
  json out = {{"version", entry.version}, {"at", entry.at}, {"messages", json::array()}};
  if (!entry.said.empty()) out["said"] = entry.said;
  if (entry.reply.empty()) return out;
  const Reply reply = read_reply(entry.reply);
  if (reply.safety) out["safety"] = true;
  for (const auto& message : reply.messages) {
    json line = {{"from", message.from}, {"text", message.text}};
    if (message.counselor) line["counselor"] = true;
    out["messages"].push_back(std::move(line));
  }
  return out;
}

class Inbox {
 public:
  Inbox(Turns& turns, storage::Store& store, Audit& audit, Timers::Reaches reaches)
      : turns_(turns), store_(store), audit_(audit), reaches_(std::move(reaches)) {}

  void list(const Request& request, Response& response, const Caller& caller) {
    using Which = storage::HandedList::Which;
    storage::HandedList list;
    list.space = caller.space;
    list.who = caller.name;
    const std::string which = request.has_param("list") ? request.get_param_value("list") : "waiting";
    if (which == "mine") list.which = Which::kTaken;
    else if (which == "closed") list.which = Which::kOver;
    else if (which != "waiting") return refuse(response, "bad_value", "`list` is waiting, mine or closed");
    const auto limit = request.has_param("limit") ? number_in<int>(request.get_param_value("limit")) : kRows;
    if (!limit || *limit < 1 || *limit > kMostRows) return refuse(response, "bad_value", "`limit` is 1 to 200");
    list.limit = *limit;
    if (request.has_param("after")) {
      list.after = place_in(request.get_param_value("after"));
      if (!list.after) return refuse(response, "bad_value", "`after` is what `next` said");
    }
    const auto rows = store_.handed(list);
    if (!rows) return refuse(response, "unavailable");
    json out = {{"hand_offs", json::array()}};
    for (const auto& one : *rows) out["hand_offs"].push_back(json_of(one, reaches_(one.address.channel)));
    if (static_cast<int>(rows->size()) == list.limit) out["next"] = text_of(rows->back());
    response.set_content(dump_json(out), "application/json");
  }

  void read(const Request& request, Response& response, const Caller& caller) {
    const auto one = named(request.matches[1].str(), response, caller);
    if (!one) return;
    if (one->over) return refuse(response, "hand_off_over", "This hand off is over, and its words are no longer to be read.");
    if (one->who.empty()) return refuse(response, "not_taken");
    if (one->who != caller.name) return refuse(response, "taken_by_other");
    auto after = request.has_param("after") ? number_in<storage::Version>(request.get_param_value("after")) : storage::Version{0};
    if (!after) return refuse(response, "bad_value", "`after` is a version");
    const auto entries = store_.transcript(one->where.conversation, std::max(*after, one->version - 1), kMostRows);
    if (!entries) return refuse(response, "unavailable");
    if (!entries->empty() && !audit_.note(caller.name, "hand_off_read", person_in_audit(one->where.person), "done")) {
      return refuse(response, "unavailable");
    }
    json out = json_of(*one, reaches_(one->address.channel));
    out["turns"] = json::array();
    for (const auto& entry : *entries) out["turns"].push_back(json_of(entry));
    response.set_content(dump_json(out), "application/json");
  }

  void act(Kind kind, const char* audited, const Request& request, Response& response, const Caller& caller) {
    const JsonBody body(request, response);
    if (!body.ok()) return;
    const auto name = body.want_string("hand_off", kNameCharacters);
    const auto id = body.want_string("id", kIdCharacters);
    const auto text = kind == Kind::kWrite ? body.want_string("text", kMessageCharacters) : std::string();
    if (!body.ok()) return;
    if (id->empty()) return body.refuse("bad_value", "/id must not be empty");
    if (kind == Kind::kWrite && text->find_first_not_of(" \t\r\n") == std::string::npos) return body.refuse("bad_value", "/text must not be empty");
    const auto one = named(*name, response, caller);
    if (!one) return;
    const bool first = Exchange::current().tries() == 0;
    if (first && !audit_.note(caller.name, audited, person_in_audit(one->where.person), "asked")) return refuse(response, "unavailable");
    Inbound inbound;
    inbound.address = one->address;
    inbound.kind = kind;
    inbound.text = *text;
    inbound.counselor = caller.name;
    inbound.hand_off = one->number;
    inbound.conversation = one->where.conversation;
    inbound.unread = !reaches_(one->address.channel);
    inbound.event = {"counselor", caller.space + " " + caller.name, *id};
    answer(turns_, inbound, response, [name = *name](const Taken& taken) {
      return dump_json({{"hand_off", name}, {"version", taken.version}});
    });
  }

 private:
  // Answers itself if there is none in the caller's space: another's looks like one that never was.
  std::optional<storage::Handed> named(const std::string& text, Response& response, const Caller& caller) {
    const auto name = hand_off_named(text);
    if (!name) return refuse(response, "not_found", "There is no such hand off."), std::nullopt;
    auto found = store_.handed(name->conversation, name->number);
    if (!found) return refuse(response, "unavailable"), std::nullopt;
    if (!*found || (*found)->address.space != caller.space) return refuse(response, "not_found", "There is no such hand off."), std::nullopt;
    return std::move(*found);
  }

  Turns& turns_;
  storage::Store& store_;
  Audit& audit_;
  const Timers::Reaches reaches_;
};

}  // namespace

const char* state_of(storage::HandOff::What what) {
  switch (what) {
    case storage::HandOff::What::kWaits: return "waiting";
    case storage::HandOff::What::kTaken: return "taken";
    case storage::HandOff::What::kGivenBack: return "given back";
    case storage::HandOff::What::kClosed: return "closed";
    case storage::HandOff::What::kLeft: return "left";
    case storage::HandOff::What::kNobody: return "nobody came";
  }
  return "";
}

std::string text_of(const HandOffName& name) { return storage::hex(name.conversation) + "." + std::to_string(name.number); }

std::optional<HandOffName> hand_off_named(const std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto conversation = storage::id_from_hex(std::string_view(text).substr(0, dot));
  const auto number = number_in<std::uint32_t>(std::string_view(text).substr(dot + 1));
  if (!conversation || !number) return std::nullopt;
  return HandOffName{*conversation, *number};
}

void add_inbox_routes(Gate& gate, Turns& turns, storage::Store& store, Audit& audit, Timers::Reaches reaches) {
  auto inbox = std::make_shared<Inbox>(turns, store, audit, std::move(reaches));
  gate.add("GET", "/v1/inbox", [inbox](const Request& request, Response& response, const Caller& caller) { inbox->list(request, response, caller); });
  gate.add("GET", "/v1/inbox/{hand_off}", [inbox](const Request& request, Response& response, const Caller& caller) { inbox->read(request, response, caller); });
  struct Act {
    const char* path;
    Kind kind;
    const char* audited;
  };
  static constexpr Act kActs[] = {{"/v1/inbox/take", Kind::kTake, "hand_off_take"},
                                  {"/v1/inbox/write", Kind::kWrite, "hand_off_write"},
                                  {"/v1/inbox/give-back", Kind::kGiveBack, "hand_off_give_back"},
                                  {"/v1/inbox/close", Kind::kClose, "hand_off_close"}};
  for (const Act& act : kActs) {
    gate.add("POST", act.path, [inbox, &act](const Request& request, Response& response, const Caller& caller) {
      inbox->act(act.kind, act.audited, request, response, caller);
    });
  }
}

}  // namespace attune::bot
