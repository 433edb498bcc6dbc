#include "bot/http/framing.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace attune::bot;
using attune::bot::edge::FramedRequest;
using attune::bot::edge::Framing;

namespace {

EdgeLimits small_limits() {
  EdgeLimits limits;
  limits.head_bytes = 1024;
  limits.headers = 8;
  limits.target_bytes = 128;
  limits.body_bytes = 512;
  return limits;
}

// Everything the framing says about some bytes, as one text: each request whole, then the end.
std::string verdict(const std::vector<std::string_view>& pieces, const EdgeLimits& limits) {
  Framing framing(limits);
  std::string out;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      framing.feed(piece);
      if (framing.state() == Framing::State::kWhole) {
        const FramedRequest request = framing.take();
        out += request.head.method + " " + request.head.target + " (" + request.body + ")";
        for (const auto& [name, value] : request.head.headers) out += " " + name + "=" + value;
        out += request.head.close ? " close\n" : "\n";
      }
      if (framing.state() == Framing::State::kRefused) return out + std::string(framing.error());
    }
  }
  switch (framing.state()) {
    case Framing::State::kHead:
      return out + "head";
    case Framing::State::kBody:
      return out + "body";
    default:
      return out;
  }
}

std::string whole(std::string_view bytes) { return verdict({bytes}, small_limits()); }

std::string with_header(const std::string& line) {
  return whole("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n");
}
std::string post_with(const std::string& lines, const std::string& body = "") {
  return whole("POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body);
}

const std::vector<std::string>& samples() {
  static const std::vector<std::string> all = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX: 1\r\nX:2\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.0\r\n\r\n",
      "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\nGET /n HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffff1\r\n",
      "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA\r\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      "GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'a') + "\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(200, '\n'),
      std::string(3000, 'x'),
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 513\r\n\r\n" + std::string(513, 'b'),
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 512\r\n\r\n" + std::string(512, 'b'),
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ",
  };
  return all;
}

}  // namespace

