#include "bot/delivery/outbox_routes.h"

#include <httplib.h>

#include <charconv>

#include "bot/delivery/parts.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/turn/reply.h"

namespace attune::bot {
namespace {

using nlohmann::json;
using storage::DeadLetter;

constexpr int kShown = 1'000;
constexpr int kSearched = 100'000;  // more than an account that is shut for 30 days leaves behind

std::string name_of(const DeadLetter& letter) {
  return storage::hex(letter.conversation) + "." + std::to_string(letter.version) + "." + std::to_string(letter.part);
}

json in_json(const DeadLetter& letter) {
  return {{"letter", name_of(letter)}, {"channel", letter.address.channel}, {"account", letter.address.account}, {"at", letter.at}, {"attempts", letter.attempts}, {"why", letter.why}};
}

class OutboxDesk {
 public:
  OutboxDesk(storage::Store& store, AccountBook& book, Sender& sender, Audit& audit, const Clock& clock)
      : store_(store), book_(book), sender_(sender), audit_(audit), clock_(clock) {}

  void list(httplib::Response& response, const Caller& caller) const {
    const auto found = store_.dead_letters(kSearched);
    if (!found) return void(answer_error(response, "unavailable"));
    json all = json::array();
    std::size_t more = 0;
    for (const DeadLetter& letter : *found) {
      if (!may_see(letter, caller)) continue;
      if (all.size() < kShown) all.push_back(in_json(letter));
      else ++more;
    }
    response.set_content(dump_json({{"letters", std::move(all)}, {"more", more}}), "application/json");
  }

  void show(const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto letter = asked(request, response, caller);
    if (!letter) return;
    json body = in_json(*letter);
    if (request.get_param_value("words") == "1") {
      if (!noted(*letter, caller, "outbox_words")) return void(answer_error(response, "unavailable"));
      const auto parts = composed(*letter);
      body["place"] = letter->address.place;
      body["words"] = nullptr;
      if (parts) body["words"] = json::parse(parts->body).at("send");
    }
    response.set_content(dump_json(body), "application/json");
  }

  void resend(const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto letter = asked(request, response, caller);
    if (!letter) return;
    auto part = composed(*letter);
    if (!part) return void(answer_error(response, "gone", "Its words have run out, or its account is not set up here any more."));
    if (!noted(*letter, caller, "outbox_resend")) return void(answer_error(response, "unavailable"));
    storage::Settled again = named(*letter, storage::Settled::What::kAgain);
    again.again = std::move(*part);
    if (!store_.settle({again})) return void(answer_error(response, "unavailable"));
    sender_.nudge(letter->conversation, letter->version, false);
    response.status = 204;
  }

  void drop(const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto letter = asked(request, response, caller);
    if (!letter) return;
    if (!noted(*letter, caller, "outbox_drop")) return void(answer_error(response, "unavailable"));
    if (!store_.settle({named(*letter, storage::Settled::What::kDropped)})) return void(answer_error(response, "unavailable"));
    response.status = 204;
  }

 private:
  static bool may_see(const DeadLetter& letter, const Caller& caller) { return caller.is_command_line() || letter.address.space == caller.space; }

  static storage::Settled named(const DeadLetter& letter, storage::Settled::What what) {
    storage::Settled one;
    one.what = what;
    one.conversation = letter.conversation;
    one.version = letter.version;
    one.part = letter.part;
    return one;
  }

  // Of which the path speaks; answers itself if there is none.
  std::optional<DeadLetter> asked(const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto found = store_.dead_letters(kSearched);
    if (!found) return answer_error(response, "unavailable"), std::nullopt;
    const std::string name = request.matches[1].str();
    for (const DeadLetter& letter : *found) {
      if (may_see(letter, caller) && name_of(letter) == name) return letter;
    }
    return answer_error(response, "not_found", "There is no such dead letter (any more)."), std::nullopt;
  }

  bool noted(const DeadLetter& letter, const Caller& caller, const char* what) const {
    const auto where = store_.find(letter.address);
    return where && *where && audit_.note(caller.name, what, person_in_audit((**where).person), "done");
  }

  // As it would be sent today; nothing if that cannot be known.
  std::optional<storage::Part> composed(const DeadLetter& letter) const {
    const Channel* channel = channel_named(letter.address.channel);
    const auto accounts = book_.accounts();
    const Account* account = accounts->find(letter.address.channel, letter.address.account);
    const auto turn = store_.transcript(letter.conversation, letter.version - 1, 1);
    if (channel == nullptr || account == nullptr || !turn || turn->empty() || turn->front().version != letter.version || turn->front().reply.empty()) return std::nullopt;
    const storage::Time now = clock_.now();
    auto parts = parts_of(*channel, *account, letter.address, read_reply(turn->front().reply), now, false);
    const auto at = static_cast<std::size_t>(letter.part);
    return at < parts.size() ? std::optional(std::move(parts[at])) : std::nullopt;
  }

  storage::Store& store_;
  AccountBook& book_;
  Sender& sender_;
  Audit& audit_;
  const Clock& clock_;
};

}  // namespace

void add_outbox_routes(Gate& gate, storage::Store& store, AccountBook& book, Sender& sender, Audit& audit, const Clock& clock) {
  const auto desk = std::make_shared<OutboxDesk>(store, book, sender, audit, clock);
  gate.add("GET", "/v1/outbox", [desk](const httplib::Request&, httplib::Response& response, const Caller& caller) { desk->list(response, caller); });
  gate.add("GET", "/v1/outbox/{letter}", [desk](const httplib::Request& request, httplib::Response& response, const Caller& caller) { desk->show(request, response, caller); });
  gate.add("POST", "/v1/outbox/{letter}", [desk](const httplib::Request& request, httplib::Response& response, const Caller& caller) { desk->resend(request, response, caller); });
  gate.add("DELETE", "/v1/outbox/{letter}", [desk](const httplib::Request& request, httplib::Response& response, const Caller& caller) { desk->drop(request, response, caller); });
}

}  // namespace attune::bot
