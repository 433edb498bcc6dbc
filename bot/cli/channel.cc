// attune channel: our bots on chat platforms. They work on channels.json of the data folder; a running
// server sees a change within a second.
#include <termios.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bot/access/token.h"
#include "bot/channels/channel.h"
#include "bot/channels/platform.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/cli/running_server.h"
#include "bot/outbound/http_client.h"

namespace attune::bot {
namespace {

std::string known_channels() {
  std::string names;
  for (const Platform* platform : all_platforms()) names += (names.empty() ? "" : ", ") + std::string(platform->name());
  return names;
}

// From the terminal; a secret is not shown while it is typed.
std::optional<std::string> asked_for(const Setting& setting) {
  if (::isatty(STDIN_FILENO) == 0) return std::nullopt;
  std::cerr << "  " << setting.ask << ": " << std::flush;
  termios before{};
  const bool hide = setting.kind == Setting::Kind::kSecret && ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (hide) {
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (hide) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::cerr << "\n";
  }
  if (!read || line.empty()) return std::nullopt;
  return line;
}

// The settings of the channel from options, what was set before, and the terminal. False: something is
// missing, and was said.
bool gather(const Platform& channel, const ChannelOptions& options, Account& account) {
  for (const auto& [key, value] : options.set) {
    const auto& known = channel.settings();
    const bool fits = key == "space" || key == "url" || key == "rate" || key == "rate_each" || std::any_of(known.begin(), known.end(), [&](const Setting& one) { return one.name == key; });
    if (!fits) {
      refuse(kUsage, std::string(channel.name()) + " has no setting " + key);
      return false;
    }
    account.settings[key] = value;
  }
  for (const Setting& setting : channel.settings()) {
    std::string& value = account.settings[std::string(setting.name)];
    if (!value.empty()) continue;
    if (setting.kind == Setting::Kind::kMade || setting.kind == Setting::Kind::kShown) value = new_token_text().substr(7);
    else if (setting.kind == Setting::Kind::kUsual) account.settings.erase(std::string(setting.name));
    else if (auto given = asked_for(setting)) value = std::move(*given);
    else {
      refuse(kUsage, "this needs " + std::string(setting.ask) + ": --set " + std::string(setting.name) + "=VALUE");
      return false;
    }
  }
  return true;
}

// "" if the platform takes it; else what is wrong.
std::string asked_of_platform(const std::optional<HttpCall>& call) {
  if (!call) return "";
  CurlClient client;
  const HttpAnswer answer = client.call(*call);
  if (answer.failure != HttpAnswer::Failure::kNone) return "it could not be reached (" + std::string(name_of(answer.failure)) + ")";
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  const bool said_no = body.is_object() && body.contains("ok") && body["ok"] == false;
  if (answer.status >= 200 && answer.status < 300 && !said_no) return "";
  return "it answered " + std::to_string(answer.status) + (said_no && body.contains("error") && body["error"].is_string() ? " " + body["error"].get<std::string>() : "");
}

std::string ago(std::int64_t at) {
  if (at == 0) return "-";
  const std::int64_t seconds = std::max<std::int64_t>(0, std::time(nullptr) - at);
  if (seconds < 120) return std::to_string(seconds) + " s ago";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " min ago";
  return std::to_string(seconds / 3'600) + " h ago";
}

}  // namespace

bool settings_from(const std::vector<std::string>& texts, std::map<std::string, std::string>& settings) {
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return refuse(kUsage, "--set wants SETTING=VALUE"), false;
    std::string value = text.substr(equals + 1);
    if (!value.empty() && value.front() == '@') {  // so that a secret stands in no list of processes
      std::ifstream file(value.substr(1));
      if (!std::getline(file, value)) return refuse(kUsage, "--set " + text.substr(0, equals) + ": the file cannot be read"), false;
    }
    settings[text.substr(0, equals)] = std::move(value);
  }
  return true;
}

int channel_add(const ChannelOptions& options) {
  const Platform* channel = platform_named(options.channel);
  if (channel == nullptr) return refuse(kUsage, "there is no channel \"" + options.channel + "\", only " + known_channels());
  if (!is_good_name(options.name)) return refuse(kUsage, "--name has at most 40 of a-z 0-9 . _ - and begins with a letter or digit");
  const auto origin = options.url.empty() ? std::nullopt : origin_of(options.url);
  if (!options.url.empty() && !origin) return refuse(kUsage, "--url wants https://HOST, where the world reaches this server");
  std::error_code error;
  std::filesystem::create_directories(options.data, error);
  auto accounts = Accounts::read(options.data);
  if (!accounts) return refuse(accounts.failure());
  Account account{options.channel, options.name, {}};
  if (const Account* before = accounts->find(account.channel, account.name)) account.settings = before->settings;
  if (origin) account.settings["url"] = options.url.substr(0, options.url.find_last_not_of('/') + 1) + channel->path(account);
  if (!gather(*channel, options, account)) return kUsage;
  if (options.check) {
    const std::string wrong = asked_of_platform(channel->probe(account));
    if (!wrong.empty()) return refuse(kConfig, "the platform does not take this: " + wrong + ". Nothing was saved; --no-check saves without asking.");
  }
  accounts->put(account);
  if (const auto written = accounts->write(options.data); !written) return refuse(written.failure());
  std::cout << account.channel << " " << account.name << " is set up. A running server takes it within a second.\n"
            << "Its address is " << (account.at("url").empty() ? "https://YOUR-HOST" + channel->path(account) : account.at("url")) << "\n";
  for (const Setting& setting : channel->settings()) {
    if (setting.kind == Setting::Kind::kShown) std::cout << setting.name << ": " << account.at(setting.name) << "   (" << setting.ask << ")\n";
  }
  const auto registering = account.at("url").empty() ? std::nullopt : channel->register_webhook(account, account.at("url"));
  if (!registering) {
    std::cout << "Where to use it: bot/channels/docs/" << account.channel << ".md\n";
    return kOk;
  }
  const std::string wrong = asked_of_platform(registering);
  if (!wrong.empty()) return refuse(kConfig, "the platform did not take the webhook: " + wrong + ". What you gave is saved; try again.");
  std::cout << "The platform knows it.\n";
  return kOk;
}

int channel_list(const std::string& data) {
  const auto accounts = Accounts::read(data);
  if (!accounts) return refuse(accounts.failure());
  for (const Account& account : accounts->all()) {
    std::cout << std::left << std::setw(12) << account.channel << std::setw(16) << account.name
              << (account.at("url").empty() && platform_named(account.channel) != nullptr ? platform_named(account.channel)->path(account) : account.at("url")) << "\n";
  }
  if (accounts->all().empty()) std::cout << "none; attune channel add CHANNEL, which is " << known_channels() << "\n";
  return kOk;
}

int channel_status(const std::string& data) {
  const auto server = RunningServer::find(data);
  if (!server) return refuse(kMissingInput, "no server is running on " + data);
  const auto answer = server->get("/v1/channels");
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !body.is_object()) return refuse(kDisk, "the server answered " + std::to_string(answer.status));
  std::cout << std::left << std::setw(12) << "channel" << std::setw(16) << "name" << std::setw(14) << "last in" << std::setw(14) << "last out"
            << std::setw(8) << "taken" << std::setw(8) << "sent" << std::setw(9) << "refused" << std::setw(8) << "failed" << "last error\n";
  for (const auto& one : body["accounts"]) {
    const std::string error = one["last_error"].get<std::string>();
    std::cout << std::setw(12) << one["channel"].get<std::string>() << std::setw(16) << one["name"].get<std::string>()
              << std::setw(14) << ago(one["last_in"]) << std::setw(14) << ago(one["last_out"]) << std::setw(8) << one["taken"].get<std::int64_t>()
              << std::setw(8) << one["sent"].get<std::int64_t>() << std::setw(9) << one["refused"].get<std::int64_t>() << std::setw(8)
              << one["failed"].get<std::int64_t>() << (error.empty() ? "-" : error + ", " + ago(one["last_error_at"])) << "\n";
  }
  const bool waiting = body["next_delivery"].is_number();
  std::cout << (waiting ? "some messages wait to be sent" : "nothing waits to be sent") << "; " << body["dead_letters"].get<std::int64_t>() << " dead letters\n";
  return kOk;
}

int channel_remove(const ChannelOptions& options) {
  auto accounts = Accounts::read(options.data);
  if (!accounts) return refuse(accounts.failure());
  if (!accounts->remove(options.channel, options.name)) return refuse(kMissingInput, "there is no " + options.channel + " " + options.name);
  if (const auto written = accounts->write(options.data); !written) return refuse(written.failure());
  std::cout << options.channel << " " << options.name << " is off, and its secrets are gone from here. Take the webhook away at the platform too.\n";
  return kOk;
}

}  // namespace attune::bot
