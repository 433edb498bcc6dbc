#include "bot/http/chunks.h"

#include <catch2/catch.hpp>
#include <string>

using attune::bot::edge::ChunkDecoder;

namespace {

using Result = ChunkDecoder::Result;

struct Decoded {
  Result result;
  std::string body;
  std::string rest;
};

// Fed `step` bytes at a time.
Decoded decode(std::string_view bytes, std::size_t step, std::size_t most = 64) {
  ChunkDecoder decoder(most);
  Decoded out{Result::kMore, {}, {}};
  while (!bytes.empty() && out.result == Result::kMore) {
    std::string_view piece = bytes.substr(0, step);
    const std::size_t given = piece.size();
    out.result = decoder.feed(piece, out.body);
    bytes.remove_prefix(given - piece.size());
  }
  out.rest = bytes;
  return out;
}

Result result_of(const std::string& bytes) {
  const Result whole = decode(bytes, bytes.size()).result;
  for (std::size_t step = 1; step < bytes.size(); ++step) {
    if (decode(bytes, step).result != whole) FAIL("pieces of " << step << " differ for " << bytes);
  }
  return whole;
}

}  // namespace

TEST_CASE("chunks become a body, however they are cut", "[http][chunks]") {
  const std::string bytes =
      "4\r\nwhen\r\n5;a=b\r\n you \r\n00000004\r\ncome\r\n0\r\nX: y\r\n\r\nGET";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Decoded decoded = decode(bytes, step);
    CHECK(decoded.result == Result::kDone);
    CHECK(decoded.body == "when you come");
    CHECK(decoded.rest == "GET");
  }
  CHECK(decode("0\r\n\r\n", 5).result == Result::kDone);
  CHECK(decode("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", 100).body.size() == 20);
}

TEST_CASE("sizes are one to eight hex digits", "[http][chunks]") {
  CHECK(result_of("-2\r\n") == Result::kMalformed);
  CHECK(result_of("+2\r\nab\r\n") == Result::kMalformed);
  CHECK(result_of("0x2\r\nab\r\n") == Result::kMalformed);
  CHECK(result_of(" 2\r\nab\r\n") == Result::kMalformed);
  CHECK(result_of("2 \r\nab\r\n") == Result::kMalformed);
  CHECK(result_of("\r\n") == Result::kMalformed);
  CHECK(result_of(";x\r\n") == Result::kMalformed);
  CHECK(result_of("g\r\n") == Result::kMalformed);
  CHECK(result_of("ffffffff\r\n") == Result::kTooLarge);
  CHECK(result_of("000000002\r\nab\r\n") == Result::kTooLarge);
  CHECK(result_of("fffffffffffffffff2\r\nab\r\n") == Result::kTooLarge);
  CHECK(result_of("41\r\n") == Result::kTooLarge);
  CHECK(result_of("40\r\n" + std::string(64, 'x') + "\r\n1\r\n") == Result::kTooLarge);
}

TEST_CASE("every line ends with CR LF and nothing else", "[http][chunks]") {
  CHECK(result_of("2\nab\r\n") == Result::kMalformed);
  CHECK(result_of("2\r\rab\r\n") == Result::kMalformed);
  CHECK(result_of("2\r\nabc\r\n") == Result::kMalformed);
  CHECK(result_of("2\r\nab\n0\r\n\r\n") == Result::kMalformed);
  CHECK(result_of("2\r\nab\r0\r\n\r\n") == Result::kMalformed);
  CHECK(result_of("2;a\nb\r\nab\r\n") == Result::kMalformed);
  CHECK(result_of("0\r\n\n") == Result::kMalformed);
  CHECK(result_of("0\r\nX: y\n\r\n") == Result::kMalformed);
  CHECK(result_of("0\r\nX: \x01\r\n\r\n") == Result::kMalformed);
}

TEST_CASE("extensions and trailers are bounded in total", "[http][chunks]") {
  const std::string many(ChunkDecoder::kExtensionBytes, 'e');
  CHECK(result_of("1;" + many.substr(1) + "\r\nx\r\n0\r\n\r\n") == Result::kDone);
  CHECK(decode("1;" + many + "e\r\nx\r\n", 4096).result == Result::kMalformed);
  std::string drip;
  for (int i = 0; i < 60; ++i) drip += "1;" + std::string(20, 'e') + "\r\nx\r\n";
  CHECK(decode(drip, 4096).result == Result::kMalformed);
  const std::string trailer(ChunkDecoder::kTrailerBytes, 't');
  CHECK(decode("0\r\n" + trailer + "\r\n\r\n", 4096).result == Result::kDone);
  CHECK(decode("0\r\n" + trailer + "t\r\n\r\n", 4096).result == Result::kMalformed);
  std::string lines = "0\r\n";
  for (int i = 0; i < 300; ++i) lines += "a: b\r\n";
  CHECK(decode(lines, 4096).result == Result::kMalformed);
}
