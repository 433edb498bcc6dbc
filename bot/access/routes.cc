#include "bot/access/routes.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

namespace attune::bot {
namespace {

constexpr bool kOpenAtHome = true, kChanges = true, kNeverLimited = false;
constexpr Role kNone = Role::kOperator;  // not looked at where no role is wanted

// The busiest first: the library tries its routes in this order, at about 0.35 us each.
constexpr Route kTable[] = {
    {"POST", "/webhooks/rest/webhook", Who::kRole, Role::kIntegrator, kOpenAtHome, kChanges},
    {"POST", "/v1/messages", Who::kSession, kNone, false, kChanges},
    {"POST", "/v1/conversation", Who::kAnyone, kNone, false, kChanges},
    {"GET", "/v1/events", Who::kSession},
    {"GET", "/v1/transcript", Who::kSession},
    {"GET", "/v1/charts/{picture}", Who::kSession},
    {"DELETE", "/v1/me", Who::kSession, kNone, false, kChanges},
    // Ends the session of the browser that asks: another site must not be able to do that.
    {"GET", "/leave", Who::kAnyone, kNone, false, kChanges},
    {"GET", "/"},
    {"GET", "/chat.css"},
    {"GET", "/icon.svg"},
    {"GET", "/chat.js"},
    {"GET", "/api.js"},
    {"GET", "/log.js"},
    {"GET", "/exit.js"},
    {"GET", "/openapi.json"},
    // What a platform sends proves itself by its signature, and comes from few addresses.
    {"POST", "/webhooks/callback/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"POST", "/webhooks/telegram/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"POST", "/webhooks/slack/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"POST", "/webhooks/whatsapp/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"GET", "/webhooks/whatsapp/{account}", Who::kAnyone, kNone, false, false, kNeverLimited},
    {"POST", "/webhooks/messenger/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"GET", "/webhooks/messenger/{account}", Who::kAnyone, kNone, false, false, kNeverLimited},
    {"POST", "/webhooks/instagram/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    {"GET", "/webhooks/instagram/{account}", Who::kAnyone, kNone, false, false, kNeverLimited},
    {"POST", "/webhooks/twilio/{account}", Who::kAnyone, kNone, false, kChanges, kNeverLimited},
    // Its own tokens, no cookie: a page of another site that has one may use it, which is what it is for.
    {"POST", "/v3/directline/{rest}"},
    {"GET", "/v3/directline/{rest}"},
    {"OPTIONS", "/v3/directline/{rest}"},
    {"GET", "/webhooks/rest/charts/{picture}", Who::kRole, Role::kIntegrator, kOpenAtHome},
    {"GET", "/webhooks/rest/", Who::kRole, Role::kIntegrator, kOpenAtHome},
    {"GET", "/healthz", Who::kAnyone, kNone, false, false, kNeverLimited},
    {"GET", "/readyz", Who::kAnyone, kNone, false, false, kNeverLimited},
    {"GET", "/metrics", Who::kRole, Role::kOperator, kOpenAtHome},
    {"GET", "/v1/people/{person}", Who::kRole, Role::kOperator},
    {"DELETE", "/v1/people/{person}", Who::kRole, Role::kOperator, false, kChanges},
    {"GET", "/v1/why/{conversation}", Who::kRole, Role::kOperator},
    {"GET", "/v1/audit", Who::kRole, Role::kOperator},
    {"GET", "/v1/inbox", Who::kRole, Role::kCounselor},
    {"POST", "/v1/inbox/take", Who::kRole, Role::kCounselor, false, kChanges},
    {"POST", "/v1/inbox/write", Who::kRole, Role::kCounselor, false, kChanges},
    {"POST", "/v1/inbox/give-back", Who::kRole, Role::kCounselor, false, kChanges},
    {"POST", "/v1/inbox/close", Who::kRole, Role::kCounselor, false, kChanges},
    {"GET", "/v1/inbox/{hand_off}", Who::kRole, Role::kCounselor},
    {"GET", "/v1/channels", Who::kRole, Role::kOperator},
    {"GET", "/v1/outbox", Who::kRole, Role::kOperator},
    {"GET", "/v1/outbox/{letter}", Who::kRole, Role::kOperator},
    {"POST", "/v1/outbox/{letter}", Who::kRole, Role::kOperator, false, kChanges},
    {"DELETE", "/v1/outbox/{letter}", Who::kRole, Role::kOperator, false, kChanges},
    {"GET", "/v1/editions", Who::kRole, Role::kPublisher},
    {"POST", "/v1/editions", Who::kRole, Role::kPublisher, false, kChanges},
    {"GET", "/v1/editions/prepared", Who::kRole, Role::kPublisher, false, false, kNeverLimited},
    {"POST", "/v1/editions/live", Who::kRole, Role::kPublisher, false, kChanges},
};

struct Index {
  std::unordered_map<std::string_view, const Route*> exact[4];  // GET, POST, DELETE, OPTIONS
  std::vector<const Route*> below;                              // "/v1/people/{person}"
};

int number_of(std::string_view method) {
  if (method == "GET" || method == "HEAD") return 0;
  if (method == "POST") return 1;
  if (method == "DELETE") return 2;
  if (method == "OPTIONS") return 3;
  return -1;
}

const Index& index() {
  static const Index made = [] {
    Index one;
    for (const Route& route : kTable) {
      if (route.path.back() == '}') {
        one.below.push_back(&route);
      } else {
        one.exact[number_of(route.method)].emplace(route.path, &route);
      }
    }
    return one;
  }();
  return made;
}

}  // namespace

std::span<const Route> routes() { return kTable; }

const Route* find_route(std::string_view method, std::string_view path) {
  const int number = number_of(method);
  if (number < 0) return nullptr;
  const Index& known = index();
  if (const auto found = known.exact[number].find(path); found != known.exact[number].end()) {
    return found->second;
  }
  for (const Route* route : known.below) {
    const std::string_view head = route->path.substr(0, route->path.find('{'));
    const bool fits = path.size() > head.size() && path.substr(0, head.size()) == head;
    if (fits && number_of(route->method) == number) return route;
  }
  return nullptr;
}

std::string_view who_may(const Route& route) {
  switch (route.who) {
    case Who::kAnyone: return "anyone";
    case Who::kSession: return "session";
    case Who::kRole: return name_of(route.role);
  }
  return "";
}

std::string routes_as_text() {
  std::string text;
  for (const Route& route : kTable) {
    std::string line(route.method);
    line.append(line.size() < 8 ? 8 - line.size() : 1, ' ').append(route.path);
    line.append(line.size() < 34 ? 34 - line.size() : 1, ' ').append(who_may(route));
    if (route.open_at_home) line += ", or this machine while no token was ever made";
    if (!route.limited) line += ", never limited";
    text += line + "\n";
  }
  return text;
}

std::string routes_as_json() {
  auto all = nlohmann::ordered_json::array();
  for (const Route& route : kTable) {
    all.push_back({{"method", route.method},
                   {"path", route.path},
                   {"who", who_may(route)},
                   {"open_at_home", route.open_at_home},
                   {"changes", route.changes},
                   {"limited", route.limited}});
  }
  return all.dump(1) + "\n";
}

}  // namespace attune::bot
