#include "bot/outbound/destination.h"

#include <algorithm>
#include <charconv>

namespace attune::bot {
namespace {

constexpr std::size_t kUrlBytes = 2'048;
constexpr std::size_t kNameBytes = 253, kLabelBytes = 63;  // RFC 1035

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytes && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '-';
         });
}

// A name of at least two labels, whose last begins with a letter: "127.1", "0x7f000001" and
// "2130706433" are numbers to a resolver, and "localhost" is nobody else.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytes) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t dot = std::min(name.find('.', from), name.size());
    last = name.substr(from, dot - from);
    if (!is_label(last)) return false;
    ++labels;
    from = dot + 1;
  }
  return labels >= 2 && is_letter(last.front());
}

std::optional<int> parse_port(std::string_view digits) {
  int port = 0;
  if (digits.empty() || digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return std::nullopt;
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port < 1 || port > 65'535) return std::nullopt;
  return port;
}

Destination refuse(std::string why) {
  Destination destination;
  destination.refused = std::move(why);
  return destination;
}

// Bytes that two readers of an address may read differently.
bool is_odd(char c) { return c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>'; }

}  // namespace

std::optional<AllowedHost> parse_allowed_host(std::string_view text) {
  const auto colon = text.find(':');
  AllowedHost host;
  host.name = lowered(text.substr(0, colon));
  if (!is_plain_name(host.name)) return std::nullopt;
  if (colon == std::string_view::npos) return host;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  host.port = *port;
  return host;
}

Destination judge_url(std::string_view url, const std::vector<AllowedHost>& allowed) {
  constexpr std::string_view kScheme = "https://";
  if (url.size() > kUrlBytes) return refuse("the address is too long");
  if (std::any_of(url.begin(), url.end(), is_odd)) return refuse("a character may not be there");
  if (lowered(url.substr(0, kScheme.size())) != kScheme) return refuse("only https:// is called");
  url.remove_prefix(kScheme.size());
  const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  const std::string_view authority = url.substr(0, end);
  std::string_view target = url.substr(end);
  target = target.substr(0, target.find('#'));
  if (authority.find('@') != std::string_view::npos) return refuse("no user name may be there");
  const auto colon = authority.find(':');
  const std::string name = lowered(authority.substr(0, colon));
  if (!is_plain_name(name)) return refuse("the host must be a plain name");
  int port = 443;
  if (colon != std::string_view::npos) {
    const auto given = parse_port(authority.substr(colon + 1));
    if (!given) return refuse("the port is no number");
    port = *given;
  }
  const bool listed = std::any_of(allowed.begin(), allowed.end(), [&](const AllowedHost& host) {
    return host.name == name && host.port == port;
  });
  if (!listed) return refuse("this host and port are not on the list of allowed hosts");

  Destination destination;
  destination.host = name;
  destination.port = port;
  destination.target = target.empty() || target.front() != '/' ? "/" + std::string(target)
                                                               : std::string(target);
  return destination;
}

Destination judge_destination(std::string_view url, const std::vector<AllowedHost>& allowed,
                              const Resolver& resolve) {
  Destination destination = judge_url(url, allowed);
  if (!destination) return destination;
  destination.pinned = resolve(destination.host);
  if (destination.pinned.empty()) return refuse("the host has no address");
  for (const IpAddress& address : destination.pinned) {
    const std::string_view why = why_not_public(address);
    if (!why.empty()) return refuse("the host's address is not public: " + std::string(why));
  }
  return destination;
}

}  // namespace attune::bot
