// Many at once: nobody starves, and memory stays where it is. Figures of time only as ratios within
// one run; figures of memory only where no sanitizer keeps what was freed.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/http/client.h"
#include "tests/http/faults.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;

std::size_t growth(std::size_t before) {
  const std::size_t now = resident_bytes();
  return now > before ? now - before : 0;
}

// Seconds that one call takes, the middle of so many.
template <class Work>
double median_of(const Work& work, std::size_t times) {
  std::vector<double> took;
  for (std::size_t i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    took.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(times / 2), took.end());
  return took[times / 2];
}

}  // namespace

TEST_CASE("two thousand idle connections cost little and slow nobody", "[http][load]") {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  RunningEdge server;
  server.start();
  Client active(server.port());
  REQUIRE(active.ask(get("/hello")).status == 200);
  const std::size_t before = resident_bytes();
  std::vector<Client> idle;
  idle.reserve(2'000);
  for (int i = 0; i < 2'000; ++i) {
    idle.emplace_back(server.port());
    REQUIRE(idle.back().connected());
    if (i % 2 == 0) REQUIRE(idle.back().ask(get("/hello")).status == 200);
  }
  REQUIRE(eventually([&] { return server.edge().counts().connections == 2'001; }));
  // Both ends of each are in this process.
  if (!kSanitized) CHECK(growth(before) < 6 * kMegabyte);
  for (int i = 0; i < 200; ++i) REQUIRE(active.ask(get("/hello")).status == 200);
  CHECK(idle.front().ask(get("/hello")).status == 200);
  CHECK(idle.back().ask(get("/hello")).status == 200);
  CHECK(server.edge().counts().shed == 0);
}

TEST_CASE("500 slow clients of three kinds are all cut while others are served", "[http][load]") {
  EdgeLimits limits;
  limits.head_deadline = limits.body_deadline = limits.write_deadline =
      std::chrono::milliseconds(2'000);
  RunningEdge server(limits);
  server.start();
  Client active(server.port());
  const auto ask = [&] { REQUIRE(active.ask(get("/hello")).status == 200); };
  ask();
  const double alone = median_of(ask, 200);
  faults.send_buffer = 8 * 1024;  // or the kernel would take the whole reply
  std::vector<Client> slow;
  for (int i = 0; i < 500; ++i) {
    slow.emplace_back(server.port(), i % 3 == 2 ? 2'048 : 0);
    slow.back().send(i % 3 == 0 ? "GET /hello HTTP/1.1\r\nHost: a\r\nX"
                     : i % 3 == 1
                         ? "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nx"
                         : get("/big?bytes=200000"));
  }
  std::vector<double> among;
  // Each goes on a little at a time, which stretches nothing.
  while (server.edge().counts().connections > 1 && among.size() < 2'000) {
    among.push_back(median_of(ask, 20));
    for (std::size_t i = 0; i < slow.size(); ++i) {
      if (i % 3 == 2) {
        slow[i].sip();
      } else {
        slow[i].send("x");
      }
    }
  }
  faults.send_buffer = 0;
  CHECK(server.edge().counts().connections == 1);
  CHECK(server.edge().counts().refused == 334);
  REQUIRE(among.size() > 3);
  std::nth_element(among.begin(), among.begin() + static_cast<std::ptrdiff_t>(among.size() / 2),
                   among.end());
  CAPTURE(alone, among[among.size() / 2]);
  CHECK(among[among.size() / 2] < 10 * alone);
  for (std::size_t i = 0; i < slow.size(); ++i) {
    if (i % 3 != 2) CHECK(slow[i].read_answer().code() == "timeout");
    CHECK(slow[i].ended());
  }
}

TEST_CASE("64 busy connections are all answered, none much less than another", "[http][load]") {
  RunningEdge server;
  server.start();
  std::atomic<bool> over{false};
  std::vector<int> served(64, 0);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < served.size(); ++i) {
    threads.emplace_back([&, i] {
      Client client(server.port());
      const std::string body = "client " + std::to_string(i);
      while (!over) {
        if (client.ask(post("/echo", body)).body != body) ++wrong;
        ++served[i];
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
  over = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  const auto [least, most] = std::minmax_element(served.begin(), served.end());
  CAPTURE(*least, *most);
  CHECK(*least > 0);
  CHECK(*most < *least * 20);
}

TEST_CASE("floods leave memory where it was", "[http][load]") {
  RunningEdge server;
  server.start();
  const auto flood = [&](const std::string& start, const std::string& more) {
    std::vector<Client> clients;
    for (int i = 0; i < 20; ++i) {
      clients.emplace_back(server.port());
      clients.back().set_limit(std::chrono::milliseconds(2'000));
      clients.back().send(start);
      for (int j = 0; j < 40 && clients.back().send(more); ++j) {
      }
    }
  };
  const std::string lump(64 * 1024, 'x');
  std::string headers;
  for (int i = 0; i < 4'000; ++i) headers += "X: yyyyyyyyyyy\r\n";
  std::string chunks;
  for (int i = 0; i < 4'000; ++i) chunks += "8\r\nxxxxxxxx\r\n";
  flood("", lump);  // once before, so that what is measured is growth
  const std::size_t before = resident_bytes();
  for (int round = 0; round < 2; ++round) {
    flood("", lump);
    flood("GET / HTTP/1.1\r\n", headers);
    flood("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", chunks);
    flood("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n", lump);
    flood("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", lump);
  }
  if (!kSanitized) CHECK(growth(before) < 4 * kMegabyte);
  CHECK(server.edge().counts().requests <= 200);
  Client client(server.port());
  CHECK(client.ask(get("/hello")).body == "hello");
}
