#include "bot/turn/reply.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace attune::bot {

using nlohmann::json;

Reply reply_of(const std::vector<dialogs::Effect>& effects) {
  using Kind = dialogs::Effect::Kind;
  Reply reply;
  for (const auto& effect : effects) {
    if (effect.kind == Kind::kSay) {
      reply.messages.push_back({effect.speaker, effect.text, effect.script, effect.line});
      reply.offer.reset();  // only the question that is open at the end has live buttons
    } else if (effect.kind == Kind::kOffer) {
      Reply::Offer offer;
      offer.scale = effect.scale;
      offer.ends = effect.scale ? effect.text : "";
      for (const auto& choice : effect.choices) {
        offer.choices.push_back({choice.label, choice.value, choice.not_now});
      }
      reply.offer = std::move(offer);
    } else if (effect.kind == Kind::kForgetPerson) {
      reply.forgotten = true;
    }
  }
  return reply;
}

std::string write(const Reply& reply) {
  json out = {{"messages", json::array()}};
  for (const auto& message : reply.messages) {
    out["messages"].push_back({{"from", message.from},
                               {"text", message.text},
                               {"script", message.script},
                               {"line", message.line}});
  }
  if (reply.offer) {
    json choices = json::array();
    for (const auto& choice : reply.offer->choices) {
      json one = {{"label", choice.label}, {"value", choice.value}};
      if (choice.not_now) one["not_now"] = true;
      choices.push_back(std::move(one));
    }
    out["offer"] = {{"kind", reply.offer->scale ? "scale" : "choices"}, {"choices", choices}};
    if (reply.offer->scale) out["offer"]["ends"] = reply.offer->ends;
  }
  if (reply.forgotten) out["forgotten"] = true;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Reply read_reply(const std::string& bytes) {
  try {
    const json in = json::parse(bytes);
    Reply reply;
    for (const auto& message : in.at("messages")) {
      reply.messages.push_back({message.at("from"), message.at("text"), message.at("script"), message.at("line")});
    }
    if (in.contains("offer")) {
      Reply::Offer offer;
      offer.scale = in["offer"].at("kind") == "scale";
      if (offer.scale) offer.ends = in["offer"].at("ends");
      for (const auto& choice : in["offer"].at("choices")) {
        offer.choices.push_back({choice.at("label"), choice.at("value"), choice.value("not_now", false)});
      }
      reply.offer = std::move(offer);
    }
    reply.forgotten = in.value("forgotten", false);
    return reply;
  } catch (const json::exception&) {
    throw std::invalid_argument("these bytes are not a stored reply");
  }
}

}  // namespace attune::bot
