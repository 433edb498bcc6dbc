// Direct Line's tokens: what a page may do for half an hour, in one conversation, without the secret.
//
// A token is signed, not kept: account, conversation, user and end, under HMAC-SHA256 of the account's
// secret. A new secret ends them all. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/channels/account.h"
#include "storage/records.h"

namespace attune::bot {

struct DirectLineToken {
  std::string account;
  std::string conversation;
  std::string user;  // "" if whoever asked did not say
  storage::Time ends = 0;
};

inline constexpr storage::Time kDirectLineSeconds = 1'800;

std::string write_token(const DirectLineToken& token, const Account& account);
// Nothing if no account signed it, or it has ended.
std::optional<DirectLineToken> read_token(std::string_view text, const Accounts& accounts, storage::Time now);

}  // namespace attune::bot
