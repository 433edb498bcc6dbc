#include "tests/outbound/faulty_platform.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace attune::bot::testing {
namespace {

std::size_t length_of(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

FaultyPlatform::FaultyPlatform(Behave behave) : behave_(std::move(behave)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listening_, 64) != 0 ||
      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    throw std::runtime_error("no port for a platform");
  }
  port_ = ntohs(at.sin_port);
  accepting_ = std::thread([this] {
    for (int socket = ::accept(listening_, nullptr, nullptr); socket >= 0; socket = ::accept(listening_, nullptr, nullptr)) {
      ++connections_;
      std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  });
}

FaultyPlatform::~FaultyPlatform() {
  closing_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  ::close(listening_);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  for (auto& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
}

void FaultyPlatform::serve(int socket) {
  std::string bytes;
  char buffer[8192];
  while (!closing_) {
    const auto end = bytes.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t whole = end + 4 + length_of(bytes.substr(0, end + 2));
      if (bytes.size() >= whole) {
        ++requests_;
        const std::string request = bytes.substr(0, whole);
        bytes.erase(0, whole);
        if (!behave_(request, socket)) break;
        continue;
      }
    }
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  ::shutdown(socket, SHUT_RDWR);
}

void send_all(int socket, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t sent = ::send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<std::size_t>(sent);
  }
}

std::string http_reply(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

}  // namespace attune::bot::testing
