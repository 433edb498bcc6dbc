// Where an outbound call may go: the rules against being used to reach what only this machine can
// reach (server-side request forgery).
//
// Nothing in attune calls out yet. Scripts will, with `do`, when actions come; the rules stand here
// first, with their table of cases in tests/outbound, so that the client is written to them.
//
// The rules: https only; a host that is on the operator's list, by name, spelled plainly; a port that
// stands beside it (443 if none does); no user information; the name is resolved once, every address
// it has must be one of the open Internet, and the connection goes to one of exactly these (pinned),
// so that a second look-up cannot change the answer. A redirect is an answer, never followed.
//
// Pure but for the resolver handed in; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/outbound/ip_address.h"

namespace attune::bot {

// One host a script may call: "api.example.org", or "api.example.org:8443".
struct AllowedHost {
  std::string name;  // lower case
  int port = 443;
};

// Nothing if `text` is not a plain name, perhaps with a port: addresses are no names.
std::optional<AllowedHost> parse_allowed_host(std::string_view text);

// All addresses of a name; empty if it has none.
using Resolver = std::function<std::vector<IpAddress>(const std::string& name)>;

struct Destination {
  std::string refused;  // why not, for the author and the log: no part of the address is in it
  std::string host;     // for the certificate and the Host header
  int port = 0;
  std::string target;               // path and query; at least "/"
  std::vector<IpAddress> pinned;    // connect to these, and to nothing else

  explicit operator bool() const { return refused.empty(); }
};

// Judges `url`. The resolver is called at most once, and only for a host on the list.
Destination judge_destination(std::string_view url, const std::vector<AllowedHost>& allowed,
                              const Resolver& resolve);

// What a client of these rules must keep as well.
inline constexpr int kRedirectsFollowed = 0;
inline constexpr int kOutboundSeconds = 5;
inline constexpr std::size_t kOutboundBytes = 64 * 1024;

}  // namespace attune::bot
