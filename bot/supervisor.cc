#include "bot/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "bot/log.h"

namespace attune::bot {
namespace {

std::string taken_from_environment(const char* name) {
  const char* value = std::getenv(name);
  std::string out = value == nullptr ? "" : value;
  ::unsetenv(name);
  return out;
}

// Connected, or -1. "@…" is an abstract address, which begins with a NUL.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  if (path.size() < 2 || path.size() > sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return -1;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int made = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address), size) == 0) return made;
  ::close(made);
  return -1;
}

}  // namespace

Supervisor::Supervisor() {
  const std::string path = taken_from_environment("NOTIFY_SOCKET");
  const std::string patience = taken_from_environment("WATCHDOG_USEC");
  const std::string whom = taken_from_environment("WATCHDOG_PID");
  if (path.empty()) return;
  socket_ = connect_to(path);
  if (socket_ < 0) {
    log::write(log::Level::kWarn, "supervisor_unreachable", {{"why", std::string(std::strerror(errno))}});
    return;
  }
  if (!whom.empty() && std::strtol(whom.c_str(), nullptr, 10) != ::getpid()) return;
  patience_ = std::chrono::microseconds(std::strtoll(patience.c_str(), nullptr, 10));
}

Supervisor::~Supervisor() {
  if (socket_ >= 0) ::close(socket_);
}

void Supervisor::say(const std::string& state) {
  if (socket_ >= 0) (void)::send(socket_, state.data(), state.size(), MSG_NOSIGNAL);
}

void Supervisor::ready(const std::string& status) { say("READY=1\nSTATUS=" + status); }

void Supervisor::reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  say("RELOADING=1\nSTATUS=reading the scripts again\nMONOTONIC_USEC=" +
      std::to_string(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000));
}

void Supervisor::stopping() { say("STOPPING=1\nSTATUS=finishing what is under way"); }
void Supervisor::alive() { say("WATCHDOG=1"); }

Watchdog::Watchdog(Supervisor& supervisor, std::vector<Pulse> pulses) : supervisor_(supervisor), pulses_(std::move(pulses)), before_(pulses_.size()) {
  if (supervisor_.patience().count() > 0) thread_ = std::thread([this] { run(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::run() {
  ask_all();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, supervisor_.patience() / 4, [this] { return done_; })) {
    lock.unlock();
    if (all_answered()) {
      supervisor_.alive();
      ask_all();
    }
    lock.lock();
  }
}

bool Watchdog::all_answered() {
  bool all = true;
  for (std::size_t i = 0; i < pulses_.size(); ++i) {
    if (pulses_[i].answers() > before_[i]) continue;
    all = false;
    log::write(log::Level::kError, "watchdog_waits", {{"for", std::string(pulses_[i].name)}});
  }
  return all;
}

void Watchdog::ask_all() {
  for (std::size_t i = 0; i < pulses_.size(); ++i) {
    before_[i] = pulses_[i].answers();
    pulses_[i].ask();
  }
}

}  // namespace attune::bot
