#include "bot/channels/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <map>
#include <set>
#include <stdexcept>

namespace attune::bot {
namespace {

std::string hmac(const EVP_MD* kind, std::string_view key, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(kind, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out, &size) == nullptr) {
    throw std::runtime_error("OpenSSL made no HMAC");
  }
  return {reinterpret_cast<const char*>(out), size};
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// Where the authority of a URL ends, and where its port's colon stands (or npos).
struct Ports { std::size_t end, colon; };
Ports ports_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto from = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", from), url.size());
  const auto colon = url.substr(0, end).rfind(':');
  const bool port = colon != std::string_view::npos && colon >= from && url.find(']', colon) >= end;
  return {end, port ? colon : std::string_view::npos};
}

std::string with_port(std::string_view url) {
  const Ports ports = ports_of(url);
  if (ports.colon != std::string_view::npos) return std::string(url);
  const char* port = url.starts_with("https") ? ":443" : ":80";
  return std::string(url.substr(0, ports.end)) + port + std::string(url.substr(ports.end));
}

std::string without_port(std::string_view url) {
  const Ports ports = ports_of(url);
  if (ports.colon == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, ports.colon)) + std::string(url.substr(ports.end));
}

}  // namespace

bool same_secret(std::string_view ours, std::string_view sent) {
  if (ours.empty() || sent.empty()) return false;
  // Of digests, so that not even the length shows.
  const storage::Digest a = storage::sha256(ours), b = storage::sha256(sent);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) { return hmac(EVP_sha256(), key, bytes); }
std::string hmac_sha1(std::string_view key, std::string_view bytes) { return hmac(EVP_sha1(), key, bytes); }

std::string hex_text(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

bool slack_signed(std::string_view secret, std::string_view timestamp, std::string_view body,
                  std::string_view signature, storage::Time now) {
  storage::Time at = 0;
  const auto read = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), at);
  if (secret.empty() || timestamp.size() > 12 || read.ec != std::errc() || read.ptr != timestamp.data() + timestamp.size()) return false;
  if (at < now - kSlackWindow || at > now + kSlackWindow) return false;
  std::string base = "v0:";
  base.append(timestamp).append(":").append(body);
  return same_secret("v0=" + hex_text(hmac_sha256(secret, base)), signature);
}

bool meta_signed(std::string_view secret, std::string_view body, std::string_view signature) {
  return !secret.empty() && same_secret("sha256=" + hex_text(hmac_sha256(secret, body)), signature);
}

Form parse_form(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    form.emplace_back(decoded(pair.substr(0, equals)), decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return form;
}

std::string field(const Form& form, std::string_view name) {
  for (const auto& [each, value] : form) {
    if (each == name) return value;
  }
  return {};
}

bool twilio_signed(std::string_view token, std::string_view url, const Form& form,
                   std::string_view signature) {
  if (token.empty()) return false;
  std::map<std::string, std::set<std::string>> sorted;
  for (const auto& [name, value] : form) sorted[name].insert(value);
  std::string fields;
  for (const auto& [name, values] : sorted) {
    for (const auto& value : values) fields += name + value;
  }
  // Both are compared, whichever it was.
  const bool bare = same_secret(base64(hmac_sha1(token, without_port(url) + fields)), signature);
  const bool ported = same_secret(base64(hmac_sha1(token, with_port(url) + fields)), signature);
  return bare || ported;
}

}  // namespace attune::bot
