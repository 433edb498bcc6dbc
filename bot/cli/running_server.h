// The server that has a data folder open, as the command line talks to it: an operator by the token
// in DATA/running.
//
//   if (auto server = RunningServer::find(data)) answer = server->remove("/v1/people/" + percent_escaped(who));
//   else ...work on the files...
//
// One thread. Nothing throws; a server that went away answers with status 0.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bot/access/running_file.h"

namespace attune::bot {

class RunningServer {
 public:
  struct Answer {
    int status = 0;
    std::string body;
  };

  // Nothing if none is running, or what answers there does not know the token (a stale file).
  static std::optional<RunningServer> find(const std::string& data_folder);

  Answer get(const std::string& target) const;
  Answer post(const std::string& target, const std::string& json) const;
  Answer remove(const std::string& target) const;  // DELETE

 private:
  explicit RunningServer(Running running) : running_(std::move(running)) {}
  Running running_;
};

}  // namespace attune::bot
