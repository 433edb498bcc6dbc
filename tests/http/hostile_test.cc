// What an attacker tries: guides/reliability.md, section 0, and rows H1 to H6 of its test plan, in
// a form that runs in seconds.
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/http/client.h"
#include "tests/http/running_edge.h"

using namespace attune::bot;
using namespace attune::bot::testing;

namespace {

struct Attack {
  const char* name;
  std::string bytes;
  int status;
};

std::string post_head(const std::string& lines) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

std::vector<Attack> attacks() {
  const std::string megabyte(1024 * 1024, 'a');
  std::string headers;
  for (int i = 0; i < 65; ++i) headers += "X" + std::to_string(i) + ": y\r\n";
  std::string many;
  for (int i = 0; i < 50; ++i) many += headers;
  return {
      {"no newline at all", megabyte, 414},
      {"endless headers", "GET / HTTP/1.1\r\nHost: a\r\n" + many, 431},
      {"one endless header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + megabyte, 431},
      {"65 headers", get("/hello", headers), 431},
      {"a 20 KB target", get("/" + std::string(20'000, 'a')), 414},
      {"a 10 MB body", post_head("Content-Length: 10485760\r\n") + megabyte, 413},
      {"a 10 MB chunked body",
       post_head("Transfer-Encoding: chunked\r\n") + "a00000\r\n" + megabyte, 413},
      {"a chunk of ffffffff", post_head("Transfer-Encoding: chunked\r\n") + "ffffffff\r\nx", 413},
      {"a chunk size that overflows",
       post_head("Transfer-Encoding: chunked\r\n") + "10000000000000005\r\nx", 413},
      {"a chunk of -2", post_head("Transfer-Encoding: chunked\r\n") + "-2\r\nx", 400},
      {"TE with CL", post_head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
       400},
      {"two CL", post_head("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello", 400},
      {"CL -1", post_head("Content-Length: -1\r\n") + "x", 400},
      {"CL abc", post_head("Content-Length: abc\r\n") + "x", 400},
      {"a gzip body", post_head("Content-Encoding: gzip\r\nContent-Length: 2\r\n") + "\x1f\x8b",
       415},
      {"multipart",
       post_head("Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 1\r\n") + "x",
       415},
      {"a body on GET", get("/hello", "Content-Length: 30\r\n") + get("/hello"), 400},
      {"an obs-fold", get("/hello", "X: a\r\n\tb\r\n"), 400},
      {"bare line feeds", "GET /hello HTTP/1.1\nHost: a\n\n", 400},
      {"a NUL in a header", get("/hello", std::string("X: a\0b\r\n", 8)), 400},
      {"%00 in the path", get("/hello%00.txt"), 400},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"TLS to a plain port",
       std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
      {"HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"an unknown method", "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
  };
}

}  // namespace

TEST_CASE("every attack is refused in the error format, and the connection closed",
          "[http][hostile]") {
  RunningEdge server;
  server.start();
  for (const Attack& attack : attacks()) {
    CAPTURE(attack.name);
    Client client(server.port());
    client.send(attack.bytes);
    const Answer answer = client.read_answer();
    CHECK(answer.status == attack.status);
    CHECK_FALSE(answer.code().empty());
    CHECK(answer.header("Connection") == "close");
    CHECK(answer.header("X-Default") != "");
    CHECK(client.ended());
    Client next(server.port());
    CHECK(next.ask(get("/hello")).body == "hello");
  }
}

TEST_CASE("a refused upload can be sent to its end, so that the refusal is read",
          "[http][hostile]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  CHECK(client.send(post_head("Content-Length: 12582912\r\n") + std::string(12'582'912, 'x')));
  CHECK(client.read_answer().code() == "body_too_large");
}

TEST_CASE("hostile JSON is refused in the error format", "[http][hostile]") {
  RunningEdge server;
  server.start();
  Client client(server.port());
  const auto send = [&](const std::string& body) {
    return client.ask(post("/json", body, "Content-Type: application/json\r\n"));
  };
  CHECK(send(R"({"text":"yes"})").body == "yes");
  CHECK(send(std::string(30'000, '[') + std::string(30'000, ']')).code() == "bad_json");
  CHECK(send("{\"text\":\"\xff\"}").code() == "bad_json");
  CHECK(send(R"({"text":"\ud83d"})").code() == "bad_json");
  CHECK(send(R"({"text":"a","text":"b"})").code() == "bad_json");
  CHECK(send(R"({"text":1e400})").code() == "bad_json");
  CHECK(send(R"({"text":"longer than ten"})").code() == "text_too_long");
  CHECK(client.ask(post("/json", "{}")).code() == "unsupported_media");
}

TEST_CASE("no smuggled request is ever answered", "[http][hostile]") {
  // Each pair ends in a request that a lax server would see as its own. It must never be answered:
  // one refusal, or one answer to the first request that holds the rest as its body, then the end.
  RunningEdge server;
  server.start();
  const std::string hidden = "GET /headers HTTP/1.1\r\nHost: a\r\nX-Smuggled: 1\r\n\r\n";
  std::mt19937 random(20261123);
  const std::vector<std::string> lengths = {
      "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
      "Content-Length: 0\r\nContent-Length: " + std::to_string(hidden.size()) + "\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding:\x0b"
      "chunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
      "Content-Length: 0, 5\r\n",
      "Content-Length: 0\r\n Content-Length: 5\r\n",
      "Content-Length: +0\r\n",
      "X: y\nContent-Length: 0\r\n",
      "Content-Length:\r\n",
      "Content_Length: x\nHost: b\r\n"};
  int seen = 0;
  std::size_t before = 0;
  for (int round = 0; round < 10'000; ++round) {
    if (round == 1'000) before = resident_bytes();
    std::string first = post_head(lengths[random() % lengths.size()]);
    const char* chunks[] = {"0\r\n\r\n", "0\n\n", "0;\r\r\n\r\n", "00000000000\r\n\r\n", ""};
    first += chunks[random() % 5];
    Client client(server.port());
    client.send(first + hidden);
    const Answer answer = client.read_answer();
    const bool refused = answer.status >= 400 && !answer.code().empty();
    const std::string rest = client.read_until("no such text");
    if (!refused || rest.find("HTTP/1.1") != std::string::npos) ++seen;
  }
  CHECK(seen == 0);
  if (!kSanitized) CHECK(resident_bytes() < before + 2 * 1024 * 1024);
}

TEST_CASE("random bytes are refused and never stop the server", "[http][hostile]") {
  RunningEdge server;
  server.start();
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = random() % 2 == 0 ? get("/hello") : post("/echo", "some text");
    for (int edits = 0; edits < 4; ++edits) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Client client(server.port());
    client.send(bytes);
    client.shut_sending();
    client.ended();
  }
  Client client(server.port());
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("a slow head is cut and told why; a slow body too; an idle one in silence",
          "[http][hostile]") {
  EdgeLimits limits;
  limits.head_deadline = std::chrono::milliseconds(200);
  limits.body_deadline = std::chrono::milliseconds(300);
  limits.idle_deadline = std::chrono::milliseconds(400);
  RunningEdge server(limits);
  server.start();
  Client head(server.port()), body(server.port()), idle(server.port()), between(server.port());
  head.send("GET /hel");
  body.send(post_head("Content-Length: 10\r\n") + "half");
  CHECK(between.ask(get("/hello")).status == 200);
  CHECK(head.read_answer().code() == "timeout");
  CHECK(head.ended());
  CHECK(body.read_answer().code() == "timeout");
  CHECK(body.ended());
  CHECK(idle.read_until("anything").empty());
  CHECK(idle.ended());
  CHECK(between.ended());
}

TEST_CASE("dripping bytes does not stretch a deadline", "[http][hostile]") {
  EdgeLimits limits;
  limits.head_deadline = std::chrono::milliseconds(300);
  RunningEdge server(limits);
  server.start();
  Client client(server.port());
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\n");
  const auto start = std::chrono::steady_clock::now();
  bool open = true;
  for (int i = 0; i < 300 && open; ++i) {
    open = client.send("X");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    open = open && server.edge().counts().refused == 0;
  }
  CHECK_FALSE(open);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2'500));
  CHECK(client.read_answer().code() == "timeout");
}

TEST_CASE("connections beyond the cap are told 503 and closed", "[http][hostile]") {
  EdgeLimits limits;
  limits.connections = 5;
  RunningEdge server(limits);
  server.start();
  std::vector<Client> kept;
  for (int i = 0; i < 5; ++i) {
    kept.emplace_back(server.port());
    REQUIRE(kept.back().ask(get("/hello")).status == 200);
  }
  Client over(server.port());
  const Answer answer = over.ask(get("/hello"));
  CHECK(answer.status == 503);
  CHECK(answer.header("Retry-After") == "1");
  CHECK(over.ended());
  kept.pop_back();
  CHECK(eventually([&] { return Client(server.port()).ask(get("/hello")).status == 200; }));
}

TEST_CASE("half-sent bodies together are bounded", "[http][hostile]") {
  EdgeLimits limits;
  limits.buffered_bytes = 1024 * 1024;
  RunningEdge server(limits);
  server.start();
  std::vector<Client> senders;
  for (int i = 0; i < 64; ++i) {
    senders.emplace_back(server.port());
    senders.back().send(post_head("Content-Length: 65536\r\n") + std::string(60'000, 'x'));
  }
  CHECK(eventually([&] { return server.edge().counts().shed > 0; }));
  Client other(server.port());
  CHECK(other.ask(get("/hello")).status == 200);
  senders.clear();
  CHECK(eventually([&] { return server.edge().counts().connections == 1; }));
  CHECK(other.ask(post("/echo", std::string(60'000, 'y'))).status == 200);
}

TEST_CASE("a full queue answers 503 at once and keeps the connection", "[http][hostile]") {
  EdgeLimits limits;
  limits.waiting_requests = 2;
  RunningEdge server(limits, 1);
  server.start();
  std::vector<Client> clients;
  for (int i = 0; i < 12; ++i) clients.emplace_back(server.port());
  for (Client& client : clients) client.send(get("/slow?ms=300"));
  int served = 0;
  int shed = 0;
  for (Client& client : clients) {
    const Answer answer = client.read_answer();
    served += answer.status == 200;
    if (answer.status != 503) continue;
    ++shed;
    CHECK(answer.code() == "busy");
    CHECK(answer.header("Retry-After") == "1");
    CHECK(answer.header("Connection").empty());
  }
  CHECK(served >= 2);  // all may come in one round, before the worker takes any
  CHECK(shed == static_cast<int>(clients.size()) - served);
  CHECK(shed > 0);
  CHECK(clients.back().ask(get("/hello")).status == 200);
}
