#include "bot/channels/web.h"

#include <httplib.h>

#include <charconv>

#include "bot/channels/answer.h"
#include "bot/channels/session.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/turn/reply.h"
#include "dialogs/engine/json_writer.h"

namespace attune::bot {
namespace {

constexpr std::size_t kIdCharacters = 200;
constexpr std::size_t kChoiceCharacters = 300;
constexpr std::size_t kLanguageCharacters = 35;  // RFC 5646, 4.4.1
constexpr std::size_t kZoneCharacters = 64;
constexpr std::uint32_t kTurnsShown = 200;

// A turn as the page reads it: what of the stored reply is shown, with `more` before its members and
// where it stands after them.
std::string turn_text(storage::Version version, std::string_view reply, const std::string& more = "") {
  return "{" + more + std::string(shown_members(reply)) + ",\"version\":" + std::to_string(version) + "}";
}

std::string member(std::string_view name, std::string_view text) {
  dialogs::JsonWriter out;
  out.key(name).text(text);
  return out.take() + ",";
}

std::string said_in(const std::string& said) { return said.empty() ? "" : member("said", said); }

std::string event_text(storage::Version version, const std::string& said, const std::string& reply) {
  return "id: " + std::to_string(version) + "\nevent: turn\ndata: " + turn_text(version, reply, said_in(said)) + "\n\n";
}

// `after`, or the newest event a reconnecting browser has seen. Nothing if it is not a number.
std::optional<storage::Version> after_of(const httplib::Request& request) {
  std::string text = request.get_header_value("Last-Event-ID");
  if (text.empty()) text = request.get_param_value("after");
  if (text.empty()) return 0;
  storage::Version version = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), version);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return version;
}

class Web {
 public:
  Web(Gate& gate, Edge& edge, Turns& turns, storage::Store& store, Audit& audit, std::string exit_url)
      : gate_(gate), edge_(edge), turns_(turns), store_(store), audit_(audit), exit_url_(std::move(exit_url)) {}

  void begin(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    const JsonBody body(request, response);
    const auto language = body.optional_string("language", kLanguageCharacters);
    const auto zone = body.optional_string("zone", kZoneCharacters);
    if (!body.ok()) return;
    if (const auto session = session_of(request, caller.secure)) {
      const auto where = store_.find(address_of(*session));
      if (!where) return refuse(response, "unavailable");
      if (*where) return newest(**where, response);
    }
    // A redo comes with the same request and no cookie: it begins under another token, and nothing of
    // the first try was kept.
    const std::string session = new_session();
    response.set_header("Set-Cookie", session_cookie(session, caller.secure));
    Inbound inbound;
    inbound.address = address_of(session);
    inbound.kind = dialogs::Event::Kind::kStart;
    inbound.language = language_code(language.value_or(""));
    inbound.zone = zone.value_or("");
    answer(turns_, inbound, response, [session](const Taken& taken) {
      return turn_text(taken.version, taken.reply, member("token", session));
    });
  }

  void message(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    if (!gate_.may_write(caller, caller.session, response)) return;
    const JsonBody body(request, response);
    if (!body.ok()) return;
    const auto id = body.want_string("id", kIdCharacters);
    const auto text = body.optional_string("text", kMessageCharacters);
    const auto choice = body.optional_string("choice", kChoiceCharacters);
    if (!body.ok()) return;
    if (id->empty()) return body.refuse("bad_value", "/id must not be empty");
    if (!text && !choice) return body.refuse("bad_value", "send /text or /choice");
    Inbound inbound;
    inbound.address = address_of(caller.session);
    const auto where = store_.find(inbound.address);
    if (!where) return refuse(response, "unavailable");
    if (!*where) return refuse(response, "unauthorized", kBeginFirst);
    inbound.event = {"web", inbound.address.place, *id};
    inbound.text = text.value_or("");
    inbound.choice = choice.value_or("");
    answer(turns_, inbound, response, [](const Taken& taken) { return turn_text(taken.version, taken.reply); });
  }

