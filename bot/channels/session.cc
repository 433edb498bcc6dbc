#include "bot/channels/session.h"

#include <httplib.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace attune::bot {
namespace {

constexpr std::size_t kDigits = 64;
constexpr int kCookieSeconds = 30 * 86'400;  // as long as words are kept

template <typename Bytes>
std::string hex_of(const Bytes& bytes) {
  static const char* digits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

const char* cookie_name(bool secure) { return secure ? "__Host-attune" : "attune"; }

std::string cookie(const std::string& value, int seconds, bool secure) {
  return cookie_name(secure) + ("=" + value) + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
         std::to_string(seconds) + (secure ? "; Secure" : "");
}

bool may_be_session(const std::string& text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::string new_session() {
  std::array<std::uint8_t, kDigits / 2> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no random bytes");
  return hex_of(bytes);
}

std::optional<std::string> session_of(const httplib::Request& request, bool secure) {
  const std::string bearer = request.get_header_value("Authorization");
  if (bearer.rfind("Bearer ", 0) == 0 && may_be_session(bearer.substr(7))) return bearer.substr(7);
  const std::string cookies = "; " + request.get_header_value("Cookie");
  const std::string name = std::string("; ") + cookie_name(secure) + "=";
  const auto at = cookies.find(name);
  if (at == std::string::npos) return std::nullopt;
  const std::string value = cookies.substr(at + name.size(), cookies.find(';', at + name.size()) - at - name.size());
  if (!may_be_session(value)) return std::nullopt;
  return value;
}

storage::Address address_of(const std::string& session) {
  storage::Address address;
  address.channel = "web";
  address.account = "default";
  address.place = hex_of(storage::sha256("session " + session));
  return address;
}

std::string session_cookie(const std::string& session, bool secure) {
  return cookie(session, kCookieSeconds, secure);
}

std::string cleared_cookie(bool secure) { return cookie("", 0, secure); }

bool same_site(const httplib::Request& request) {
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  if (!site.empty()) return site == "same-origin" || site == "none";
  const std::string origin = request.get_header_value("Origin");
  if (origin.empty()) return true;  // not a browser
  const auto scheme = origin.find("://");
  return scheme != std::string::npos && origin.substr(scheme + 3) == request.get_header_value("Host");
}

}  // namespace attune::bot
