#include "tests/http/faults.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

TEST_CASE("accept may fail in any way, and clients are still served", "[http][faults]") {
  RunningEdge server;
  server.start();
  for (const int error : {ECONNABORTED, EMFILE, ENFILE, ENOMEM, ENOBUFS, EPROTO, EPERM, EINTR,
                          ENETDOWN, EHOSTUNREACH}) {
    CAPTURE(error);
    faults.accept_error = error;
    faults.accept_times = 3;
    Client client(server.port());
    CHECK(client.ask(get("/hello")).body == "hello");
    CHECK(faults.accept_times == 0);
  }
}

TEST_CASE("out of descriptors: who could not be accepted waits and is served", "[http][faults]") {
  RunningEdge server;
  server.start();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  std::vector<Client> clients;
  Client warm(server.port());
  REQUIRE(warm.ask(get("/hello")).status == 200);
  const auto open_now =
      static_cast<rlim_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
  // Room for the clients' own ends and some of the server's.
  rlimit tight = before;
  tight.rlim_cur = open_now + 30;
  setrlimit(RLIMIT_NOFILE, &tight);
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    if (!clients.back().connected()) {
      clients.pop_back();
      break;
    }
    clients.back().send(get("/hello"));
  }
  CHECK(warm.ask(get("/hello")).status == 200);  // the reactor is alive and does not spin on accept
  setrlimit(RLIMIT_NOFILE, &before);
  CHECK(clients.size() >= 15);
  for (Client& client : clients) CHECK(client.read_answer().body == "hello");
}

TEST_CASE("replies arrive whole when the socket takes a byte at a time", "[http][faults]") {
  RunningEdge server;
  server.start();
  faults.one_byte = true;
  Client client(server.port());
  client.send(get("/hello") + get("/nope") + get("/big?bytes=5000"));
  CHECK(client.read_answer().body == "hello");
  CHECK(client.read_answer().code() == "not_found");
  CHECK(client.read_answer().body == std::string(5000, 'b'));
  faults.one_byte = false;
}

TEST_CASE("a send that fails ends that connection only", "[http][faults]") {
  RunningEdge server;
  server.start();
  for (const int error : {EPIPE, ECONNRESET, ENOBUFS}) {
    Client other(server.port());
    REQUIRE(other.ask(get("/hello")).status == 200);
    Client client(server.port());
    faults.send_error = error;
    faults.send_times = 1;
    client.send(get("/hello"));
    CHECK(client.ended());
    CHECK(other.ask(get("/hello")).status == 200);
  }
  faults.send_error = EINTR;
  faults.send_times = 2;
  Client client(server.port());
  CHECK(client.ask(get("/hello")).status == 200);
}
