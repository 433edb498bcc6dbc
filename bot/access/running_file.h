// DATA/running: how the command line reaches the server that has this data folder open.
//
// Written at start with the server's address and a random operator token of this start, mode 0600,
// and removed at stop. A stale one is harmless: its token is known to nobody any more, so whoever
// reads it is refused, and works on the files instead. Whoever can read it can read the database.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "storage/result.h"

namespace attune::bot {

struct Running {
  std::string host;  // to connect to
  int port = 0;
  std::string token;
};

class RunningFile {
 public:
  // Replaces a stale one. `host` is what the server listens on.
  static Result<std::unique_ptr<RunningFile>> write(const std::string& data_folder,
                                                    const std::string& host, int port,
                                                    const std::string& token);
  ~RunningFile();  // removes the file, unless another start has replaced it
  RunningFile(const RunningFile&) = delete;
  RunningFile& operator=(const RunningFile&) = delete;

 private:
  RunningFile(std::string folder, std::string token)
      : folder_(std::move(folder)), token_(std::move(token)) {}
  const std::string folder_;
  const std::string token_;
};

// Nothing if there is none, or it is not ours to trust (a link, readable by others).
std::optional<Running> read_running(const std::string& data_folder);

}  // namespace attune::bot
