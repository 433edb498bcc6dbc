#include "bot/http/framing.h"

#include <algorithm>
#include <utility>

namespace attune::bot::edge {
namespace {

enum class Scan { kMore, kEnd, kBadLine, kEmptyLine };

// Looks for the blank line from `at` on. Each byte is looked at once however the head is cut up; a
// line feed without its carriage return is refused where it stands.
Scan find_head_end(std::string_view bytes, std::size_t& at, std::size_t& line_start) {
  while (true) {
    const std::size_t lf = bytes.find('\n', at);
    if (lf == std::string_view::npos) {
      at = bytes.size();
      return Scan::kMore;
    }
    if (lf == 0 || bytes[lf - 1] != '\r') return Scan::kBadLine;
    at = lf + 1;
    if (lf - line_start == 1) return line_start > 0 ? Scan::kEnd : Scan::kEmptyLine;
    line_start = lf + 1;
  }
}

}  // namespace

Framing::State Framing::feed(std::string_view& in) {
  if (state_ == State::kEmpty) {
    if (in.empty()) return state_;
    state_ = State::kHead;
  }
  if (state_ == State::kHead && feed_head(in) != State::kBody) return state_;
  if (state_ == State::kBody) return feed_body(in);
  return state_;
}

Framing::State Framing::refuse(std::string_view error) {
  error_ = error;
  continue_due_ = false;
  return state_ = State::kRefused;
}

Framing::State Framing::feed_head(std::string_view& in) {
  // The usual case: the whole head in one read is parsed where it lies. Only one byte more than a
  // head may have is ever looked at, so the verdict does not depend on how the bytes were cut.
  const std::size_t before = partial_.size();
  const std::string_view fresh = in.substr(0, limits_->head_bytes + 1 - before);
  const bool direct = before == 0;
  if (!direct) partial_.append(fresh);
  const std::string_view seen = direct ? fresh : std::string_view(partial_);
  switch (find_head_end(seen, searched_, line_start_)) {
    case Scan::kBadLine:
      return refuse("bad_line_end");
    case Scan::kEmptyLine:
      return refuse("bad_request_line");
    case Scan::kMore:
      if (seen.size() > limits_->head_bytes) {
        return refuse(line_start_ == 0 ? "target_too_long" : "head_too_large");
      }
      if (direct) partial_ = fresh;
      in = {};
      return state_;
    case Scan::kEnd:
      break;
  }
  const State state = head_complete(seen.substr(0, searched_));
  in.remove_prefix(searched_ - before);
  std::string().swap(partial_);  // gives the memory back; most connections are idle
  searched_ = line_start_ = 0;
  return state;
}

Framing::State Framing::head_complete(std::string_view bytes) {
  const std::string_view error = parse_head(bytes, *limits_, request_.head);
  if (!error.empty()) return refuse(error);
  continue_due_ = request_.head.expects_continue && request_.head.has_body();
  if (request_.head.chunked) chunks_ = ChunkDecoder(limits_->body_bytes);
  return state_ = request_.head.has_body() ? State::kBody : State::kWhole;
}

Framing::State Framing::feed_body(std::string_view& in) {
  if (in.empty()) return state_;
  continue_due_ = false;
  if (request_.head.chunked) {
    switch (chunks_.feed(in, request_.body)) {
      case ChunkDecoder::Result::kMore:
        return state_;
      case ChunkDecoder::Result::kDone:
        return state_ = State::kWhole;
      case ChunkDecoder::Result::kMalformed:
        return refuse("bad_chunk");
      case ChunkDecoder::Result::kTooLarge:
        return refuse("body_too_large");
    }
  }
  const std::size_t missing = request_.head.content_length - request_.body.size();
  const std::size_t n = std::min(missing, in.size());
  request_.body.append(in.data(), n);
  in.remove_prefix(n);
  return state_ = n == missing ? State::kWhole : State::kBody;
}

bool Framing::take_continue() { return std::exchange(continue_due_, false); }

FramedRequest Framing::take() {
  FramedRequest out = std::move(request_);
  request_ = {};
  state_ = State::kEmpty;
  return out;
}

}  // namespace attune::bot::edge
