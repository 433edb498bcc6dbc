#include "bot/turn/reply.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/chart/picture.h"
#include "dialogs/engine/json_writer.h"

namespace attune::bot {

using nlohmann::json;

namespace {

void write_chart(dialogs::JsonWriter& out, const Reply::Message& message) {
  const dialogs::Charted& chart = *message.chart;
  out.key("chart").open('{').key("high").number(chart.high).key("high_words").text(chart.high_words);
  out.key("low").number(chart.low).key("low_words").text(chart.low_words);
  out.key("picture").text(message.picture).key("points").open('[');
  for (const auto& point : chart.points) out.open('[').number(point.at).number(point.day).number(point.number).close(']');
  out.close(']').key("script").text(chart.measure.script).key("slot").text(chart.measure.slot).close('}');
}

void read_chart(const json& in, Reply::Message& message) {
  auto chart = std::make_shared<dialogs::Charted>();
  chart->high = in.at("high");
  chart->high_words = in.at("high_words");
  chart->low = in.at("low");
  chart->low_words = in.at("low_words");
  chart->measure = {in.at("script"), in.at("slot")};
  for (const auto& point : in.at("points")) chart->points.push_back({point.at(0), point.at(1), point.at(2)});
  message.picture = in.at("picture");
  message.chart = std::move(chart);
}

}  // namespace

Reply reply_of(std::vector<dialogs::Effect> effects, std::vector<dialogs::Reason> reasons, std::uint64_t version) {
  using Kind = dialogs::Effect::Kind;
  Reply reply;
  reply.reasons = std::move(reasons);
  for (auto& effect : effects) {
    if (effect.kind == Kind::kSay) {
      reply.messages.push_back({std::move(effect.speaker), std::move(effect.text), std::move(effect.script), std::move(effect.line)});
      reply.messages.back().counselor = effect.counselor;
      reply.offer.reset();  // only the question that is open at the end has live buttons
    } else if (effect.kind == Kind::kOffer) {
      Reply::Offer offer;
      offer.scale = effect.scale;
      offer.ends = effect.scale ? std::move(effect.text) : "";
      for (auto& choice : effect.choices) {
        offer.choices.push_back({std::move(choice.label), std::move(choice.value), choice.not_now});
      }
      reply.offer = std::move(offer);
    } else if (effect.kind == Kind::kSafety) {
      reply.safety = reply.safety || effect.number != dialogs::Effect::kSafetyCleared;
    } else if (effect.kind == Kind::kChart && !reply.messages.empty()) {
      reply.messages.back().chart = std::move(effect.chart);
      reply.messages.back().picture = picture_name(version, reply.messages.size() - 1);
    } else if (effect.kind == Kind::kForgetPerson) {
      reply.forgotten = true;
    }
  }
  return reply;
}

namespace {

// A list for each, and not names: they are many, and read rarely.
void write_reasons(dialogs::JsonWriter& out, const std::vector<dialogs::Reason>& reasons) {
  out.key("why").open('[');
  for (const auto& reason : reasons) {
    out.open('[').text(reason.what).text(reason.where).text(reason.detail).number(reason.passed);
    for (const auto& heard : reason.heard) {
      out.open('[').text(heard.intent);
      for (const auto& span : heard.spans) out.number(span.begin).number(span.end);
      out.close(']');
    }
    out.close(']');
  }
  out.close(']');
}

dialogs::Reason read_reason(const json& in) {
  dialogs::Reason reason{in.at(0), in.at(1), in.at(2), {}, in.at(3)};
  for (std::size_t at = 4; at < in.size(); ++at) {
    dialogs::Heard heard{in[at].at(0), {}};
    for (std::size_t span = 1; span + 1 < in[at].size(); span += 2) heard.spans.push_back({in[at][span], in[at][span + 1]});
    reason.heard.push_back(std::move(heard));
  }
  return reason;
}

void read_kept(const json& in, Reply& reply) {
  reply.edition = in.value("edition", "");
  reply.language = in.value("language", "");
  reply.safety = in.value("safety", false);
  if (!in.contains("why")) return;
  for (const auto& reason : in["why"]) reply.reasons.push_back(read_reason(reason));
}

}  // namespace

std::string write(const Reply& reply) {
  dialogs::JsonWriter out;
  out.open('{').key("messages").open('[');
  for (const auto& message : reply.messages) {
    out.open('{');
    if (message.chart) write_chart(out, message);
    if (message.counselor) out.flag("counselor", true);
    out.key("from").text(message.from).key("line").text(message.line);
    out.key("script").text(message.script).key("text").text(message.text).close('}');
  }
  out.close(']');
  if (reply.offer) {
    out.key("offer").open('{').key("kind").text(reply.offer->scale ? "scale" : "choices");
    if (reply.offer->scale) out.key("ends").text(reply.offer->ends);
    out.key("choices").open('[');
    for (const auto& choice : reply.offer->choices) {
      out.open('{').key("label").text(choice.label);
      out.flag("not_now", choice.not_now);
      out.key("value").text(choice.value).close('}');
    }
    out.close(']').close('}');
  }
  out.flag("forgotten", reply.forgotten);
  out.key("kept").open('{');
  if (!reply.edition.empty()) out.key("edition").text(reply.edition);
  if (!reply.language.empty()) out.key("language").text(reply.language);
  out.flag("safety", reply.safety);
  if (!reply.reasons.empty()) write_reasons(out, reply.reasons);
  return out.close('}').close('}').take();
}

std::string_view shown_members(std::string_view bytes) {
  if (bytes.size() < 2) return R"("messages":[])";
  const auto kept = bytes.rfind(R"(,"kept":{)");  // in a text its quotes would be escaped
  return bytes.substr(1, (kept == std::string_view::npos ? bytes.size() - 1 : kept) - 1);
}

Reply read_reply(const std::string& bytes) {
  try {
    const json in = json::parse(bytes);
    Reply reply;
    for (const auto& message : in.at("messages")) {
      reply.messages.push_back({message.at("from"), message.at("text"), message.at("script"), message.at("line")});
      reply.messages.back().counselor = message.value("counselor", false);
      if (message.contains("chart")) read_chart(message["chart"], reply.messages.back());
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
    if (in.contains("kept")) read_kept(in["kept"], reply);
    return reply;
  } catch (const json::exception&) {
    throw std::invalid_argument("these bytes are not a stored reply");
  }
}

}  // namespace attune::bot
