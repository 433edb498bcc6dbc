#include "bot/access/gate.h"

#include <httplib.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "bot/channels/session.h"
#include "bot/http/error.h"
#include "bot/log.h"

namespace attune::bot {
namespace {

using std::chrono::steady_clock;

constexpr const char* kTooFast =
    "That was faster than this can follow. Nothing was kept; send it again in a moment.";

// What admit() has found out, for the handler that runs next on this thread.
struct Passed {
  const Route* route = nullptr;
  Caller caller;
};
thread_local Passed passed;

// The pattern that the library wants: "/v1/people/{person}" -> "/v1/people/(.+)".
std::string pattern_of(std::string_view path) {
  std::string pattern;
  for (const char c : path.substr(0, path.find('{'))) {
    if (c == '.') pattern += '\\';
    pattern += c;
  }
  return path.back() == '}' ? pattern + "(.+)" : pattern;
}

std::string joined(const httplib::Request& request, const char* name) {
  std::string all;
  const auto [from, to] = request.headers.equal_range(name);
  for (auto each = from; each != to; ++each) all += (all.empty() ? "" : ",") + each->second;
  return all;
}

std::string_view bearer_of(const std::string& header) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view text = header;
  return text.substr(0, kScheme.size()) == kScheme ? text.substr(kScheme.size())
                                                   : std::string_view();
}

}  // namespace

Gate::Gate(Edge& edge, Tokens& tokens, Audit& audit, Measures& measures, const Proxies& proxies,
           const Limits& limits)
    : edge_(edge),
      tokens_(tokens),
      audit_(audit),
      measures_(measures),
      proxies_(proxies),
      people_(limits.person_rate()),
      addresses_(limits.address_rate()),
      tokens_rate_(limits.token_rate()) {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt_.data()), static_cast<int>(salt_.size())) !=
      1) {
    throw std::runtime_error("the system gave no random bytes");
  }
}

void Gate::add(std::string_view method, std::string_view path, Handler handler) {
  for (const Route& route : routes()) {
    if (route.method != method || route.path != path) continue;
    if (!handlers_.emplace(&route, std::move(handler)).second) {
      throw std::logic_error("a route was added twice: " + std::string(path));
    }
    return;
  }
  throw std::logic_error("bot/access/routes.cc does not say who may use " + std::string(method) +
                         " " + std::string(path));
}

void Gate::close() {
  httplib::Server& server = edge_.routes();
  for (const Route& route : routes()) {
    const auto found = handlers_.find(&route);
    if (found == handlers_.end()) {
      throw std::logic_error("nothing answers " + std::string(route.path));
    }
    auto handle = [&route, &handler = found->second](const httplib::Request& request,
                                                     httplib::Response& response) {
      if (passed.route != &route) throw std::logic_error("a request came past the gate");
      handler(request, response, passed.caller);
    };
    const std::string pattern = pattern_of(route.path);
    if (route.method == "GET") server.Get(pattern, std::move(handle));
    else if (route.method == "POST") server.Post(pattern, std::move(handle));
    else if (route.method == "OPTIONS") server.Options(pattern, std::move(handle));
    else server.Delete(pattern, std::move(handle));
  }
  using Answer = httplib::Server::HandlerResponse;
  server.set_pre_routing_handler([this](const httplib::Request& q, httplib::Response& r) {
    return admit(q, r) ? Answer::Unhandled : Answer::Handled;
  });
}

bool Gate::admit(const httplib::Request& request, httplib::Response& response) {
  passed.route = nullptr;
  const Route* route = find_route(request.method, request.path);
  if (route == nullptr) {
    response.status = 404;
    return false;
  }
  const bool first = Exchange::current().tries() == 0;  // a redo was let in before
  const CallerAddress address =
      proxies_.caller(Exchange::current().peer(), joined(request, "X-Forwarded-For"),
                      joined(request, "X-Forwarded-Proto"));
  if (route->limited && first && !address.this_machine) {
    const auto wait = addresses_.take(key("address", address.key), steady_clock::now());
    if (wait.count() > 0) return too_many(response, wait, "address", {}), false;
  }
  if (route->changes && !same_site(request)) {
    return refuse(response, "forbidden", "cross_site"), false;
  }
  Caller caller;
  caller.secure = address.https;
  caller.at_home = address.this_machine && is_home(request);
  if (route->who == Who::kSession) {
    auto session = session_of(request, caller.secure);
    if (!session) return refuse(response, "unauthorized", "session", kBeginFirst), false;
    caller.session = std::move(*session);
  }
  if (route->who == Who::kRole && !admit_token(*route, request, response, address, caller)) {
    return false;
  }
  passed = {route, std::move(caller)};
  return true;
}

