#include "bot/cli/running_server.h"

#include <httplib.h>

namespace attune::bot {
namespace {

constexpr int kConnectSeconds = 2, kAnswerSeconds = 60;

httplib::Client client_of(const Running& running) {
  httplib::Client client(running.host, running.port);
  client.set_connection_timeout(kConnectSeconds);
  client.set_read_timeout(kAnswerSeconds);
  client.set_follow_location(false);
  client.set_default_headers({{"Authorization", "Bearer " + running.token}});
  return client;
}

RunningServer::Answer answer_of(const httplib::Result& result) {
  if (!result) return {};
  return {result->status, result->body};
}

}  // namespace

std::optional<RunningServer> RunningServer::find(const std::string& data_folder) {
  auto running = read_running(data_folder);
  if (!running) return std::nullopt;
  RunningServer server(std::move(*running));
  if (server.get("/v1/audit?limit=1").status != 200) return std::nullopt;
  return server;
}

RunningServer::Answer RunningServer::get(const std::string& target) const {
  auto client = client_of(running_);
  return answer_of(client.Get(target));
}

RunningServer::Answer RunningServer::post(const std::string& target, const std::string& json) const {
  auto client = client_of(running_);
  return answer_of(client.Post(target, json, "application/json"));
}

RunningServer::Answer RunningServer::remove(const std::string& target) const {
  auto client = client_of(running_);
  return answer_of(client.Delete(target));
}

}  // namespace attune::bot
