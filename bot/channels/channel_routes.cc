#include "bot/channels/channel_routes.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "bot/http/json_body.h"

namespace attune::bot {

void add_channel_routes(Gate& gate, AccountBook& book) {
  gate.add("GET", "/v1/channels", [&book](const httplib::Request&, httplib::Response& response, const Caller&) {
    auto accounts = nlohmann::json::array();
    for (const auto& one : book.standings()) {
      accounts.push_back({{"channel", one.channel}, {"name", one.name}, {"last_in", one.last_in},
                          {"taken", one.taken}, {"ignored", one.ignored}, {"unread", one.unread}, {"refused", one.refused},
                          {"last_error", one.last_error}, {"last_error_at", one.last_error_at}});
    }
    response.set_content(dump_json({{"accounts", std::move(accounts)}}), "application/json");
  });
}

}  // namespace attune::bot
