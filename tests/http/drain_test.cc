#include <httplib.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("stop closes idle connections at once", "[http][drain]") {
  RunningEdge server;
  server.start();
  Client idle(server.port()), fresh(server.port());
  REQUIRE(idle.ask(get("/hello")).status == 200);
  REQUIRE(eventually([&] { return server.edge().counts().connections == 2; }));
  CHECK(seconds_of([&] { server.stop_and_wait(); }) < 2.0);
  CHECK(idle.ended());
  CHECK(fresh.ended());
  Client late(server.port());
  CHECK_FALSE(late.connected());
}

TEST_CASE("stop lets requests finish, says so, and ends streams", "[http][drain]") {
  RunningEdge server;
  server.start();
  Client busy(server.port()), half(server.port()), reader(server.port());
  busy.send(get("/slow?ms=400"));
  half.send("GET /hello HTTP/1.1\r\n");
  reader.send(get("/events?topic=a"));
  reader.read_until("first\n\n");
  REQUIRE(eventually([&] { return server.edge().counts().requests == 2; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server.edge().stop();
  CHECK(reader.ended());
  half.send("Host: a\r\n\r\n");
  for (Client* client : {&half, &busy}) {
    const Answer answer = client->read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.header("Connection") == "close");
    CHECK(client->ended());
  }
  busy.close();
  half.close();
  reader.close();
  CHECK(seconds_of([&] { server.stop_and_wait(); }) < 3.0);
}

TEST_CASE("a drain ends in time whatever is still held", "[http][drain]") {
  EdgeLimits limits;
  limits.drain = std::chrono::milliseconds(300);
  RunningEdge server(limits);
  std::vector<Held> held;
  server.edge().routes().Get("/held", [&](const httplib::Request&, httplib::Response&) {
    held.push_back(Exchange::current().hold());
  });
  server.start();
  Client client(server.port());
  client.send(get("/held"));
  REQUIRE(eventually([&] { return server.edge().counts().requests == 1; }));
  const double took = seconds_of([&] { server.stop_and_wait(); });
  CHECK(took >= 0.25);
  CHECK(took < 3.0);
  CHECK(client.ended());
}

TEST_CASE("stop before run is a run that ends at once", "[http][drain]") {
  Edge edge({}, 1);
  std::string why;
  REQUIRE(edge.listen("127.0.0.1", 0, why));
  edge.stop();
  CHECK(seconds_of([&] { edge.run(); }) < 2.0);
}

TEST_CASE("stop under load loses no request whose handler ran", "[http][drain]") {
  for (int round = 0; round < 5; ++round) {
    RunningEdge server;
    std::atomic<int> handled{0};
    server.edge().routes().Post("/count",
                                [&](const httplib::Request&, httplib::Response& response) {
                                  ++handled;
                                  response.set_content("counted", "text/plain");
                                });
    server.start();
    std::atomic<int> answered{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        Client client(server.port());
        while (client.connected() && client.send(post("/count", "x"))) {
          const Answer answer = client.read_answer();
          if (answer.status == 0) return;  // closed before the request was taken
          (answer.body == "counted" ? answered : wrong)++;
          if (answer.header("Connection") == "close") return;
        }
      });
    }
    REQUIRE(eventually([&] { return handled > 500; }));
    const double took = seconds_of([&] { server.stop_and_wait(); });
    for (std::thread& thread : threads) thread.join();
    CHECK(took < 5.5);
    CHECK(wrong == 0);
    CHECK(answered == handled);
  }
}
