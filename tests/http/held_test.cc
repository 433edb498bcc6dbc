#include <httplib.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bot/http/error.h"
#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;
using httplib::Request;
using httplib::Response;

namespace {

// The store of these tests: a list of held replies, decided by the test.
class Shelf {
 public:
  void put(Held held) {
    std::lock_guard lock(mutex_);
    held_.push_back(std::move(held));
    arrived_.notify_all();
  }
  // Waits for the next one.
  Held take() {
    std::unique_lock lock(mutex_);
    REQUIRE(arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return !held_.empty(); }));
    Held held = std::move(held_.front());
    held_.pop_front();
    return held;
  }
  std::size_t size() {
    std::lock_guard lock(mutex_);
    return held_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Held> held_;
};

// GET /held: holds, and writes how often it was tried.
struct HeldServer {
  Shelf shelf;
  RunningEdge server;

  explicit HeldServer(EdgeLimits limits = {}) : server(limits) {
    server.edge().routes().Get("/held", [this](const Request&, Response& response) {
      Exchange& exchange = Exchange::current();
      response.set_content("try " + std::to_string(exchange.tries()), "text/plain");
      shelf.put(exchange.hold());
    });
    server.edge().routes().Get("/held-then-throws", [this](const Request&, Response&) {
      shelf.put(Exchange::current().hold());
      throw std::runtime_error("late trouble");
    });
    server.edge().routes().Get("/refuses", [](const Request&, Response& response) {
      answer_error(response, "unavailable");
    });
    server.edge().routes().Get("/decided-inside", [](const Request& request, Response& response) {
      Exchange& exchange = Exchange::current();
      const Held held = exchange.hold();
      response.set_content("try " + std::to_string(exchange.tries()), "text/plain");
      const std::string how = request.get_param_value("how");
      if (how == "release" || exchange.tries() > 1) held.release();
      if (how == "replace") held.replace(409, R"({"replaced":true})");
      if (how == "redo") held.redo();
      if (how == "refuse") held.refuse("unavailable");
    });
    server.start();
  }
};

}  // namespace

TEST_CASE("what is refused by us is in the log under the id that the client is told", "[http][held][error]") {
  HeldServer held;
  const std::string target = GENERATE("/decided-inside?how=refuse", "/refuses");
  Client client(held.server.port());
  const Answer answer = client.ask(get(target));
  CHECK(answer.status == 503);
  CHECK(answer.header("Retry-After") == "1");
  const std::string path = target.substr(0, target.find('?'));
  REQUIRE(held.server.troubles() == std::vector<std::string>{"unavailable 503 " + path + " "});
  CHECK(answer.body.find("\"id\":\"" + held.server.trouble_ids()[0] + "\"") != std::string::npos);
}

TEST_CASE("a held reply waits, and is sent when released", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  client.send(get("/held"));
  const Held reply = held.shelf.take();
  client.set_limit(std::chrono::milliseconds(100));
  CHECK(client.read_answer().status == 0);
  client.set_limit(std::chrono::seconds(10));
  reply.release();
  const Answer answer = client.read_answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == "try 0");
  CHECK(client.ask(get("/hello")).status == 200);
}

TEST_CASE("a held reply can be replaced, and a 503 says when to come back", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  client.send(get("/held"));
  held.shelf.take().replace(503, R"({"error":"mine"})");
  const Answer answer = client.read_answer();
  CHECK(answer.status == 503);
  CHECK(answer.body == R"({"error":"mine"})");
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.header("Retry-After") == "1");
  CHECK(answer.header("X-Default") == "yes");
}

TEST_CASE("redo runs the handler again on the same request", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  client.send(get("/held"));
  for (int i = 0; i < 5; ++i) held.shelf.take().redo();
  held.shelf.take().release();
  CHECK(client.read_answer().body == "try 5");
}

TEST_CASE("an answer before the handler returns waits for it", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  CHECK(client.ask(get("/decided-inside?how=release")).body == "try 0");
  CHECK(client.ask(get("/decided-inside?how=replace")).body == R"({"replaced":true})");
  CHECK(client.ask(get("/decided-inside?how=redo")).body == "try 2");
}

