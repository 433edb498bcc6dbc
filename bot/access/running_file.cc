#include "bot/access/running_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

namespace attune::bot {
namespace {

std::string path_of(const std::string& folder) { return folder + "/running"; }

// A server that listens everywhere is reached on the loopback address.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "::1";
  return host;
}

Failure failed(const std::string& path) {
  return {Failure::Kind::kUnavailable, path + " cannot be written: " + std::strerror(errno)};
}

}  // namespace

// Beside its place and then into it, so that nobody reads half a file.
Result<std::unique_ptr<RunningFile>> RunningFile::write(const std::string& data_folder,
                                                        const std::string& host, int port,
                                                        const std::string& token) {
  const std::string path = path_of(data_folder), beside = path + ".new";
  const nlohmann::ordered_json body = {{"host", reachable(host)}, {"port", port}, {"token", token}};
  const std::string text = body.dump() + "\n";
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return failed(path);
  const bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  if (!whole || std::rename(beside.c_str(), path.c_str()) != 0) {
    const Failure failure = failed(path);
    ::unlink(beside.c_str());
    return failure;
  }
  return std::unique_ptr<RunningFile>(new RunningFile(data_folder, token));
}

RunningFile::~RunningFile() {
  const auto now = read_running(folder_);
  if (now && now->token == token_) ::unlink(path_of(folder_).c_str());
}

std::optional<Running> read_running(const std::string& data_folder) {
  const int file = ::open(path_of(data_folder).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat info {};
  const bool ours = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 077) == 0;
  std::array<char, 1'024> buffer{};
  const ssize_t got = ours ? ::read(file, buffer.data(), buffer.size()) : -1;
  ::close(file);
  if (got <= 0) return std::nullopt;
  const auto body = nlohmann::json::parse(buffer.data(), buffer.data() + got, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  const auto host = body.find("host"), port = body.find("port"), token = body.find("token");
  const auto end = body.end();
  if (host == end || port == end || token == end || !host->is_string() || !port->is_number_integer() ||
      !token->is_string()) {
    return std::nullopt;
  }
  return Running{host->get<std::string>(), port->get<int>(), token->get<std::string>()};
}

}  // namespace attune::bot
