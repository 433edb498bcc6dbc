#include "bot/access/operator_routes.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "bot/cli/export.h"
#include "bot/turn/person.h"
#include "bot/channels/answer.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/turn/why.h"

namespace attune::bot {
namespace {

using Request = httplib::Request;
using Response = httplib::Response;

constexpr std::int64_t kRows = 100, kMostRows = 1'000;

// A number of the query; `otherwise` if it is not there, nothing if it is no number within bounds.
std::optional<std::int64_t> number_of(const Request& request, const char* name,
                                      std::int64_t otherwise, std::int64_t most) {
  if (!request.has_param(name)) return otherwise;
  const std::string text = request.get_param_value(name);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || number < 0 || number > most) return std::nullopt;
  return number;
}

void show_audit(AccessFile& file, const Request& request, Response& response) {
  const auto since = number_of(request, "since", 0, std::int64_t{1} << 40);
  const auto limit = number_of(request, "limit", kRows, kMostRows);
  if (!since || !limit) {
    answer_error(response, "bad_value",
                 "`since` is in seconds since 1970; `limit` is at most 1,000");
    return;
  }
  const auto rows = file.audit({request.get_param_value("what"), *since, *limit});
  if (!rows) {
    answer_error(response, "unavailable");
    return;
  }
  auto all = nlohmann::json::array();
  for (const AuditRow& row : *rows) {
    all.push_back({{"at", row.at},
                   {"who", row.who},
                   {"what", row.what},
                   {"target", row.target},
                   {"result", row.result}});
  }
  response.set_content(dump_json({{"rows", std::move(all)}}), "application/json");
}

bool is_of(const storage::Holdings& holdings, const std::string& space) {
  return std::any_of(holdings.conversations.begin(), holdings.conversations.end(), [&](const auto& one) {
    return std::any_of(one.addresses.begin(), one.addresses.end(),
                       [&](const storage::Address& address) { return address.space == space; });
  });
}

class People {
 public:
  People(Turns& turns, Editions& editions, storage::Store& store, Audit& audit)
      : turns_(turns), editions_(editions), store_(store), audit_(audit) {}

  // What decided a turn shows what was said in it: no look without its row in the audit.
  void show_why(const Request& request, Response& response, const Caller& caller) {
    const auto number = number_of(request, "turn", 0, std::int64_t{1} << 40);
    if (!number) return refuse(response, "bad_value", "`turn` is a turn's number.");
    const auto holdings = asked(request, response, caller);
    if (!holdings) return;
    const auto* turn = turn_named(*holdings, request.matches[1].str(), static_cast<storage::Version>(*number));
    if (turn == nullptr) return refuse(response, "not_found", "There is no such turn.");
    if (!audit_.note(caller.name, "why", person_in_audit(holdings->person), "done")) return refuse(response, "unavailable");
    const Why told = why(*turn, [this](const std::string& hash) {
      const auto found = editions_.find(hash);
      return found ? *found : nullptr;
    });
    response.set_content(dump_json(as_json(told)), "application/json");
  }

  // No export without its row in the audit.
  void show(const Request& request, Response& response, const Caller& caller) {
    const auto holdings = asked(request, response, caller);
    if (!holdings) return;
    if (!audit_.note(caller.name, "export", person_in_audit(holdings->person), "done")) {
      return refuse(response, "unavailable");
    }
    response.set_content(export_json(*holdings), "application/json");
  }

  void forget(const Request& request, Response& response, const Caller& caller) {
    const auto holdings = asked(request, response, caller);
    if (!holdings) return;
    std::vector<storage::Address> addresses;
    for (const auto& one : holdings->conversations) {
      addresses.insert(addresses.end(), one.addresses.begin(), one.addresses.end());
    }
    response.status = 204;
    answer_forgotten(turns_, audit_, caller.name, addresses, holdings->person);
  }

 private:
  static void refuse(Response& response, const char* code, const char* message = "") {
    answer_error(response, code, message);
  }

  Result<std::optional<storage::Id>> named(const std::string& who, const Caller& caller) {
    auto address = address_from(who);
    if (!address) return person_named(store_, who);
    address->space = caller.space;
    const auto where = store_.find(*address);
    if (!where) return where.failure();
    return *where ? std::optional((**where).person) : std::nullopt;
  }

  // Of whom the path speaks; answers itself if it is nobody.
  std::optional<storage::Holdings> asked(const Request& request, Response& response, const Caller& caller) {
    const auto person = named(request.matches[1].str(), caller);
    if (!person) {
      const bool wrong = person.failure().kind == Failure::Kind::kRefused;
      refuse(response, wrong ? "bad_value" : "unavailable", wrong ? "A person is channel:account:place, or an id." : "");
      return std::nullopt;
    }
    std::optional<storage::Holdings> holdings;
    if (*person) {
      auto read = store_.holdings(**person);
      if (!read) return refuse(response, "unavailable"), std::nullopt;
      holdings = std::move(*read);
    }
    if (!holdings || (!caller.is_command_line() && !is_of(*holdings, caller.space))) {
      return refuse(response, "not_found", "There is nobody of that name."), std::nullopt;
    }
    return holdings;
  }

  Turns& turns_;
  Editions& editions_;
  storage::Store& store_;
  Audit& audit_;
};

}  // namespace

void add_operator_routes(Gate& gate, Turns& turns, Editions& editions, storage::Store& store, Audit& audit) {
  auto people = std::make_shared<People>(turns, editions, store, audit);
  gate.add("GET", "/v1/people/{person}",
           [people](const Request& request, Response& response, const Caller& caller) {
             people->show(request, response, caller);
           });
  gate.add("DELETE", "/v1/people/{person}",
           [people](const Request& request, Response& response, const Caller& caller) {
             people->forget(request, response, caller);
           });
  gate.add("GET", "/v1/why/{conversation}",
           [people](const Request& request, Response& response, const Caller& caller) {
             people->show_why(request, response, caller);
           });
  gate.add("GET", "/v1/audit", [&audit](const Request& request, Response& response, const Caller&) {
    show_audit(audit.file(), request, response);
  });
}

}  // namespace attune::bot
