// The way out: what it may reach, what it never does, and that nobody can keep it waiting.
#include <httplib.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bot/outbound/http_client.h"
#include "tests/outbound/faulty_platform.h"

using namespace attune::bot;
using namespace attune::bot::testing;
using Failure = HttpAnswer::Failure;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::shared_ptr<const Reach> own(const std::string& origin) {
  return std::make_shared<const Reach>(Reach{{}, {origin}});
}

HttpCall call_to(const FaultyPlatform& platform, const std::string& path = "/x") {
  HttpCall call;
  call.url = platform.origin() + path;
  call.reach = own(platform.origin());
  return call;
}

// A certificate for the name, which is also its own authority.
class Certificate {
 public:
  explicit Certificate(const std::string& name) {
    char folder[] = "/tmp/attune-cert-XXXXXX";
    folder_ = ::mkdtemp(folder);
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name +
                                " -addext subjectAltName=" + (name.find_first_not_of("0123456789.") == std::string::npos ? "IP:" : "DNS:") + name +
                                " -keyout " + key() + " -out " + cert() + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl made no certificate");
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  std::string key() const { return folder_ + "/key.pem"; }
  std::string cert() const { return folder_ + "/cert.pem"; }

 private:
  std::string folder_;
};

class TlsPlatform {
 public:
  explicit TlsPlatform(const Certificate& certificate) : server_(certificate.cert().c_str(), certificate.key().c_str()) {
    server_.Post("/x", [](const httplib::Request&, httplib::Response& response) { response.set_content("well", "text/plain"); });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TlsPlatform() {
    server_.stop();
    thread_.join();
  }
  std::string origin() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a call comes back with status, headers and body, and the connection is used again") {
  FaultyPlatform platform([](const std::string& request, int socket) {
    const auto body = request.substr(request.find("\r\n\r\n") + 4);
    send_all(socket, http_reply(201, "got " + body, "X-Kind: Good\r\n"));
    return true;
  });
  CurlClient client;
  for (int i = 0; i < 20; ++i) {
    HttpCall call = call_to(platform);
    call.body = "part " + std::to_string(i);
    const HttpAnswer answer = client.call(call);
    REQUIRE(answer.failure == Failure::kNone);
    CHECK(answer.status == 201);
    CHECK(answer.header("x-kind") == "Good");
    CHECK(answer.body == "got part " + std::to_string(i));
  }
  CHECK(platform.connections() == 1);
  CHECK(platform.requests() == 20);
}

TEST_CASE("only what the reach names is called") {
  FaultyPlatform platform([](const std::string&, int socket) {
    send_all(socket, http_reply(200, ""));
    return true;
  });
  CurlClient client;
  HttpCall call = call_to(platform);
  call.reach = nullptr;
  CHECK(client.call(call).failure == Failure::kNotAllowed);
  call.reach = own("http://127.0.0.1:1");
  CHECK(client.call(call).failure == Failure::kNotAllowed);
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "", "http://user@127.0.0.1/"}) {
    call.url = url;
    call.reach = std::make_shared<const Reach>(Reach{{}, {platform.origin(), "file://", "ftp://127.0.0.1"}});
    CHECK(client.call(call).failure == Failure::kNotAllowed);
  }
  CHECK(platform.requests() == 0);
}

