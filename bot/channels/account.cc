#include "bot/channels/account.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;

std::string path_of(const std::string& folder) { return folder + "/channels.json"; }

Failure failed(const std::string& path, const char* doing) {
  return {Failure::Kind::kUnavailable, path + " cannot be " + doing + ": " + std::strerror(errno)};
}

bool before(const Account& one, std::string_view channel, std::string_view name) {
  return one.channel != channel ? one.channel < channel : one.name < name;
}

Result<std::string> bytes_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::string();
    return failed(path, "read");
  }
  struct stat info {};
  const bool known = ::fstat(file, &info) == 0;
  std::string bytes(kFileBytes, '\0');
  const ssize_t got = known ? ::read(file, bytes.data(), bytes.size()) : -1;
  ::close(file);
  if (got < 0) return failed(path, "read");
  if ((info.st_mode & 077) != 0) {
    return Failure{Failure::Kind::kRefused, path + " holds secrets, and others can read it: chmod 600 it, and make new secrets if somebody did"};
  }
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

const std::string& Account::at(std::string_view setting) const {
  static const std::string none;
  const auto found = settings.find(std::string(setting));
  return found == settings.end() ? none : found->second;
}

std::string Account::space() const { return at("space").empty() ? "default" : at("space"); }

Result<Accounts> Accounts::read(const std::string& data_folder) {
  const std::string path = path_of(data_folder);
  auto bytes = bytes_of(path);
  if (!bytes) return bytes.failure();
  Accounts accounts;
  if (bytes->empty()) return accounts;
  nlohmann::json file;
  const std::string why = parse_json(*bytes, file);
  const Failure wrong{Failure::Kind::kRefused, path + " is not {\"CHANNEL\": {\"NAME\": {\"SETTING\": \"VALUE\"}}}" + (why.empty() ? "" : ": " + why)};
  if (!why.empty() || !file.is_object()) return wrong;
  for (const auto& [channel, names] : file.items()) {
    if (!names.is_object()) return wrong;
    for (const auto& [name, settings] : names.items()) {
      if (!settings.is_object()) return wrong;
      Account account{channel, name, {}};
      for (const auto& [key, value] : settings.items()) {
        if (!value.is_string()) return wrong;
        account.settings[key] = value.get<std::string>();
      }
      accounts.put(std::move(account));
    }
  }
  return accounts;
}

// Beside its place, synced, and then into it.
Result<Nothing> Accounts::write(const std::string& data_folder) const {
  nlohmann::ordered_json file = nlohmann::ordered_json::object();
  for (const Account& account : all_) file[account.channel][account.name] = account.settings;
  const std::string text = file.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  const std::string path = path_of(data_folder), beside = path + ".new";
  ::unlink(beside.c_str());
  const int to = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (to < 0) return failed(path, "written");
  const bool whole = ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(to) == 0;
  ::close(to);
  if (whole && std::rename(beside.c_str(), path.c_str()) == 0) return Nothing{};
  const Failure failure = failed(path, "written");
  ::unlink(beside.c_str());
  return failure;
}

const Account* Accounts::find(std::string_view channel, std::string_view name) const {
  for (const Account& account : all_) {
    if (account.channel == channel && account.name == name) return &account;
  }
  return nullptr;
}

void Accounts::put(Account account) {
  remove(account.channel, account.name);
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const Account& one) { return !before(one, account.channel, account.name); });
  all_.insert(at, std::move(account));
}

bool Accounts::remove(std::string_view channel, std::string_view name) {
  return std::erase_if(all_, [&](const Account& account) { return account.channel == channel && account.name == name; }) > 0;
}

}  // namespace attune::bot
