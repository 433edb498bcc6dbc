// An IP address as 16 bytes, and the ranges that are not the open Internet.
//
// IPv4 is kept in its mapped form (::ffff:a.b.c.d), so that one range test serves both families.
// Pure values; any thread. Used for two questions: which proxies are trusted, and where an outbound
// call may go.
//
// Sources of the ranges: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and what
// was added to them), RFC 6598 (100.64.0.0/10), RFC 6052 and 8215 (NAT64), RFC 4291.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attune::bot {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const IpAddress&) const = default;
  bool is_v4() const;  // kept in the mapped form
  std::string text() const;
};

// Only the plain spellings: four decimal numbers without leading zeros, or RFC 4291's of IPv6
// without a zone. "0x7f.1", "2130706433", "0177.0.0.1", "127.1" and "[::1]" are nothing.
std::optional<IpAddress> parse_ip(std::string_view text);

// A range such as 10.0.0.0/8 or fd00::/8.
struct IpRange {
  IpAddress base;
  int bits = 128;  // of the 16 bytes that must be the same

  bool holds(const IpAddress& address) const;
};

// "10.0.0.0/8", "::1/128"; an address alone is a range of one. Bits beyond the mask must be 0.
std::optional<IpRange> parse_range(std::string_view text);

bool is_loopback(const IpAddress& address);
// "localhost", or a loopback address, in brackets or not; "127.0.0.1.example.org" is neither.
bool is_loopback_name(std::string_view host);

// Why this address is not one of the open Internet ("loopback", "private", "link-local", ...);
// empty if it is. IPv6 that carries an IPv4 address in it (mapped, compatible, NAT64, 6to4, Teredo)
// is never open: what it would reach is decided by somebody else's router.
std::string_view why_not_public(const IpAddress& address);

}  // namespace attune::bot