TEST_CASE("a plain request is taken whole", "[http][framing]") {
  CHECK(whole("GET /a?b HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n") ==
        "GET /a?b () Host=a Accept=text/html\n");
  CHECK(post_with("Content-Length: 2\r\n", "hi") == "POST / (hi) Host=a\n");
  CHECK(post_with("Content-Length: 0\r\n") == "POST / () Host=a\n");
  CHECK(post_with("") == "POST / () Host=a\n");
  CHECK(post_with("Content-Length: 3\r\n", "hi") == "body");
  CHECK(whole("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == "OPTIONS * () Host=a\n");
}

TEST_CASE("HTTP/1.0 needs no host and always closes", "[http][framing]") {
  CHECK(whole("GET / HTTP/1.0\r\n\r\n") == "GET / () close\n");
  CHECK(whole("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == "GET / () close\n");
  CHECK(whole("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "bad_length");
}

TEST_CASE("the request line is exact", "[http][framing]") {
  const auto line = [](const std::string& text) { return whole(text + "\r\nHost: a\r\n\r\n"); };
  CHECK(line("GET  / HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /") == "bad_request_line");
  CHECK(line(" GET / HTTP/1.1") == "bad_request_line");
  CHECK(line("GET / HTTP/1.1 ") == "bad_request_line");
  CHECK(line("GET / http/1.1") == "bad_request_line");
  CHECK(line("G(T / HTTP/1.1") == "bad_request_line");
  CHECK(line("GET a HTTP/1.1") == "bad_request_line");
  CHECK(line("GET http://a/ HTTP/1.1") == "bad_request_line");
  CHECK(line("GET * HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /a#b HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /\x80 HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /%0 HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /%zz HTTP/1.1") == "bad_request_line");
  CHECK(line("GET /%00 HTTP/1.1") == "bad_request_line");
  CHECK(line("GET / HTTP/2.0") == "http_version");
  CHECK(line("GET / HTTP/1.2") == "http_version");
  CHECK(line("BREW / HTTP/1.1") == "unknown_method");
  CHECK(line("TRACE / HTTP/1.1") == "unknown_method");
  CHECK(line("get / HTTP/1.1") == "unknown_method");
  CHECK(line("GET /" + std::string(127, 'a') + " HTTP/1.1").substr(0, 5) == "GET /");
  CHECK(line("GET /" + std::string(128, 'a') + " HTTP/1.1") == "target_too_long");
}

TEST_CASE("header lines are exact", "[http][framing]") {
  CHECK(with_header("X: a\tb \t") == "GET / () Host=a X=a\tb\n");
  CHECK(with_header("X:") == "GET / () Host=a X=\n");
  CHECK(with_header("X: \xc3\xa9") == "GET / () Host=a X=\xc3\xa9\n");
  CHECK(with_header("X : a") == "bad_header");
  CHECK(with_header(": a") == "bad_header");
  CHECK(with_header("X") == "bad_header");
  CHECK(with_header("X\xc3\xa9: a") == "bad_header");
  CHECK(with_header("X: a\r\n b") == "bad_header");
  CHECK(with_header("X: a\rb") == "bad_header");
  CHECK(with_header(std::string("X: a\0b", 6)) == "bad_header");
  CHECK(with_header("X: a\x7f") == "bad_header");
  CHECK(with_header("X: \x1b[31m") == "bad_header");
  CHECK(with_header("X: a\nY: b") == "bad_line_end");
  CHECK(with_header("A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:").substr(0, 3) == "GET");
  CHECK(with_header("A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:") == "head_too_large");
}

TEST_CASE("one host, and a plain one", "[http][framing]") {
  const auto hosts = [](const std::string& lines) {
    return whole("GET / HTTP/1.1\r\n" + lines + "\r\n");
  };
  CHECK(hosts("") == "bad_host");
  CHECK(hosts("Host: a\r\nhost: a\r\n") == "bad_host");
  CHECK(hosts("Host: a b\r\n") == "bad_host");
  CHECK(hosts("Host: a,b\r\n") == "bad_host");
  CHECK(hosts("Host: x@y\r\n") == "bad_host");
  CHECK(hosts("Host: [::1]:80\r\n") == "GET / () Host=[::1]:80\n");
}

TEST_CASE("the length of a body has one meaning", "[http][framing]") {
  CHECK(post_with("Content-Length: -1\r\n") == "bad_length");
  CHECK(post_with("Content-Length: +1\r\n") == "bad_length");
  CHECK(post_with("Content-Length: 1, 1\r\n") == "bad_length");
  CHECK(post_with("Content-Length: 0x1\r\n") == "bad_length");
  CHECK(post_with("Content-Length: \r\n") == "bad_length");
  CHECK(post_with("Content-Length: 1\r\nContent-Length: 1\r\n", "a") == "bad_length");
  CHECK(post_with("Content-Length: 1\r\nContent-Length: 2\r\n", "a") == "bad_length");
  CHECK(post_with("Content-Length: 513\r\n") == "body_too_large");
  CHECK(post_with("Content-Length: 99999999999999999999999999999\r\n") == "body_too_large");
  CHECK(post_with("Content-Length: 18446744073709551617\r\n") == "body_too_large");
  CHECK(post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") == "ambiguous_length");
  CHECK(post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") == "ambiguous_length");
  CHECK(post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") == "bad_length");
  CHECK(post_with("Transfer-Encoding: gzip, chunked\r\n") == "not_implemented");
  CHECK(post_with("Transfer-Encoding: identity\r\n") == "not_implemented");
  CHECK(post_with("Transfer-Encoding: xchunked\r\n") == "not_implemented");
  CHECK(post_with("Transfer-Encoding: \r\n") == "not_implemented");
  CHECK(post_with("Transfer-Encoding : chunked\r\n") == "bad_header");
  CHECK(post_with("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n") == "POST / () Host=a\n");
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    const std::string start = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n";
    CHECK(whole(start + "Content-Length: 1\r\n\r\nx") == "unexpected_body");
    CHECK(whole(start + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "unexpected_body");
    CHECK(whole(start + "Content-Length: 0\r\n\r\n") == std::string(method) + " / () Host=a\n");
  }
}

TEST_CASE("encodings and forms the house does not read", "[http][framing]") {
  CHECK(post_with("Content-Encoding: gzip\r\nContent-Length: 1\r\n") == "unsupported_encoding");
  CHECK(post_with("Content-Encoding: identity\r\n") == "POST / () Host=a\n");
  CHECK(post_with("Content-Type: Multipart/Form-Data; boundary=x\r\n") == "unsupported_media");
  CHECK(post_with("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n",
                  "a=b") == "POST / (a=b) Host=a Content-Type=application/x-www-form-urlencoded\n");
  CHECK(post_with("Expect: the unexpected\r\n") == "expectation_failed");
}

TEST_CASE("headers a client must not set, or the edge answers for, are dropped",
          "[http][framing]") {
  for (const char* name : {"REMOTE_ADDR", "remote_port", "LOCAL_ADDR", "Local_Port", "Upgrade",
                           "HTTP2-Settings", "Connection", "Keep-Alive", "TE", "Trailer", "Range",
                           "If-Range", "Accept-Encoding", "Proxy-Connection"}) {
    CHECK(with_header(std::string(name) + ": h2c") == "GET / () Host=a\n");
  }
  CHECK(with_header("Connection: x, Close ") == "GET / () Host=a close\n");
  CHECK(with_header("X_Y: kept") == "GET / () Host=a X_Y=kept\n");
}

TEST_CASE("100-continue is due once, while the body has not begun", "[http][framing]") {
  const EdgeLimits limits = small_limits();
  Framing framing(limits);
  std::string_view head =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  framing.feed(head);
  CHECK(framing.take_continue());
  CHECK_FALSE(framing.take_continue());
  Framing eager(limits);
  std::string_view all =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nx";
  eager.feed(all);
  CHECK_FALSE(eager.take_continue());
}

TEST_CASE("cut at every byte, the verdict is the same", "[http][framing]") {
  const EdgeLimits limits = small_limits();
  for (const std::string& bytes : samples()) {
    const std::string expected = verdict({bytes}, limits);
    CAPTURE(bytes.substr(0, 80), expected);
    bool same = true;
    for (std::size_t at = 1; at < bytes.size() && same; ++at) {
      const std::string_view view = bytes;
      same = verdict({view.substr(0, at), view.substr(at)}, limits) == expected;
    }
    CHECK(same);
    std::vector<std::string_view> singles;
    for (std::size_t i = 0; i < bytes.size(); ++i) singles.push_back({&bytes[i], 1});
    CHECK(verdict(singles, limits) == expected);
  }
}

TEST_CASE("property: any bytes in any pieces get one verdict", "[http][framing][property]") {
  const EdgeLimits limits = small_limits();
  std::mt19937 random(20261123);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string_view spice("\r\n :;,0aF\0\x7f", 12);
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = samples()[below(samples().size())] + samples()[below(samples().size())];
    for (std::size_t edits = below(4); edits > 0; --edits) {
      const std::size_t at = below(bytes.size());
      switch (below(3)) {
        case 0:
          bytes[at] = spice[below(spice.size())];
          break;
        case 1:
          bytes.erase(at, 1 + below(3));
          break;
        default:
          bytes.insert(at, 1, spice[below(spice.size())]);
          break;
      }
    }
    std::vector<std::string_view> pieces;
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t n = std::min(rest.size(), 1 + below(round % 2 == 0 ? 7 : 400));
      pieces.push_back(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    if (verdict(pieces, limits) != verdict({bytes}, limits)) {
      CAPTURE(round, bytes);
      CHECK(verdict(pieces, limits) == verdict({bytes}, limits));
    }
  }
  SUCCEED();
}

TEST_CASE("a framing never keeps more than its bounds", "[http][framing]") {
  const EdgeLimits limits = small_limits();
  for (const std::string& bytes : samples()) {
    Framing framing(limits);
    for (std::size_t i = 0; i < bytes.size() && framing.state() != Framing::State::kRefused; ++i) {
      std::string_view one(&bytes[i], 1);
      framing.feed(one);
      if (framing.state() == Framing::State::kWhole) framing.take();
      // Twice: strings grow by doubling.
      REQUIRE(framing.buffered() <= 2 * (limits.head_bytes + limits.body_bytes));
    }
  }
}