TEST_CASE("an allowed name that leads to an address of ours is not even dialled") {
  FaultyPlatform platform([](const std::string&, int) { return false; });
  for (const std::string address : {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"}) {
    const std::string port = std::to_string(platform.port());
    CurlClient client({.names = {"api.example.org:" + port + ":" + address}});
    HttpCall call;
    call.url = "https://api.example.org:" + port + "/";
    call.reach = std::make_shared<const Reach>(Reach{{{"api.example.org", platform.port()}}, {}});
    const HttpAnswer answer = client.call(call);
    CHECK(answer.failure == Failure::kNotAllowed);
    CHECK(answer.detail == "the host's address is not public");
  }
  CHECK(platform.connections() == 0);
}

TEST_CASE("a redirect is an answer") {
  FaultyPlatform platform([](const std::string&, int socket) {
    send_all(socket, http_reply(302, "", "Location: /elsewhere\r\n"));
    return true;
  });
  CurlClient client;
  CHECK(client.call(call_to(platform)).status == 302);
  CHECK(platform.requests() == 1);
}

TEST_CASE("a line break in a header is a broken promise, not a header") {
  CurlClient client;
  HttpCall call;
  call.headers = {{"X-A", "b\r\nX-Evil: yes"}};
  CHECK_THROWS_AS(client.call(call), std::invalid_argument);
}

TEST_CASE("the deadline covers the whole call, however the bytes drip") {
  FaultyPlatform platform([](const std::string&, int socket) {
    send_all(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 1000; ++i) {
      if (::send(socket, "x", 1, MSG_NOSIGNAL) <= 0) break;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return false;
  });
  CurlClient client;
  HttpCall call = call_to(platform);
  call.deadline = milliseconds(400);
  const auto start = steady_clock::now();
  const HttpAnswer answer = client.call(call);
  const auto took = steady_clock::now() - start;
  CHECK(answer.failure == Failure::kTimeout);
  CHECK(answer.may_have_arrived);
  CHECK(took < milliseconds(400) * 20);  // and not the 50 s of all its bytes
}

TEST_CASE("an endless body ends at the cap") {
  FaultyPlatform platform([](const std::string&, int socket) {
    send_all(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    for (int i = 0; i < 64; ++i) send_all(socket, chunk);
    return false;
  });
  CurlClient client;
  HttpCall call = call_to(platform);
  call.most_bytes = 100'000;
  const HttpAnswer answer = client.call(call);
  CHECK(answer.failure == Failure::kTooLarge);
  CHECK(answer.body.empty());
}

TEST_CASE("a connection reset after the body was taken may have arrived; one refused has not") {
  int port = 0;
  {
    FaultyPlatform platform([](const std::string&, int socket) {
      const linger hard{1, 0};
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      return false;
    });
    port = platform.port();
    CurlClient client;
    const HttpAnswer answer = client.call(call_to(platform));
    CHECK(answer.failure == Failure::kBroken);
    CHECK(answer.may_have_arrived);
  }
  CurlClient client;
  HttpCall call;
  call.url = "http://127.0.0.1:" + std::to_string(port) + "/";
  call.reach = own("http://127.0.0.1:" + std::to_string(port));
  const HttpAnswer answer = client.call(call);
  CHECK(answer.failure == Failure::kUnreachable);
  CHECK_FALSE(answer.may_have_arrived);
}

TEST_CASE("certificates are verified: the authority, and the name") {
  const Certificate right("127.0.0.1"), other("other.example");
  {
    TlsPlatform platform(right);
    HttpCall call;
    call.url = platform.origin() + "/x";
    call.reach = own(platform.origin());
    CHECK(CurlClient({.ca_file = right.cert()}).call(call).status == 200);
    const HttpAnswer unknown = CurlClient().call(call);  // the system knows no such authority
    CHECK(unknown.failure == Failure::kTls);
    CHECK_FALSE(unknown.may_have_arrived);
  }
  TlsPlatform platform(other);
  HttpCall call;
  call.url = platform.origin() + "/x";
  call.reach = own(platform.origin());
  const HttpAnswer wrong_name = CurlClient({.ca_file = other.cert()}).call(call);
  CHECK(wrong_name.failure == Failure::kTls);
  CHECK_FALSE(wrong_name.may_have_arrived);
}

TEST_CASE("what is under way when the client goes is told so, once") {
  FaultyPlatform platform([](const std::string&, int) {
    std::this_thread::sleep_for(milliseconds(300));
    return false;
  });
  std::atomic<int> told{0};
  {
    CurlClient client;
    for (int i = 0; i < 20; ++i) {
      client.call(call_to(platform), [&told](HttpAnswer answer) {
        if (answer.failure == Failure::kClosing) ++told;
      });
    }
  }
  CHECK(told == 20);
}

TEST_CASE("many calls from many threads each get their own answer") {
  FaultyPlatform platform([](const std::string& request, int socket) {
    send_all(socket, http_reply(200, request.substr(request.find("\r\n\r\n") + 4)));
    return true;
  });
  CurlClient client;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        HttpCall call = call_to(platform);
        call.body = std::to_string(t * 1000 + i);
        if (client.call(call).body == call.body) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 400);
  CHECK(platform.connections() <= 8);
}
