#include "bot/outbound/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

namespace attune::bot {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// inet_pton is strict for IPv4: four decimal numbers, and glibc refuses leading zeros.
std::optional<IpAddress> parse_v4(const std::string& text) {
  IpAddress address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data() + kMapped.size()) != 1) {
    return std::nullopt;
  }
  return address;
}

struct Special {
  const char* range;
  std::string_view why;
};

constexpr Special kSpecialV4[] = {
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by a carrier"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved for protocols"},
    {"192.0.2.0/24", "documentation"},
    {"192.31.196.0/24", "AS112"},
    {"192.52.193.0/24", "AMT"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private"},
    {"192.175.48.0/24", "AS112"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},  // and the broadcast address
};

// Within 2000::/3, the only part of IPv6 that is given out.
constexpr Special kSpecialV6[] = {
    {"2001::/23", "reserved for protocols"},  // Teredo, benchmarking, ORCHID among them
    {"2001:db8::/32", "documentation"},
    {"2002::/16", "6to4"},
    {"2620:4f:8000::/48", "AS112"},
    {"3fff::/20", "documentation"},
};

constexpr Special kNamedV6[] = {
    {"::/128", "unspecified"},        {"::1/128", "loopback"},     {"::/96", "IPv4-compatible"},
    {"64:ff9b::/96", "NAT64"},        {"64:ff9b:1::/48", "NAT64"}, {"100::/64", "discard"},
    {"fc00::/7", "private"},          {"fe80::/10", "link-local"}, {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},        {"5f00::/16", "segment routing"},
};

struct Known {
  IpRange range;
  std::string_view why;
};

template <std::size_t N>
std::array<Known, N> parsed(const Special (&from)[N]) {
  std::array<Known, N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = {*parse_range(from[i].range), from[i].why};
  return out;
}

template <std::size_t N>
std::string_view reason(const std::array<Known, N>& ranges, const IpAddress& address) {
  for (const Known& known : ranges) {
    if (known.range.holds(address)) return known.why;
  }
  return {};
}

}  // namespace

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes.data() + kMapped.size(), out, sizeof out);
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  }
  return out;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string whole(text);
  if (text.find(':') == std::string_view::npos) return parse_v4(whole);
  IpAddress address;
  if (::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

bool IpRange::holds(const IpAddress& address) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(base.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (base.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::optional<IpRange> parse_range(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = parse_ip(text.substr(0, slash));
  if (!base) return std::nullopt;
  IpRange range{*base, 128};
  if (slash == std::string_view::npos) return range;
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const std::string_view digits = text.substr(slash + 1);
  int bits = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  if (bits < 0 || bits > (v4 ? 32 : 128)) return std::nullopt;
  range.bits = v4 ? bits + 96 : bits;
  for (int bit = range.bits; bit < 128; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if (range.base.bytes[byte] & (0x80 >> (bit % 8))) return std::nullopt;
  }
  return range;
}

bool is_loopback(const IpAddress& address) {
  static const IpRange v4 = *parse_range("127.0.0.0/8"), v6 = *parse_range("::1");
  return v4.holds(address) || v6.holds(address);
}

bool is_loopback_name(std::string_view host) {
  if (host == "localhost") return true;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  const auto address = parse_ip(host);
  return address && is_loopback(*address);
}

std::string_view why_not_public(const IpAddress& address) {
  static const auto special_v4 = parsed(kSpecialV4);
  static const auto special_v6 = parsed(kSpecialV6);
  static const auto named_v6 = parsed(kNamedV6);
  static const IpRange given_out = *parse_range("2000::/3");
  if (address.is_v4()) return reason(special_v4, address);
  if (const auto why = reason(named_v6, address); !why.empty()) return why;
  if (!given_out.holds(address)) return "not given out";
  return reason(special_v6, address);
}

}  // namespace attune::bot
