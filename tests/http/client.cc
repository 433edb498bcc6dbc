#include "tests/http/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace attune::bot::testing {

std::string Answer::header(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t from = at + wanted.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

std::string Answer::code() const {
  constexpr std::string_view kStart = R"({"error":{"code":")";
  if (body.compare(0, kStart.size(), kStart) != 0) return {};
  return body.substr(kStart.size(), body.find('"', kStart.size()) - kStart.size());
}

Client::Client(int port, int receive_buffer)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (receive_buffer > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

Client::~Client() { close(); }

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      over_(other.over_),
      in_(std::move(other.in_)),
      limit_(other.limit_) {}

void Client::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Client::shut_sending() { ::shutdown(fd_, SHUT_WR); }

bool Client::send(std::string_view bytes) {
  const auto until = std::chrono::steady_clock::now() + limit_;
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd waiting{fd_, POLLOUT, 0};
      ::poll(&waiting, 1, 20);
      if (std::chrono::steady_clock::now() > until) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void Client::sip() {
  char bytes[16];
  [[maybe_unused]] const ssize_t n = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
}

bool Client::read_more(std::chrono::steady_clock::time_point until) {
  while (!over_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    char bytes[16384];
    const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n > 0) {
      in_.append(bytes, static_cast<std::size_t>(n));
      return true;
    }
    if (n < 0 && errno == EINTR) continue;
    over_ = true;
  }
  return false;
}

Answer Client::read_answer(bool head_request) {
  const auto until = std::chrono::steady_clock::now() + limit_;
  Answer answer;
  std::size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(until)) return answer;
  }
  answer.head = in_.substr(0, end + 2);
  in_.erase(0, end + 4);
  const std::string length = answer.header("Content-Length");
  const std::size_t size = length.empty() || head_request ? 0 : std::stoul(length);
  while (in_.size() < size) {
    if (!read_more(until)) return answer;
  }
  answer.body = in_.substr(0, size);
  in_.erase(0, size);
  answer.status = std::stoi(answer.head.substr(9, 3));
  return answer;
}

std::string Client::read_until(std::string_view until_text) {
  const auto until = std::chrono::steady_clock::now() + limit_;
  while (in_.find(until_text) == std::string::npos) {
    if (!read_more(until)) break;
  }
  return std::exchange(in_, {});
}

bool Client::ended() {
  const auto until = std::chrono::steady_clock::now() + limit_;
  while (!over_ && read_more(until)) in_.clear();
  return over_;
}

std::string get(std::string_view target, std::string_view extra) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(extra) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view extra) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(extra) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace attune::bot::testing
