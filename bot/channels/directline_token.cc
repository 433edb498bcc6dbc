#include "bot/channels/directline_token.h"

#include <charconv>

#include "bot/channels/signature.h"

namespace attune::bot {
namespace {

constexpr std::string_view kPrefix = "dl1.";

std::string hex_or_none(const std::string& text) { return text.empty() ? "-" : hex_text(text); }

std::optional<std::string> unhex(std::string_view text) {
  if (text == "-") return "";
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + i + 2) return std::nullopt;
    out += static_cast<char>(value);
  }
  return out;
}

std::string signed_by(const Account& account, std::string_view body) {
  return hex_text(hmac_sha256(account.at("secret"), "direct line token " + std::string(body)));
}

}  // namespace

std::string write_token(const DirectLineToken& token, const Account& account) {
  const std::string body = std::string(kPrefix) + hex_or_none(token.account) + "." + hex_or_none(token.conversation) + "." + hex_or_none(token.user) + "." + std::to_string(token.ends);
  return body + "." + signed_by(account, body);
}

std::optional<DirectLineToken> read_token(std::string_view text, const Accounts& accounts, storage::Time now) {
  const auto end = text.rfind('.');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view body = text.substr(0, end), signature = text.substr(end + 1);
  if (!body.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = body.substr(kPrefix.size());
  std::string_view fields[4];
  for (std::string_view& one : fields) {
    one = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  const auto name = unhex(fields[0]), conversation = unhex(fields[1]), user = unhex(fields[2]);
  if (!name || !conversation || !user || !rest.empty()) return std::nullopt;
  const Account* account = accounts.find("directline", *name);
  if (account == nullptr || account->at("secret").empty() || !same_secret(signed_by(*account, body), signature)) return std::nullopt;
  DirectLineToken token{*name, *conversation, *user, 0};
  const auto read = std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), token.ends);
  if (read.ec != std::errc() || read.ptr != fields[3].data() + fields[3].size() || token.ends <= now) return std::nullopt;
  return token;
}

}  // namespace attune::bot
