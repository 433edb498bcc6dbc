#include "bot/access/caller_address.h"

#include <algorithm>
#include <stdexcept>

namespace attune::bot {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "192.0.2.7", "2001:db8::7", and with the port that some proxies add: "192.0.2.7:1234",
// "[2001:db8::7]:1234".
std::optional<IpAddress> parse_forwarded(std::string_view text) {
  text = trim(text);
  if (!text.empty() && text.front() == '[') {
    return parse_ip(text.substr(1, std::min(text.find(']'), text.size()) - 1));
  }
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return parse_ip(text);
}

// A household or a machine has a whole /64 of IPv6: one key for all of it.
std::string key_of(IpAddress address) {
  if (!address.is_v4()) std::fill(address.bytes.begin() + 8, address.bytes.end(), std::uint8_t{0});
  return {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
}

}  // namespace

Proxies::Proxies(const std::vector<std::string>& trusted) {
  for (const std::string& text : trusted) {
    const auto range = parse_range(text);
    if (!range) {
      throw std::invalid_argument("--trusted-proxy wants an address or a range such as "
                                  "10.0.0.0/8, not \"" + text + "\"");
    }
    trusted_.push_back(*range);
  }
}

bool Proxies::trusts(const IpAddress& address) const {
  return std::any_of(trusted_.begin(), trusted_.end(),
                     [&](const IpRange& range) { return range.holds(address); });
}

bool Proxies::trusts(std::string_view peer) const {
  const auto address = parse_ip(peer);
  return address && trusts(*address);
}

CallerAddress Proxies::caller(std::string_view peer, std::string_view forwarded_for,
                              std::string_view forwarded_proto) const {
  CallerAddress caller;
  const auto socket = parse_ip(peer);
  if (!socket) {
    caller.key = peer;
    return caller;
  }
  IpAddress client = *socket;
  const bool by_proxy = trusts(*socket);
  caller.https = by_proxy && trim(forwarded_proto) == "https";
  while (by_proxy && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto start = comma == std::string_view::npos ? 0 : comma + 1;
    const auto address = parse_forwarded(forwarded_for.substr(start));
    if (!address) break;  // what a proxy cannot have written ends what is believed
    client = *address;
    if (!trusts(*address)) break;
    forwarded_for = forwarded_for.substr(0, start == 0 ? 0 : start - 1);
  }
  caller.this_machine = is_loopback(client);
  caller.key = key_of(client);
  return caller;
}

}  // namespace attune::bot
