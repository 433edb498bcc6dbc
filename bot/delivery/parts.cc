#include "bot/delivery/parts.h"

#include <algorithm>

#include "bot/http/json_body.h"
#include "bot/turn/person.h"

namespace attune::bot {

using nlohmann::json;

std::vector<storage::Part> parts_of(const Channel& channel, const Account& account, const storage::Address& to,
                                    const Reply& reply, storage::Time now, bool answers) {
  std::vector<storage::Part> parts;
  const bool written = std::any_of(reply.messages.begin(), reply.messages.end(), [](const auto& each) { return each.counselor; });
  for (const Fitted& message : fit(reply, channel.room())) {
    json body = {{"to", text_of(to)}, {"send", channel.compose(account, to, message, false)}};
    const json plain = channel.compose(account, to, message, true);
    if (plain != body["send"]) body["plain"] = plain;
    if (message.safety) body["safety"] = true;
    if (answers) body["answers"] = true;
    if (written) body["written"] = true;
    storage::Part part;
    part.body = dump_json(body);
    part.not_before = now;
    part.expires = now + (message.safety ? kSafetyLives : answers ? kAnswerLives : kReminderLives);
    parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<SentForm> read_part(const std::string& body) {
  json read = json::parse(body, nullptr, false);
  if (!read.is_object() || !read.contains("send")) return std::nullopt;
  SentForm form;
  form.send = std::move(read["send"]);
  if (read.contains("plain")) form.plain = std::move(read["plain"]);
  if (const auto to = read.find("to"); to != read.end() && to->is_string()) form.to = address_from(to->get<std::string>());
  form.safety = read.contains("safety");
  form.answers = read.contains("answers");
  form.written = read.contains("written");
  return form;
}

}  // namespace attune::bot