// A token of our making has 256 random bits and is looked at always; one that somebody chose
// (`--token`) might be guessed, so after too many failures it is not even looked at. That way nobody
// can lock out others who share an address.
bool Gate::admit_token(const Route& route, const httplib::Request& request,
                       httplib::Response& response, const CallerAddress& address, Caller& caller) {
  if (route.open_at_home && caller.at_home) return true;
  const std::string header = request.get_header_value("Authorization");
  const std::string_view text = bearer_of(header);
  if (text.empty()) return refuse(response, "unauthorized", "no_token"), false;
  const std::uint64_t from = key("address", address.key);
  const auto wait = failures_.wait(from, steady_clock::now());
  const bool looked_at = wait.count() == 0 || is_made_token(text);
  const auto token = looked_at ? tokens_.check(text) : nullptr;
  if (!token) {
    audit_.refused_login();
    if (wait.count() > 0) return too_many(response, wait, "login", {}), false;
    failures_.failed(from, steady_clock::now());
    return refuse(response, "unauthorized", "login"), false;
  }
  // Whoever holds the token of this start can do all of it to the files themselves.
  if (token->role != route.role && token->name != kCommandLine) return refuse(response, "forbidden", "role"), false;
  if (route.limited && Exchange::current().tries() == 0) {
    std::uint64_t of = 0;
    std::memcpy(&of, token->hash.data(), sizeof of);
    const auto over = tokens_rate_.take(of, steady_clock::now());
    if (over.count() > 0) return too_many(response, over, "token", {}), false;
  }
  caller.name = token->name;
  caller.space = token->space;
  return true;
}

// A program of this machine, by a name of this machine (a page whose name was bent to 127.0.0.1 gives
// itself away by its Host), while no token was ever made: a server that listens beyond the loopback
// address does not start without one.
bool Gate::is_home(const httplib::Request& request) {
  if (request.has_header("X-Forwarded-For")) return false;
  const std::string host = request.get_header_value("Host");
  const auto end = host.empty() || host.front() != '[' ? host.find(':') : host.find(']') + 1;
  return is_loopback_name(host.substr(0, end)) && !tokens_.ever_made();
}

bool Gate::may_write(const Caller& caller, std::string_view person, httplib::Response& response) {
  if (caller.at_home || Exchange::current().tries() > 0) return true;
  std::string who(caller.space);
  who.append(1, '\0').append(person);
  const auto wait = people_.take(key("person", who), steady_clock::now());
  if (wait.count() == 0) return true;
  too_many(response, wait, "person", kTooFast);
  return false;
}

// Counted, not logged: a flood must not fill the log as well.
void Gate::too_many(httplib::Response& response, std::chrono::nanoseconds wait, const char* why,
                    std::string_view message) {
  answer_error(response, "too_many_requests", message);
  const auto seconds = std::max<std::int64_t>(
      1, std::chrono::ceil<std::chrono::seconds>(wait).count());
  response.set_header("Retry-After", std::to_string(seconds));
  measures_.refused(why);
}

void Gate::refuse(httplib::Response& response, const char* code, const char* why,
                  std::string_view message) {
  const std::string id = answer_error(response, code, message);
  measures_.refused(why);
  log::write(log::Level::kInfo, "refused",
             {{"id", id}, {"status", std::int64_t{response.status}}, {"code", std::string(code)}});
}

std::uint64_t Gate::key(std::string_view kind, std::string_view of) const {
  std::string salted;
  salted.reserve(salt_.size() + kind.size() + 1 + of.size());
  salted.append(salt_.data(), salt_.size());
  salted.append(kind).append(1, '\0').append(of);
  const storage::Digest digest = storage::sha256(salted);
  std::uint64_t out = 0;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

}  // namespace attune::bot