TEST_CASE("only the first answer counts, and one of an earlier try counts for nothing",
          "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  client.send(get("/held"));
  const Held first = held.shelf.take();
  first.redo();
  first.replace(500, "{}");
  const Held second = held.shelf.take();
  first.release();
  client.set_limit(std::chrono::milliseconds(100));
  CHECK(client.read_answer().status == 0);
  client.set_limit(std::chrono::seconds(10));
  second.release();
  second.replace(500, "{}");
  CHECK(client.read_answer().body == "try 1");
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("a held reply nobody answers is a 500, and the log is told", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  client.send(get("/held"));
  { const Held dropped = held.shelf.take(); }
  CHECK(client.read_answer().code() == "internal");
  REQUIRE(held.server.troubles().size() == 1);
  CHECK(held.server.troubles()[0] == "internal 500 /held a held reply was never answered");
}

TEST_CASE("a Held dropped inside the handler has answered, whatever a second one says",
          "[http][held]") {
  RunningEdge server;
  server.edge().routes().Get("/twice", [](const Request&, Response& response) {
    response.set_content("too late", "text/plain");
    { const Held dropped = Exchange::current().hold(); }
    Exchange::current().hold().release();
  });
  server.start();
  Client client(server.port());
  CHECK(client.ask(get("/twice")).code() == "internal");
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("a request that waited beyond the deadline is answered, and its handler never runs",
          "[http][held]") {
  EdgeLimits limits;
  limits.held_deadline = std::chrono::milliseconds(150);
  RunningEdge server(limits, 1);
  std::atomic<int> ran{0};
  server.edge().routes().Get("/count", [&](const Request&, Response&) { ++ran; });
  server.start();
  Client slow(server.port()), queued(server.port());
  slow.send(get("/slow?ms=800"));
  REQUIRE(eventually([&] { return server.edge().counts().requests == 1; }));
  queued.send(get("/count"));
  CHECK(queued.read_answer().code() == "unavailable");
  CHECK(slow.read_answer().body == "slow");
  CHECK(slow.ask(get("/hello")).body == "hello");  // the worker has passed the queued one
  CHECK(ran == 0);
}

TEST_CASE("a held reply not answered in time is a 503, and a late answer is dropped",
          "[http][held]") {
  EdgeLimits limits;
  limits.held_deadline = std::chrono::milliseconds(200);
  HeldServer held(limits);
  Client client(held.server.port());
  client.send(get("/held"));
  const Held late = held.shelf.take();
  const Answer answer = client.read_answer();
  CHECK(answer.status == 503);
  CHECK(answer.code() == "unavailable");
  CHECK(answer.header("Retry-After") == "1");
  late.release();
  CHECK(client.ask(get("/hello")).body == "hello");
  // A handler that only works long is left to finish.
  CHECK(client.ask(get("/slow?ms=700")).body == "slow");
}

TEST_CASE("a handler that throws after holding is answered at once", "[http][held]") {
  HeldServer held;
  Client client(held.server.port());
  CHECK(client.ask(get("/held-then-throws")).code() == "internal");
  held.shelf.take().release();
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("a reply released after its client has gone is dropped", "[http][held]") {
  HeldServer held;
  Client gone(held.server.port());
  gone.send(get("/held"));
  const Held orphan = held.shelf.take();
  gone.reset();
  REQUIRE(eventually([&] { return held.server.edge().counts().connections == 0; }));
  // The next client gets the same descriptor, and waits as the first did.
  Client next(held.server.port());
  next.send(get("/held"));
  const Held own = held.shelf.take();
  orphan.replace(500, "of another client");
  next.set_limit(std::chrono::milliseconds(100));
  CHECK(next.read_answer().status == 0);
  next.set_limit(std::chrono::seconds(10));
  own.release();
  CHECK(next.read_answer().body == "try 0");
}

TEST_CASE("a Held may outlive its edge", "[http][held]") {
  std::vector<Held> survivors;
  {
    EdgeLimits limits;
    limits.drain = std::chrono::milliseconds(100);
    HeldServer held(limits);
    Client client(held.server.port()), other(held.server.port());
    client.send(get("/held"));
    other.send(get("/held"));
    survivors.push_back(held.shelf.take());
    survivors.push_back(held.shelf.take());
    held.server.stop_and_wait();
  }
  survivors[0].release();
  survivors.clear();  // the second was never answered
}

TEST_CASE("a stranger's redo storm and answers from many threads give one reply each",
          "[http][held]") {
  HeldServer held;
  std::vector<Client> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(held.server.port());
    clients.back().send(get("/held"));
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([reply = held.shelf.take(), i] {
      std::vector<std::thread> racers;
      for (int j = 0; j < 3; ++j) {
        racers.emplace_back([reply, i, j] {
          if ((i + j) % 2 == 0) {
            reply.release();
          } else {
            reply.replace(200, "try 0");
          }
        });
      }
      for (std::thread& racer : racers) racer.join();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (Client& client : clients) {
    CHECK(client.read_answer().body == "try 0");
    CHECK(client.ask(get("/hello")).body == "hello");
  }
}
