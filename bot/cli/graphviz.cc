#include "bot/cli/graphviz.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

extern char** environ;

namespace attune::bot {
namespace {

struct Pipe {
  int from = -1, to = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
    from = ends[0];
    to = ends[1];
  }
  ~Pipe() { close_from(), close_to(); }
  void close_from() { if (from >= 0) close(std::exchange(from, -1)); }
  void close_to() { if (to >= 0) close(std::exchange(to, -1)); }
};

void write_all(int to, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = write(to, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;  // it ended early; its exit code says so
    at += static_cast<std::size_t>(wrote);
  }
}

std::string read_all(int from) {
  std::string all;
  std::array<char, 65'536> some;
  for (;;) {
    const ssize_t got = read(from, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return all;
    all.append(some.data(), static_cast<std::size_t>(got));
  }
}

pid_t start(const Pipe& in, const Pipe& out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.from, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.to, STDOUT_FILENO);
  std::string name = "dot", format = "-Tsvg";
  char* arguments[] = {name.data(), format.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, "dot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return child;
  throw std::runtime_error(error == ENOENT ? "the picture is laid out by Graphviz, which is not here: `apt-get install graphviz`, or --format dot for its text"
                                           : std::string("cannot start dot: ") + std::strerror(error));
}

}  // namespace

std::string laid_out(const std::string& dot) {
  Pipe in, out;
  const pid_t child = start(in, out);
  in.close_from();
  out.close_to();
  std::signal(SIGPIPE, SIG_IGN);
  std::thread writer([&] {
    write_all(in.to, dot);
    in.close_to();
  });
  std::string svg = read_all(out.from);
  writer.join();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || svg.empty()) throw std::runtime_error("Graphviz could not lay it out; --format dot shows what it was given");
  return svg;
}

}  // namespace attune::bot
