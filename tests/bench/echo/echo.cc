// The edge with nothing behind it: what HTTP itself costs. Run it, then load it with wrk:
//   bench_echo 21080 2 & wrk -t1 -c32 -d5s -s post.lua http://127.0.0.1:21080/echo
// `bench_echo PORT raw` serves the same bytes from a bare epoll loop, as the limit to compare with.
#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "bot/http/edge.h"

namespace {

attune::bot::Edge* running = nullptr;

constexpr std::string_view kReply =
    R"([{"recipient_id":"someone","text":"You said it, I heard it."}])";

int serve_edge(int port, int workers) {
  attune::bot::Edge edge({}, workers);
  running = &edge;
  edge.routes().Get("/hello", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("hello", "text/plain");
  });
  for (const char* path : {"/echo", "/webhooks/rest/webhook"}) {
    edge.routes().Post(path, [](const httplib::Request&, httplib::Response& response) {
      response.set_content(kReply.data(), kReply.size(), "application/json");
    });
  }
  std::string why;
  if (!edge.listen("127.0.0.1", port, why)) {
    std::fprintf(stderr, "%s\n", why.c_str());
    return 1;
  }
  std::signal(SIGINT, [](int) { running->stop(); });
  std::signal(SIGTERM, [](int) { running->stop(); });
  std::printf("echo on 127.0.0.1:%d, %d workers\n", edge.port(), workers);
  std::fflush(stdout);
  edge.run();
  const attune::bot::Edge::Counts counts = edge.counts();
  std::printf("requests %llu, wakeups %llu, shed %llu, refused %llu\n",
              static_cast<unsigned long long>(counts.requests),
              static_cast<unsigned long long>(counts.wakeups),
              static_cast<unsigned long long>(counts.shed),
              static_cast<unsigned long long>(counts.refused));
  return 0;
}

void check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

// Answers every read with the same reply: no parsing, no bounds. Only a yardstick.
int serve_raw(int port) {
  const std::string reply =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(kReply.size()) + "\r\n\r\n" + std::string(kReply);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  check(::listen(listener, 1024) == 0, "listen");
  const int epoll = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  std::printf("raw loop on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  std::array<epoll_event, 256> events;
  std::array<char, 16384> bytes;
  while (true) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (client < 0) continue;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        event.data.fd = client;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
      } else if (::recv(fd, bytes.data(), bytes.size(), 0) <= 0) {
        ::close(fd);
      } else {
        ::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 21080;
  if (argc > 2 && std::strcmp(argv[2], "raw") == 0) return serve_raw(port);
  return serve_edge(port, argc > 2 ? std::atoi(argv[2]) : 2);
}
