#include "bot/http/error.h"

#include <httplib.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <random>
#include <stdexcept>

#include "bot/http/edge.h"
#include "bot/http/router.h"

namespace attune::bot {
namespace {

// Ordered by status. The first of a status is what a bare status gets.
constexpr std::array kKinds = {
    ErrorKind{"bad_request", 400, "The request is not valid HTTP. Check the client that sent it."},
    ErrorKind{"bad_request_line", 400,
              "The first line must be a method, a target that starts with a slash, and HTTP/1.1."},
    ErrorKind{"bad_line_end", 400, "Lines of a request must end with CR LF."},
    ErrorKind{"bad_header", 400,
              "A header is malformed. Send NAME: VALUE on one line, without control characters."},
    ErrorKind{"bad_host", 400, "Send exactly one Host header."},
    ErrorKind{"bad_length", 400, "Content-Length must be given once, in decimal digits only."},
    ErrorKind{"ambiguous_length", 400, "Send Content-Length or Transfer-Encoding, never both."},
    ErrorKind{"bad_chunk", 400, "The chunked body is malformed. Send it with a Content-Length."},
    ErrorKind{"unexpected_body", 400, "This method takes no body. Send the request without one."},
    ErrorKind{"bad_json", 400, "The body must be valid JSON in UTF-8."},
    ErrorKind{"bad_value", 400, "A value in the body is missing or of the wrong kind."},
    ErrorKind{"unauthorized", 401, "Send the access token as Authorization: Bearer TOKEN."},
    ErrorKind{"forbidden", 403, "This is not allowed with the access given."},
    ErrorKind{"not_found", 404, "There is nothing at this address. Check the path and the method."},
    ErrorKind{"method_not_allowed", 405, "This address does not answer that method."},
    ErrorKind{"timeout", 408, "The request took too long to arrive. Send it again, all at once."},
    ErrorKind{"conflict", 409, "This does not fit what is stored. Read it again, then retry."},
    ErrorKind{"id_reused", 409,
              "This id was used for another message. Give every message an id of its own."},
    ErrorKind{"hand_off_over", 409, "This hand off is over. Nothing was written."},
    ErrorKind{"not_taken", 409, "Nobody has taken this hand off yet. Take it first."},
    ErrorKind{"taken_by_other", 409, "Another counselor has taken this hand off."},
    ErrorKind{"gone", 410, "This has been deleted."},
    ErrorKind{"length_required", 411, "Send the request with a Content-Length."},
    ErrorKind{"body_too_large", 413, "The body is too large. Send at most 64 KB."},
    ErrorKind{"target_too_long", 414, "The address is too long. Use a shorter path and query."},
    ErrorKind{"unsupported_media", 415, "Send the body as application/json, uncompressed."},
    ErrorKind{"unsupported_encoding", 415, "Send the body uncompressed, without Content-Encoding."},
    ErrorKind{"expectation_failed", 417, "Only Expect: 100-continue is understood."},
    ErrorKind{"text_too_long", 422, "The text is too long. Send at most 4,000 characters."},
    ErrorKind{"too_many_requests", 429, "Too many requests. Wait a moment, then go on."},
    ErrorKind{"head_too_large", 431, "The headers are too large or too many. Send fewer."},
    ErrorKind{"internal", 500,
              "Something went wrong on our side. Try again; quote the id if asked."},
    ErrorKind{"not_implemented", 501, "Only Content-Length and chunked bodies are understood."},
    ErrorKind{"unknown_method", 501, "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."},
    ErrorKind{"busy", 503, "The server is busy. Try again in a second."},
    ErrorKind{"unavailable", 503, "This cannot be done right now. Try again in a second."},
    ErrorKind{"http_version", 505, "Use HTTP/1.1."},
    ErrorKind{"storage_full", 507,
              "The server has no room left. Nothing was kept; try again later."},
};

// Splitmix64 over a counter that starts at a random place.
std::uint64_t next_random() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) ^ device();
  }();
  static std::atomic<std::uint64_t> counter{0};
  std::uint64_t z = seed + counter.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
}

}  // namespace

const ErrorKind& error_kind(std::string_view code) {
  for (const ErrorKind& kind : kKinds) {
    if (kind.code == code) return kind;
  }
  throw std::logic_error("no such error code: " + std::string(code));
}

const ErrorKind& error_kind_for_status(int status) {
  for (const ErrorKind& kind : kKinds) {
    if (kind.status == status) return kind;
  }
  return error_kind(status < 500 ? "bad_request" : "internal");
}

std::string new_error_id() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string id(8, '0');
  std::uint64_t bits = next_random();
  for (char& c : id) {
    c = kHex[bits & 15];
    bits >>= 4;
  }
  return id;
}

std::string error_json(std::string_view code, std::string_view message, std::string_view id) {
  std::string out = R"({"error":{"code":")";
  append_escaped(out, code);
  out += R"(","message":")";
  append_escaped(out, message);
  out += R"(","id":")";
  append_escaped(out, id);
  out += "\"}}";
  return out;
}

std::string answer_error(httplib::Response& response, std::string_view code,
                         std::string_view message) {
  const ErrorKind& kind = error_kind(code);
  std::string id = new_error_id();
  response.status = kind.status;
  response.set_content(error_json(kind.code, message.empty() ? kind.message : message, id),
                       "application/json");
  if (kind.status == 503) {
    response.headers.erase("Retry-After");
    response.set_header("Retry-After", "1");
  }
  edge::answered(kind, id);
  return id;
}

}  // namespace attune::bot
