// Where a request comes from: the socket's address, or what a trusted proxy says of it.
//
// X-Forwarded-For and X-Forwarded-Proto are believed only from `--trusted-proxy` addresses (the
// loopback ones unless told otherwise: what runs beside us may speak for others). The client is the
// last address in X-Forwarded-For that is not a trusted proxy's own: what stands before it was written
// by the client. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/outbound/ip_address.h"

namespace attune::bot {

struct CallerAddress {
  std::string key;          // of its limits: an IPv4 address, or the /64 of an IPv6 one
  bool this_machine = false;  // a program here that speaks for itself
  bool https = false;       // a trusted proxy says that it came by TLS
};

class Proxies {
 public:
  // Throws std::invalid_argument with the entry that is no address and no range.
  explicit Proxies(const std::vector<std::string>& trusted);

  bool trusts(std::string_view peer) const;
  // The headers as sent; several of one name are joined with commas by the caller.
  CallerAddress caller(std::string_view peer, std::string_view forwarded_for,
                       std::string_view forwarded_proto) const;

 private:
  bool trusts(const IpAddress& address) const;
  std::vector<IpRange> trusted_;
};

}  // namespace attune::bot
