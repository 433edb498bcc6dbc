#include "bot/chart/chart_routes.h"

#include <httplib.h>

#include "bot/channels/rasa.h"
#include "bot/channels/session.h"
#include "bot/chart/picture.h"
#include "bot/http/error.h"
#include "bot/turn/reply.h"

namespace attune::bot {
namespace {

using Request = httplib::Request;
using Response = httplib::Response;

// Everything that is not there looks alike: another's, one that ran out, one that never was.
void answer_none(Response& response) {
  answer_error(response, "not_found", "There is no such chart, or it is no longer kept.");
}

void answer_unavailable(Response& response) { answer_error(response, "unavailable"); }

void show(storage::Store& store, const storage::Address& address, const std::string& asked, Response& response) {
  const auto name = read_picture_name(asked);
  if (!name) return answer_none(response);
  const auto where = store.find(address);
  if (!where) return answer_unavailable(response);
  if (!*where || name->version <= (*where)->since) return answer_none(response);
  const auto turns = store.transcript((*where)->conversation, name->version - 1, 1);
  if (!turns) return answer_unavailable(response);
  if (turns->empty() || turns->front().version != name->version || turns->front().reply.empty()) return answer_none(response);
  const Reply reply = read_reply(turns->front().reply);
  if (name->message >= reply.messages.size() || !reply.messages[name->message].chart) return answer_none(response);
  response.set_content(draw(*reply.messages[name->message].chart, name->kind), media_type(name->kind));
}

}  // namespace

void add_chart_routes(Gate& gate, storage::Store& store) {
  gate.add("GET", "/v1/charts/{picture}", [&store](const Request& request, Response& response, const Caller& caller) {
    show(store, address_of(caller.session), request.matches[1].str(), response);
  });
  gate.add("GET", "/webhooks/rest/charts/{picture}", [&store](const Request& request, Response& response, const Caller& caller) {
    show(store, sender_address(caller.space, request.get_param_value("sender")), request.matches[1].str(), response);
  });
}

}  // namespace attune::bot
