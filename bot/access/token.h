// An access token: 256 random bits that are shown once, and what is kept of it.
//
// The token itself is never stored, logged or compared: only its SHA-256 is, so neither the file nor
// the time of a comparison helps anybody in. A hash without salt or stretching is right here and
// wrong for passwords: 256 random bits cannot be guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/access/role.h"
#include "storage/records.h"

namespace attune::bot {

struct Token {
  std::string name;  // who holds it, as the audit shows it: a-z 0-9 . _ -, at most 40
  Role role = Role::kIntegrator;
  std::string space = "default";
  storage::Digest hash{};
  storage::Time made = 0;
  std::optional<storage::Time> expires;
  std::optional<storage::Time> used;  // the day (UTC) of its last use, as its first second
  std::optional<storage::Time> revoked;

  bool usable(storage::Time now) const { return !revoked && (!expires || now < *expires); }
};

std::string new_token_text();  // "attune_" and 64 hex digits
// Of that form, so made by us and beyond guessing.
bool is_made_token(std::string_view text);
bool is_good_name(std::string_view name);

// "90d", "12h", "30 days", "8 weeks", "1 year"; in seconds. Nothing if it is none, or not positive.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace attune::bot
