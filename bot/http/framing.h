// Cuts one connection's bytes into requests: fed as they come, it says when a whole request is
// there.
//
// Owned by its connection, used by the reactor thread only; no sockets, no clock, so that any split
// of the same bytes can be tried in a test. It keeps at most head_bytes + body_bytes, and takes no
// byte beyond the end of the request under way: the rest stays with the caller until take().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/http/chunks.h"
#include "bot/http/edge.h"
#include "bot/http/request_head.h"

namespace attune::bot::edge {

struct FramedRequest {
  RequestHead head;
  std::string body;
};

class Framing {
 public:
  enum class State : std::uint8_t {
    kEmpty,    // no byte of a request yet
    kHead,     // some of the head
    kBody,     // the head is good, the body is under way
    kWhole,    // take() it
    kRefused,  // error() says why; the connection must close, since where the next request starts
               // is unknown
  };

  explicit Framing(const EdgeLimits& limits) : limits_(&limits) {}

  // Takes bytes from the front of `in`.
  State feed(std::string_view& in);
  State state() const { return state_; }
  std::string_view error() const { return error_; }

  // The head under way or done; its path is for the log of a refusal. Valid from kBody on.
  const RequestHead& head() const { return request_.head; }
  // True once, when the client waits for "100 Continue" and its body has not begun.
  bool take_continue();
  // Requires: kWhole. Back to kEmpty.
  FramedRequest take();
  std::size_t buffered() const { return partial_.capacity() + request_.body.capacity(); }

 private:
  State refuse(std::string_view error);
  State feed_head(std::string_view& in);
  State head_complete(std::string_view bytes);
  State feed_body(std::string_view& in);

  const EdgeLimits* limits_;
  State state_ = State::kEmpty;
  bool continue_due_ = false;
  std::size_t searched_ = 0;    // of partial_, for line ends
  std::size_t line_start_ = 0;  // of the line under way in partial_
  std::string partial_;         // of a head that came in pieces
  FramedRequest request_;
  ChunkDecoder chunks_{0};
  std::string_view error_;
};

}  // namespace attune::bot::edge
