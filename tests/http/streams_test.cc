#include <httplib.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

namespace {

std::string event(int id, const std::string& data = "text") {
  return "id: " + std::to_string(id) + "\ndata: " + data + "\n\n";
}

}  // namespace

TEST_CASE("a stream has its head, its backlog, and what is published on its topic",
          "[http][streams]") {
  RunningEdge server;
  server.start();
  Client reader(server.port()), other(server.port());
  reader.send(get("/events?topic=a"));
  other.send(get("/events?topic=b"));
  const std::string start = reader.read_until("first\n\n");
  CHECK(start.find("HTTP/1.1 200 OK\r\n") == 0);
  CHECK(start.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(start.find("Cache-Control: no-store\r\n") != std::string::npos);
  CHECK(start.find("X-Default: yes\r\n") != std::string::npos);
  CHECK(start.find("Content-Length") == std::string::npos);
  CHECK(start.substr(start.find("\r\n\r\n") + 4) == "id: 0\ndata: first\n\n");
  other.read_until("first\n\n");
  CHECK(server.edge().counts().streams == 2);
  server.edge().publish("a", event(1));
  server.edge().publish("b", event(2));
  server.edge().publish("a", event(3));
  CHECK(reader.read_until("id: 3\ndata: text\n\n") == event(1) + event(3));
  CHECK(other.read_until("\n\n") == event(2));
  reader.close();
  CHECK(eventually([&] { return server.edge().counts().streams == 1; }));
  server.edge().publish("a", event(4));
  server.edge().publish("b", event(5));
  CHECK(other.read_until("\n\n") == event(5));
}

TEST_CASE("what is published while the backlog is read is neither lost nor doubled",
          "[http][streams]") {
  RunningEdge server;
  server.edge().routes().Get("/late", [&](const httplib::Request&, httplib::Response&) {
    std::string backlog = event(1);
    server.edge().publish("t", event(1));  // stands in the backlog as well
    server.edge().publish("t", event(2));  // does not
    server.edge().publish("u", event(9));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    Exchange::current().stream("t", std::move(backlog));
  });
  server.start();
  Client reader(server.port());
  reader.send(get("/late"));
  reader.read_until("\r\n\r\n");
  server.edge().publish("t", event(3));
  Client again(server.port());
  again.send(get("/late"));
  const std::string all = again.read_until("id: 2\ndata: text\n\n");
  CHECK(all.substr(all.find("\r\n\r\n") + 4) == event(1) + event(2));
}

TEST_CASE("a held stream begins when it is released", "[http][streams]") {
  RunningEdge server;
  server.edge().routes().Get("/held", [](const httplib::Request&, httplib::Response&) {
    Exchange& exchange = Exchange::current();
    const Held held = exchange.hold();
    exchange.stream("h", event(1));
    held.release();
  });
  server.start();
  Client reader(server.port());
  reader.send(get("/held"));
  CHECK(reader.read_until(event(1)).find(event(1)) != std::string::npos);
}

TEST_CASE("heartbeats keep a quiet stream open", "[http][streams]") {
  EdgeLimits limits;
  limits.heartbeat = std::chrono::milliseconds(150);
  limits.idle_deadline = std::chrono::milliseconds(200);
  RunningEdge server(limits);
  server.start();
  Client reader(server.port());
  reader.send(get("/events?topic=a"));
  reader.read_until("first\n\n");
  for (int i = 0; i < 4; ++i) CHECK(reader.read_until("\n\n") == ": still here\n\n");
  server.edge().publish("a", event(1));
  CHECK(reader.read_until(event(1)).find(event(1)) != std::string::npos);
}

TEST_CASE("a reader too far behind is dropped, the others get everything", "[http][streams]") {
  RunningEdge server;
  server.start();
  Client quick(server.port()), slow(server.port(), 4096);
  quick.send(get("/events?topic=a"));
  slow.send(get("/events?topic=a"));
  quick.read_until("first\n\n");
  slow.read_until("first\n\n");
  REQUIRE(eventually([&] { return server.edge().counts().streams == 2; }));
  const std::string data(16 * 1024, 'd');
  int published = 0;
  while (server.edge().counts().streams == 2 && published < 4'000) {
    server.edge().publish("a", event(++published, data));
    REQUIRE(quick.read_until(event(published, data)).size() >= data.size());
  }
  CHECK(server.edge().counts().streams == 1);
  server.edge().publish("a", event(0));
  CHECK(quick.read_until(event(0)) == event(0));
  slow.set_limit(std::chrono::seconds(10));
  CHECK(slow.ended());
}

TEST_CASE("a reader that takes nothing is dropped after the write deadline", "[http][streams]") {
  EdgeLimits limits;
  limits.write_deadline = std::chrono::milliseconds(200);
  limits.stream_unsent_bytes = 64 * 1024 * 1024;
  RunningEdge server(limits);
  server.start();
  Client slow(server.port(), 4096);
  slow.send(get("/events?topic=a"));
  slow.read_until("first\n\n");
  server.edge().publish("a", event(1, std::string(16 * 1024 * 1024, 'd')));
  CHECK(eventually([&] { return server.edge().counts().streams == 0; }));
}

TEST_CASE("streams are capped", "[http][streams]") {
  EdgeLimits limits;
  limits.streams = 3;
  RunningEdge server(limits);
  server.start();
  std::vector<Client> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back(server.port());
    readers.back().send(get("/events?topic=a"));
    readers.back().read_until("first\n\n");
  }
  Client over(server.port());
  const Answer answer = over.ask(get("/events?topic=a"));
  CHECK(answer.status == 503);
  CHECK(answer.code() == "busy");
  CHECK(over.ask(get("/hello")).status == 200);
}

TEST_CASE("HEAD of a stream is a head and no stream", "[http][streams]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  client.send("HEAD /events?topic=a HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.read_answer(true).status == 200);
  CHECK(server.edge().counts().streams == 0);
}

TEST_CASE("what a reader sends into its stream is dropped", "[http][streams]") {
  RunningEdge server;
  server.start();
  Client reader(server.port());
  reader.send(get("/events?topic=a"));
  reader.read_until("first\n\n");
  reader.send(get("/throw") + get("/throw"));
  server.edge().publish("a", event(1));
  CHECK(reader.read_until("\n\n") == event(1));
  CHECK(server.troubles().empty());
}
