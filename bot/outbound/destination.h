// Where an outbound call may go: the rules against being used to reach what only this machine can
// reach (server-side request forgery).
//
// The client that keeps them is http_client.h; their table of cases is tests/access/destination_test.cc.
//
// The rules: https only; a host that is on the operator's list, by name, spelled plainly; a port that
// stands beside it (443 if none does); no user information; every address the name has must be one of
// the open Internet, and what was judged is what is connected to, so that a second look-up cannot
// change the answer. A redirect is an answer, never followed.
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

// One host that may be called: "api.example.org", or "api.example.org:8443".
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

// Judges `url` but for its addresses: `pinned` stays empty, and whoever connects asks why_not_public()
// of each address as it is dialled.
Destination judge_url(std::string_view url, const std::vector<AllowedHost>& allowed);

// Judges `url` and its addresses. The resolver is called at most once, and only for a host on the list.
Destination judge_destination(std::string_view url, const std::vector<AllowedHost>& allowed,
                              const Resolver& resolve);

}  // namespace attune::bot
