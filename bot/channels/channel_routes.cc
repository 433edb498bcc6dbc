#include "bot/channels/channel_routes.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "bot/http/error.h"
#include "bot/http/json_body.h"

namespace attune::bot {

void add_channel_routes(Gate& gate, AccountBook& book, storage::Store& store) {
  gate.add("GET", "/v1/channels", [&book, &store](const httplib::Request&, httplib::Response& response, const Caller&) {
    const auto backlog = store.backlog();
    if (!backlog) return void(answer_error(response, "unavailable"));
    auto accounts = nlohmann::json::array();
    for (const auto& one : book.standings()) {
      accounts.push_back({{"channel", one.channel}, {"name", one.name}, {"last_in", one.last_in}, {"last_out", one.last_out},
                          {"taken", one.taken}, {"ignored", one.ignored}, {"unread", one.unread}, {"refused", one.refused},
                          {"sent", one.sent}, {"failed", one.failed}, {"last_error", one.last_error}, {"last_error_at", one.last_error_at}});
    }
    nlohmann::json body = {{"accounts", std::move(accounts)}, {"dead_letters", backlog->dead_letters}, {"next_delivery", nullptr}};
    if (backlog->next_delivery) body["next_delivery"] = *backlog->next_delivery;
    response.set_content(dump_json(body), "application/json");
  });
}

}  // namespace attune::bot
