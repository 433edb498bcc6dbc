// attune token, audit, routes: who may do what, and what was done. They work on access.db, whether a
// server has the data folder open or not.
#include <ctime>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "bot/access/access_file.h"
#include "bot/access/audit.h"
#include "bot/access/routes.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/turn/clock.h"

namespace attune::bot {
namespace {

constexpr const char* kWho = "command line";

std::string date(std::optional<storage::Time> time, const char* format, const char* otherwise) {
  if (!time) return otherwise;
  const auto seconds = static_cast<std::time_t>(*time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  std::strftime(text, sizeof text, format, &parts);
  return text;
}

std::string day(std::optional<storage::Time> time, const char* otherwise) {
  return date(time, "%Y-%m-%d", otherwise);
}

std::string state_of(const Token& token, storage::Time now) {
  if (token.revoked) return "revoked " + day(token.revoked, "");
  if (!token.usable(now)) return "expired " + day(token.expires, "");
  return token.expires ? "until " + day(token.expires, "") : "usable";
}

// Reading makes no new file.
Result<std::unique_ptr<AccessFile>> open_existing(const std::string& data) {
  std::error_code error;
  if (!std::filesystem::exists(data + "/access.db", error)) {
    return Failure{Failure::Kind::kRefused,
                   "there is no " + data + "/access.db yet: say where it is with --data"};
  }
  return AccessFile::open(data);
}

int open_failed(const Failure& failure) {
  return refuse(failure.kind == Failure::Kind::kRefused ? kMissingInput : kDisk, failure.what);
}

}  // namespace

int token_add(const TokenOptions& options) {
  Token token;
  token.name = options.name;
  token.space = options.space;
  if (!is_good_name(token.name) || !is_good_name(token.space)) {
    return refuse(kUsage, "a name has at most 40 of a-z 0-9 . _ - and begins with a letter or digit");
  }
  const auto role = role_named(options.role);
  if (!role) {
    return refuse(kUsage, "--role wants integrator, author, reviewer, publisher, operator or counselor");
  }
  token.role = *role;
  token.made = system_clock()->now();
  if (!options.expires.empty()) {
    const auto lasts = parse_duration(options.expires);
    if (!lasts) return refuse(kUsage, "--expires wants a time such as 90d, 12h or \"1 year\"");
    token.expires = token.made + *lasts;
  }
  const auto file = AccessFile::open(options.data);
  if (!file) return open_failed(file.failure());
  const std::string text = new_token_text();
  token.hash = storage::sha256(text);
  if (const auto added = (*file)->add(token, kWho); !added) {
    return refuse(added.failure().kind == Failure::Kind::kRefused ? kUsage : kDisk,
                  added.failure().what);
  }
  std::cout << text << std::endl;
  std::cerr << "This is shown once and stored nowhere: put it where " << token.name
            << " keeps its secrets. It is sent as `Authorization: Bearer`.\n";
  return kOk;
}

int token_list(const std::string& data) {
  const auto file = open_existing(data);
  if (!file) return open_failed(file.failure());
  const auto tokens = (*file)->tokens();
  if (!tokens) return refuse(kDisk, tokens.failure().what);
  const storage::Time now = system_clock()->now();
  std::cout << std::left << std::setw(24) << "name" << std::setw(12) << "role" << std::setw(12)
            << "space" << std::setw(12) << "made" << std::setw(12) << "last used"
            << "state\n";
  for (const Token& token : *tokens) {
    std::cout << std::setw(24) << token.name << std::setw(12) << name_of(token.role)
              << std::setw(12) << token.space << std::setw(12) << day(token.made, "")
              << std::setw(12) << day(token.used, "never") << state_of(token, now) << "\n";
  }
  return kOk;
}

int token_revoke(const std::string& data, const std::string& name) {
  const auto file = open_existing(data);
  if (!file) return open_failed(file.failure());
  const auto done = (*file)->revoke(name, system_clock()->now(), kWho);
  if (!done) return open_failed(done.failure());
  std::cout << name << " is revoked. A running server refuses it within a second.\n";
  return kOk;
}

int audit(const AuditOptions& options) {
  AuditQuery query;
  query.what = options.what;
  query.limit = options.limit;
  if (!options.since.empty()) {
    const auto back = parse_duration(options.since);
    if (!back) return refuse(kUsage, "--since wants a time such as 7d, 12h or \"2 weeks\"");
    query.since = system_clock()->now() - *back;
  }
  const auto file = open_existing(options.data);
  if (!file) return open_failed(file.failure());
  const auto rows = (*file)->audit(query);
  if (!rows) return refuse(kDisk, rows.failure().what);
  for (const AuditRow& row : *rows) {
    std::cout << std::left << date(row.at, "%Y-%m-%dT%H:%M:%SZ", "") << "  " << std::setw(16)
              << row.what << std::setw(20) << row.who << row.result
              << (row.target.empty() ? "" : "  " + row.target) << "\n";
  }
  return kOk;
}

int show_routes(bool as_json) {
  std::cout << (as_json ? routes_as_json() : routes_as_text());
  return kOk;
}

}  // namespace attune::bot