  void transcript(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    const auto where = who(caller, response);
    if (!where) return;
    const auto after = after_of(request);
    if (!after) return refuse(response, "bad_value", "`after` must be a number");
    const auto entries = read(*where, *after);
    if (!entries) return refuse(response, "unavailable");
    std::string turns;
    for (const auto& entry : *entries) {
      if (!turns.empty()) turns += ',';
      turns += turn_text(entry.version, entry.reply, "\"at\":" + std::to_string(entry.at) + "," + said_in(entry.said));
    }
    response.set_content("{\"turns\":[" + turns + "]}", "application/json");
  }

  void events(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    const auto where = who(caller, response);
    if (!where) return;
    const auto after = after_of(request);
    if (!after) return refuse(response, "bad_value", "`after` must be a number");
    const auto entries = read(*where, *after);
    if (!entries) return refuse(response, "unavailable");
    std::string backlog = "retry: 3000\n\n";
    for (const auto& entry : *entries) backlog += event_text(entry.version, entry.said, entry.reply);
    Exchange::current().stream(storage::hex(where->conversation), std::move(backlog));
  }

  void forget(httplib::Response& response, const Caller& caller) {
    const auto where = who(caller, response);
    if (!where) return;
    response.set_header("Set-Cookie", cleared_cookie(caller.secure));
    response.status = 204;
    answer_forgotten(turns_, audit_, "the person", {address_of(caller.session)}, where->person);
  }

  void leave(httplib::Response& response, const Caller& caller) const {
    response.set_header("Set-Cookie", cleared_cookie(caller.secure));
    response.set_header("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
    response.set_header("Location", exit_url_);
    response.status = 303;
  }

  void publish(const storage::Where& where, storage::Version version, const std::string& said, const std::string& reply) {
    edge_.publish(storage::hex(where.conversation), event_text(version, said, reply));
  }

 private:
  static void refuse(httplib::Response& response, const char* code, const char* message = "") { answer_error(response, code, message); }

  // Turns above `after`; from the beginning only the newest, since a long conversation has many.
  Result<std::vector<storage::TranscriptEntry>> read(const storage::Where& where, storage::Version after) {
    after = std::max(after, where.since);
    if (after == where.since) {
      const auto newest = store_.load(where.conversation);
      if (!newest) return newest.failure();
      if (*newest && (*newest)->version > kTurnsShown) after = std::max(after, (*newest)->version - kTurnsShown);
    }
    return store_.transcript(where.conversation, after, kTurnsShown);
  }

  void newest(const storage::Where& where, httplib::Response& response) {
    const auto entries = read(where, 0);
    if (!entries) return refuse(response, "unavailable");
    const bool any = !entries->empty();
    response.set_content(turn_text(any ? entries->back().version : 0, any ? entries->back().reply : ""), "application/json");
  }

  // Whose session it is; answers 401 or 503 itself if it is nobody's.
  std::optional<storage::Where> who(const Caller& caller, httplib::Response& response) {
    const auto where = store_.find(address_of(caller.session));
    if (!where) return refuse(response, "unavailable"), std::nullopt;
    if (!*where) return refuse(response, "unauthorized", kBeginFirst), std::nullopt;
    return **where;
  }

  Gate& gate_;
  Edge& edge_;
  Turns& turns_;
  storage::Store& store_;
  Audit& audit_;
  const std::string exit_url_;
};

}  // namespace

void add_web_routes(Gate& gate, Edge& edge, Turns& turns, storage::Store& store, Audit& audit,
                    std::string exit_url) {
  auto web = std::make_shared<Web>(gate, edge, turns, store, audit, std::move(exit_url));
  using Request = const httplib::Request&;
  using Response = httplib::Response&;
  using From = const Caller&;
  gate.add("POST", "/v1/conversation", [web](Request request, Response response, From from) { web->begin(request, response, from); });
  gate.add("POST", "/v1/messages", [web](Request request, Response response, From from) { web->message(request, response, from); });
  gate.add("GET", "/v1/transcript", [web](Request request, Response response, From from) { web->transcript(request, response, from); });
  gate.add("GET", "/v1/events", [web](Request request, Response response, From from) { web->events(request, response, from); });
  gate.add("DELETE", "/v1/me", [web](Request, Response response, From from) { web->forget(response, from); });
  gate.add("GET", "/leave", [web](Request, Response response, From from) { web->leave(response, from); });
  turns.on_committed("web", [web](const storage::Where& where, storage::Version version, const std::string& said, const std::string& reply) {
    web->publish(where, version, said, reply);
  });
}

}  // namespace attune::bot
