#include "bot/channels/rasa.h"

#include <httplib.h>

#include "bot/channels/answer.h"
#include "bot/channels/message.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/http/percent.h"
#include "dialogs/engine/json_writer.h"

namespace attune::bot {
namespace {

constexpr std::size_t kNameCharacters = 200;
constexpr const char* kChoice = "/choice ";  // Rasa's payloads begin with a slash

std::string idempotency_key(const httplib::Request& request) {
  return request.get_header_value("Idempotency-Key");
}

void take_message(Gate& gate, Turns& turns, const httplib::Request& request, httplib::Response& response, const Caller& caller) {
  const JsonBody body(request, response);
  if (!body.ok()) return;
  const auto sender = body.want_string("sender", kNameCharacters);
  if (!sender) return;
  if (sender->empty()) return body.refuse("bad_value", "/sender must not be empty");
  const auto message = body.optional_string("message", kMessageCharacters);
  const auto language = body.optional_string("language", kNameCharacters);
  if (!body.ok()) return;
  const std::string key = idempotency_key(request);
  if (key.size() > kNameCharacters) return body.refuse("bad_header", "Idempotency-Key may have at most 200 characters");

  if (!gate.may_write(caller, *sender, response)) return;

  Inbound inbound;
  inbound.address = sender_address(caller.space, *sender);
  inbound.language = language_code(language.value_or(""));
  inbound.event = {"rest", caller.space, key};  // one organisation's ids are not another's
  if (!message) {
    inbound.kind = dialogs::Event::Kind::kStart;
  } else if (message->rfind(kChoice, 0) == 0) {
    inbound.choice = message->substr(std::string(kChoice).size());
  } else {
    inbound.text = *message;
  }
  answer(turns, inbound, response, [name = *sender](const Taken& taken) { return render_rasa(name, taken.spoken()); });
}

}  // namespace

storage::Address sender_address(const std::string& space, const std::string& sender) {
  return {space, "rest", "default", sender, ""};
}

std::string render_rasa(const std::string& sender, const Reply& reply) {
  dialogs::JsonWriter out;
  out.open('[');
  for (const auto& message : reply.messages) {
    const bool last = &message == &reply.messages.back();
    out.open('{');
    if (last && reply.offer) {
      out.key("buttons").open('[');
      for (const auto& choice : reply.offer->choices) {
        out.open('{').key("payload").text(kChoice + choice.value);
        out.key("title").text(choice.label).close('}');
      }
      out.close(']');
    }
    if (message.chart) out.key("image").text("/webhooks/rest/charts/" + message.picture + ".png?sender=" + percent_escaped(sender));
    out.key("recipient_id").text(sender);
    out.key("text").text(with_speaker(shown_speaker(message), message.text));
    out.close('}');
  }
  return out.close(']').take();
}

void add_rasa_routes(Gate& gate, Turns& turns) {
  gate.add("GET", "/webhooks/rest/", [](const httplib::Request&, httplib::Response& response, const Caller&) {
    response.set_content(R"({"status":"ok"})", "application/json");
  });
  gate.add("POST", "/webhooks/rest/webhook", [&gate, &turns](const httplib::Request& request, httplib::Response& response, const Caller& caller) {
    take_message(gate, turns, request, response, caller);
  });
}

}  // namespace attune::bot
