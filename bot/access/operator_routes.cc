#include "bot/access/operator_routes.h"

#include <httplib.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "bot/http/error.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using Request = httplib::Request;
using Response = httplib::Response;

constexpr const char* kCommandLine = "command line";
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

class People {
 public:
  People(Turns& turns, storage::Store& store, Audit& audit)
      : turns_(turns), store_(store), audit_(audit) {}

  void forget(const Request& request, Response& response, const Caller& caller) {
    const auto person = parse_person(request.matches[1].str(), caller.space);
    if (!person) return refuse_name(response);
    storage::Id id{};
    if (person->id) {
      // Whose space an id is of cannot be seen yet: only the command line may use one.
      if (caller.name != kCommandLine) return refuse(response, "forbidden");
      id = *person->id;
    } else {
      const auto where = store_.find(person->address);
      if (!where) return refuse(response, "unavailable");
      if (!*where) return refuse(response, "not_found", "There is nobody of that name.");
      id = (**where).person;
    }
    const auto done = turns_.forget(person->address, id);
    audit_.later(caller.name, "forget", person_in_audit(id), done ? "done" : "failed");
    if (!done) return refuse(response, "unavailable");
    response.status = 204;
  }

 private:
  static void refuse(Response& response, const char* code, const char* message = "") {
    answer_error(response, code, message);
  }
  static void refuse_name(Response& response) {
    refuse(response, "bad_value", "A person is an id, or channel:account:place.");
  }

  Turns& turns_;
  storage::Store& store_;
  Audit& audit_;
};

}  // namespace

std::optional<NamedPerson> parse_person(const std::string& text, const std::string& space) {
  NamedPerson person;
  person.id = storage::id_from_hex(text);
  if (person.id) return person;
  const auto first = text.find(':');
  const auto second = first == std::string::npos ? first : text.find(':', first + 1);
  if (second == std::string::npos || first == 0 || second + 1 == text.size()) return std::nullopt;
  person.address.space = space;
  person.address.channel = text.substr(0, first);
  person.address.account = text.substr(first + 1, second - first - 1);
  person.address.place = text.substr(second + 1);
  return person;
}

void add_operator_routes(Gate& gate, Turns& turns, storage::Store& store, Audit& audit) {
  auto people = std::make_shared<People>(turns, store, audit);
  gate.add("DELETE", "/v1/people/{person}",
           [people](const Request& request, Response& response, const Caller& caller) {
             people->forget(request, response, caller);
           });
  gate.add("GET", "/v1/audit", [&audit](const Request& request, Response& response, const Caller&) {
    show_audit(audit.file(), request, response);
  });
}

}  // namespace attune::bot
