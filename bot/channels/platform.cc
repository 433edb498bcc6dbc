#include "bot/channels/platform.h"

#include <nlohmann/json.hpp>

#include "bot/channels/channel.h"
#include "bot/channels/platforms.h"

namespace attune::bot {

using nlohmann::json;

const std::vector<const Platform*>& all_platforms() {
  static const std::vector<const Platform*> all = [] {
    std::vector<const Platform*> made = {directline(), twilio()};
    made.insert(made.end(), all_channels().begin(), all_channels().end());
    return made;
  }();
  return all;
}

const Platform* platform_named(std::string_view name) {
  for (const Platform* platform : all_platforms()) {
    if (platform->name() == name) return platform;
  }
  return nullptr;
}

std::string Platform::path(const Account& account) const { return "/webhooks/" + account.channel + "/" + account.name; }

Inbound inbound_from(const Account& account, std::string place, std::string event_id, std::string text) {
  Inbound inbound;
  inbound.address = {account.space(), account.channel, account.name, std::move(place), ""};
  inbound.event = {account.channel, account.name, std::move(event_id)};
  std::erase(text, '\0');
  std::size_t characters = 0, end = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && ++characters > kMessageCharacters) break;
    ++end;
  }
  text.resize(end);
  inbound.text = std::move(text);
  return inbound;
}

bool is_utf8(std::string_view text) {
  try {  // the one judge of it in this room: what its parser takes can be written again
    (void)json(std::string(text)).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

std::string text_at(const json& value, std::string_view pointer) {
  const json::json_pointer at{std::string(pointer)};
  if (!value.contains(at)) return {};
  const json& found = value.at(at);
  if (found.is_string()) return found.get<std::string>();
  if (found.is_number_unsigned()) return std::to_string(found.get<std::uint64_t>());
  if (found.is_number_integer()) return std::to_string(found.get<std::int64_t>());
  return {};
}

}  // namespace attune::bot
