// The head of one request, parsed and judged: what is let through and what is refused.
//
// A pure function over the bytes up to and including the blank line. Whoever reads the result needs
// no further doubt: one meaning of the length, one host, no control bytes, no forged headers. The
// library behind never sees the bytes themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/http/edge.h"

namespace attune::bot::edge {

struct RequestHead {
  std::string method;
  std::string target;  // "/path?query"; starts with a slash (or is "*" for OPTIONS)
  // For the handler. Without those the edge answers for (Connection, Transfer-Encoding, Expect,
  // ...) and those a client must not set (REMOTE_ADDR, ...).
  std::vector<std::pair<std::string, std::string>> headers;

  std::size_t content_length = 0;
  bool chunked = false;
  bool expects_continue = false;
  bool close = false;  // the client wants the connection closed, or speaks HTTP/1.0

  bool has_body() const { return chunked || content_length > 0; }
  std::string_view path() const;  // the target up to the '?'
  // The value of a header, the first of its name; `name` in lower case. "" if there is none.
  std::string_view value_of(std::string_view name) const;
};

// Parses `bytes`, which end with CR LF CR LF. Returns the error code of error.h, empty when `head`
// is good.
std::string_view parse_head(std::string_view bytes, const EdgeLimits& limits, RequestHead& head);

}  // namespace attune::bot::edge
