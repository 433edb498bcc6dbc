// What a well-behaved client meets.
#include <httplib.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

TEST_CASE("a reply has the edge's headers and no others", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  const Answer answer = client.ask(get("/hello"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello");
  CHECK(answer.header("Content-Type") == "text/plain");
  CHECK(answer.header("Date").size() == 29);
  CHECK(answer.header("X-Default") == "yes");
  CHECK(answer.header("X-Overridden") == "by the handler");
  for (const char* name : {"Server", "Connection", "Keep-Alive", "EXCEPTION_WHAT"}) {
    CHECK(answer.header(name).empty());
  }
}

TEST_CASE("bare statuses and the library's own errors become the one format", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  CHECK(client.ask(get("/nope")).code() == "not_found");
  CHECK(client.ask(post("/hello", "x")).code() == "not_found");
  const Answer busy = client.ask(get("/status?code=503"));
  CHECK(busy.code() == "busy");
  CHECK(busy.header("Retry-After") == "1");
  CHECK(busy.header("X-Default") == "yes");
  const Answer none = client.ask(get("/status?code=204"));
  CHECK(none.status == 204);
  CHECK(none.header("Content-Length").empty());
  CHECK(client.ask(get("/status?code=304")).status == 304);
  CHECK(client.ask(get("/status?code=700")).code() == "internal");
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("what a handler throws is told to the log, never to the client", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  const Answer answer = client.ask(get("/throw?token=abc"));
  CHECK(answer.status == 500);
  CHECK(answer.code() == "internal");
  CHECK((answer.head + answer.body).find("secret") == std::string::npos);
  CHECK((answer.head + answer.body).find("EXCEPTION") == std::string::npos);
  CHECK(answer.header("X-Half-Made").empty());
  REQUIRE(server.troubles() == std::vector<std::string>{"internal 500 /throw secret words"});
  CHECK(answer.body.find("\"id\":\"" + server.trouble_ids()[0] + "\"") != std::string::npos);
  CHECK(client.ask(get("/hello")).status == 200);
}

TEST_CASE("HEAD has the head of GET and no body", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
  const Answer head = client.read_answer(true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "5");
  CHECK(head.header("Accept-Ranges").empty());
  CHECK(client.read_answer().body == "hello");
}

TEST_CASE("HTTP/1.0 and Connection: close are answered and closed", "[http][flow]") {
  RunningEdge server;
  server.start();
  for (const std::string& request :
       {std::string("GET /hello HTTP/1.0\r\n\r\n"), get("/hello", "Connection: close\r\n")}) {
    Client client(server.port());
    const Answer answer = client.ask(request);
    CHECK(answer.body == "hello");
    CHECK(answer.header("Connection") == "close");
    CHECK(client.ended());
  }
}

TEST_CASE("a client that shuts its side after asking is still answered", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  client.send(get("/slow?ms=50"));
  client.shut_sending();
  CHECK(client.read_answer().body == "slow");
  CHECK(client.ended());
}

TEST_CASE("pipelined requests are answered in order, each by its own reply", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 300; ++i) {
    all += i % 10 == 0 ? get("/slow?ms=2") : post("/echo", "body " + std::to_string(i));
  }
  client.send(all);
  for (int i = 0; i < 300; ++i) {
    const std::string expected = i % 10 == 0 ? "slow" : "body " + std::to_string(i);
    REQUIRE(client.read_answer().body == expected);
  }
}

TEST_CASE("bodies arrive byte for byte, with a length or in chunks", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  std::string body;
  for (int i = 0; i < 64 * 1024; ++i) body += static_cast<char>(i * 7);
  CHECK(client.ask(post("/echo", body)).body == body);
  std::string chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 4096) {
    chunked += "1000\r\n" + body.substr(at, 4096) + "\r\n";
  }
  CHECK(client.ask(chunked + "0\r\nTrailer: dropped\r\n\r\n").body == body);
  CHECK(client.ask(post("/echo", "")).body.empty());
}

TEST_CASE("Expect: 100-continue is answered before the body and refusals come instead",
          "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("talk");
  CHECK(client.read_answer().body == "talk");
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n");
  CHECK(client.read_answer().code() == "body_too_large");
}

TEST_CASE("forms of any size reach the handler raw", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  const std::string form = "payload=" + std::string(20'000, 'x');
  const Answer answer =
      client.ask(post("/echo?q=1", form, "Content-Type: application/x-www-form-urlencoded\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.body == form);
  CHECK(answer.header("X-Type") == "Application/x-www-form-urlencoded");
  CHECK(answer.header("X-Params") == "1");  // the query's only
}

TEST_CASE("handlers see the client's headers as sent, and no forged ones", "[http][flow]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  const Answer answer =
      client.ask(get("/headers",
                     "REMOTE_ADDR: 6.6.6.6\r\nLOCAL_PORT: 1\r\nX-Percent: a%0d%0ab\r\n"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nRange: bytes=0-1\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.body.find("peer=127.0.0.1\n") != std::string::npos);
  CHECK(answer.body.find("X-Percent=a%0d%0ab\n") != std::string::npos);
  CHECK(answer.body.find("6.6.6.6") == std::string::npos);
  CHECK(answer.body.find("websocket") == std::string::npos);
}

TEST_CASE("a query may hold a question mark", "[http][flow]") {
  RunningEdge server;
  server.edge().routes().Get("/q",
                             [](const httplib::Request& request, httplib::Response& response) {
                               response.set_content(request.get_param_value("a"), "text/plain");
                             });
  server.start();
  Client client(server.port());
  CHECK(client.ask(get("/q?a=why?")).body == "why?");
}

TEST_CASE("a header of a handler that would split the reply makes it a 500", "[http][flow]") {
  RunningEdge server;
  server.edge().routes().Get("/split", [](const httplib::Request&, httplib::Response& response) {
    response.headers.emplace("X-Name", "a\r\nX-Evil: 1");
  });
  server.start();
  Client client(server.port());
  const Answer answer = client.ask(get("/split"));
  CHECK(answer.code() == "internal");
  CHECK(answer.head.find("X-Evil") == std::string::npos);
}

TEST_CASE("a port in use is refused with the reason", "[http][flow]") {
  RunningEdge server;
  server.start();
  const std::string where = "127.0.0.1:" + std::to_string(server.port());
  Edge second({}, 1);
  std::string why;
  CHECK_FALSE(second.listen("127.0.0.1", server.port(), why));
  CHECK(why == where + " is in use by another program");
  CHECK_FALSE(second.listen("203.0.113.7", 0, why));
  CHECK(why == "203.0.113.7 is not an address of this machine");
  CHECK_FALSE(second.listen("not an address", 0, why));
  CHECK(why.find("\"not an address\" is not an address") == 0);
  CHECK_FALSE(second.listen("127.0.0.1", 70'000, why));
}

TEST_CASE("the exchange exists only inside a handler", "[http][flow]") {
  CHECK_THROWS_AS(Exchange::current(), std::logic_error);
}
