// attune outbox: what could not be sent, by way of the running server, which is the one that sends.
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/cli/running_server.h"
#include "bot/http/percent.h"
#include "bot/turn/clock.h"

namespace attune::bot {
namespace {

using nlohmann::json;

json read(const RunningServer::Answer& answer) { return answer.status == 200 ? json::parse(answer.body, nullptr, false) : json(); }

int refused(const RunningServer::Answer& answer, const std::string& letter) {
  if (answer.status == 404) return refuse(kMissingInput, "there is no dead letter " + letter + " (any more)");
  if (answer.status == 410) return refuse(kMissingInput, letter + " cannot be sent again: its words have run out, or its account is not set up any more");
  return refuse(kDisk, "the server answered " + std::to_string(answer.status));
}

int list(const RunningServer& server) {
  const json body = read(server.get("/v1/outbox"));
  if (!body.is_object()) return refuse(kDisk, "the server did not answer");
  for (const json& one : body["letters"]) {
    std::cout << std::left << utc(one["at"]) << "  " << std::setw(11) << one["channel"].get<std::string>() << std::setw(12) << one["account"].get<std::string>()
              << std::setw(14) << one["why"].get<std::string>() << std::right << std::setw(3) << one["attempts"].get<std::int64_t>() << " tries  " << one["letter"].get<std::string>() << "\n";
  }
  if (body["more"] > 0) std::cout << "and " << body["more"] << " older ones\n";
  if (body["letters"].empty()) std::cout << "no dead letters\n";
  return kOk;
}

int show(const RunningServer& server, const std::string& letter, bool words) {
  const auto answer = server.get("/v1/outbox/" + percent_escaped(letter) + (words ? "?words=1" : ""));
  const json body = read(answer);
  if (!body.is_object()) return refused(answer, letter);
  std::cout << body["channel"].get<std::string>() << " " << body["account"].get<std::string>() << ", given up at " << utc(body["at"]) << " after "
            << body["attempts"] << " tries: " << body["why"].get<std::string>() << "\n";
  if (!words) return kOk;
  std::cout << "to " << body["place"].get<std::string>() << "\n" << (body["words"].is_null() ? "its words cannot be told any more" : body["words"].dump(2)) << "\n";
  return kOk;
}

// The letters that were named, or all there are.
std::vector<std::string> meant(const RunningServer& server, const OutboxOptions& options) {
  if (!options.all) return options.letters;
  std::vector<std::string> all;
  const json body = read(server.get("/v1/outbox"));
  if (!body.is_object()) return all;
  for (const json& one : body["letters"]) all.push_back(one["letter"]);
  std::reverse(all.begin(), all.end());  // the oldest first, as they were said
  return all;
}

}  // namespace

int outbox(const OutboxOptions& options) {
  const auto server = RunningServer::find(options.data);
  if (!server) return refuse(kMissingInput, "no server is running on " + options.data);
  using Do = OutboxOptions::Do;
  if (options.what == Do::kList) return list(*server);
  if (options.what == Do::kShow) return show(*server, options.letters.front(), options.words);
  if (options.letters.empty() != options.all) return refuse(kUsage, "name letters as `attune outbox list` shows them, or say --all");
  int code = kOk, done = 0;
  for (const std::string& letter : meant(*server, options)) {
    const std::string path = "/v1/outbox/" + percent_escaped(letter);
    const auto answer = options.what == Do::kResend ? server->post(path, "{}") : server->remove(path);
    if (answer.status == 204) ++done;
    else code = refused(answer, letter);
  }
  std::cout << done << (options.what == Do::kResend ? " to be sent again\n" : " dropped\n");
  return code;
}

}  // namespace attune::bot
