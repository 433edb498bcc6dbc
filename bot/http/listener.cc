#include "bot/http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace attune::bot::edge {
namespace {

std::string place(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string reason(int error, const std::string& host, int port) {
  const std::string where = place(host, port);
  switch (error) {
    case EADDRINUSE:
      return where + " is in use by another program";
    case EACCES:
      return where + " needs rights this program does not have (ports below 1024 do)";
    case EADDRNOTAVAIL:
      return host + " is not an address of this machine";
    default:
      return "cannot listen on " + where + ": " + std::generic_category().message(error);
  }
}

int port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return address.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port)
             : ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Listener::~Listener() { close(); }

void Listener::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool Listener::open(const std::string& host, int port, std::string& why) {
  if (port < 0 || port > 65535) {
    why = std::to_string(port) + " is not a port (0 to 65535)";
    return false;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0) {
    why = "\"" + host + "\" is not an address: " + gai_strerror(error);
    return false;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
  const int fd = ::socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  if (fd < 0 || ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(fd, list->ai_addr, list->ai_addrlen) != 0 || ::listen(fd, kBacklog) != 0) {
    why = reason(errno, host, port);
    if (fd >= 0) ::close(fd);
    return false;
  }
  fd_ = fd;
  port_ = port_of(fd);
  return true;
}

}  // namespace attune::bot::edge
