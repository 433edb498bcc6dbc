#include "bot/channels/webhooks.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

#include "bot/channels/answer.h"
#include "bot/channels/channel.h"
#include "bot/http/error.h"
#include "bot/log.h"

namespace attune::bot {
namespace {

Webhook webhook_of(const httplib::Request& request) {
  Webhook webhook;
  webhook.method = request.method;
  const auto question = request.target.find('?');
  if (question != std::string::npos) webhook.query = request.target.substr(question + 1);
  webhook.body = request.body;
  for (const auto& [name, value] : request.headers) webhook.headers.emplace_back(name, value);
  return webhook;
}

Arrived read_safely(const Channel& channel, const Account& account, const Webhook& webhook) {
  try {
    Arrived arrived = channel.read(account, webhook);
    const auto dropped = std::erase_if(arrived.events, [](const Inbound& event) {
      return !is_utf8(event.text) || !is_utf8(event.choice) || !is_utf8(event.address.place) || event.address.place.empty();
    });
    arrived.unread = arrived.unread || dropped > 0;
    return arrived;
  } catch (const nlohmann::json::exception&) {  // a member of another kind than it ever had
    Arrived arrived;
    arrived.unread = true;
    return arrived;
  }
}

const Account* account_at(const Channel& channel, const Accounts& accounts, const std::string& path) {
  for (const Account& account : accounts.all()) {
    if (account.channel == channel.name() && channel.path(account) == path) return &account;
  }
  return nullptr;
}

class Webhooks {
 public:
  Webhooks(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock) : gate_(gate), turns_(turns), book_(book), clock_(clock) {}

  void take(const Channel& channel, const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto accounts = book_.accounts();
    const Account* account = account_at(channel, *accounts, request.path);
    if (account == nullptr) return void(answer_error(response, "not_found"));
    const Webhook webhook = webhook_of(request);
    const storage::Time now = clock_.now();
    if (!channel.authentic(*account, webhook, now)) {
      book_.refused(*account, now);
      return void(answer_error(response, "unauthorized", "This does not come from where it says."));
    }
    const Arrived arrived = read_safely(channel, *account, webhook);
    if (Exchange::current().tries() == 0) note(*account, arrived, now);
    for (const Inbound& event : arrived.events) {
      Caller person = caller;
      person.space = event.address.space;
      if (!gate_.may_write(person, event.address.channel + ":" + event.address.account + ":" + event.address.place, response)) return;
    }
    response.set_content(arrived.answer, arrived.type);
    answer_all(turns_, arrived.events);
  }

 private:
  void note(const Account& account, const Arrived& arrived, storage::Time now) const {
    book_.arrived(account, now, static_cast<std::int64_t>(arrived.events.size()), arrived.ignored, arrived.unread);
    if (arrived.unread) log::write(log::Level::kWarn, "webhook_unread", {{"channel", account.channel}, {"account", account.name}});
  }

  Gate& gate_;
  Turns& turns_;
  AccountBook& book_;
  const Clock& clock_;
};

}  // namespace

void add_webhook_routes(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock) {
  const auto webhooks = std::make_shared<Webhooks>(gate, turns, book, clock);
  for (const Channel* channel : all_channels()) {
    const std::string path = "/webhooks/" + std::string(channel->name()) + "/{account}";
    for (const char* method : {"POST", "GET"}) {
      if (find_route(method, path) == nullptr) continue;
      gate.add(method, path, [webhooks, channel](const httplib::Request& request, httplib::Response& response, const Caller& caller) {
        webhooks->take(*channel, request, response, caller);
      });
    }
  }
}

}  // namespace attune::bot
