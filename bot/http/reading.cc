// The reactor's reading half: from bytes on a socket to requests with the workers.

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "bot/http/reactor.h"

namespace attune::bot::edge {

using State = Connection::State;

void Reactor::on_event(Connection& c, std::uint32_t events) {
  if (c.state == State::kClosed) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    close(c);
    return;
  }
  if ((events & EPOLLRDHUP) != 0) c.hung_up = c.readable = true;
  if ((events & EPOLLIN) != 0) c.readable = true;
  if ((events & EPOLLOUT) != 0 && c.unsent() > 0) flush(c);
  switch (c.state) {
    case State::kReading:
      read_requests(c);
      return;
    case State::kStreaming:
    case State::kLingering:
      swallow(c);
      return;
    case State::kWaiting:  // a client that shut its side may still want its reply
    case State::kWriting:
    case State::kClosed:
      return;
  }
}

// Goes on until a request is dispatched, the socket is empty, or others should have their turn.
void Reactor::read_requests(Connection& c) {
  int reads = 0;
  while (c.state == State::kReading) {
    if (!c.in.empty()) {
      std::string_view rest = c.in;
      feed(c, rest);
      const std::size_t used = c.in.size() - std::min(rest.size(), c.in.size());
      if (used >= c.in.size()) {
        std::string().swap(c.in);
      } else {
        c.in.erase(0, used);
      }
      continue;
    }
    if (!c.readable) return;
    if (++reads > kReadsPerTurn) {
      later(c);
      return;
    }
    std::string_view bytes;
    if (!read_some(c, bytes)) return;
    feed(c, bytes);
    if (c.state == State::kWaiting) c.in = bytes;
  }
}

// False: nothing more now, or the connection is closed.
bool Reactor::read_some(Connection& c, std::string_view& bytes) {
  while (true) {
    const ssize_t n = ::recv(c.key.fd, scratch_.data(), scratch_.size(), 0);
    if (n > 0) {
      bytes = {scratch_.data(), static_cast<std::size_t>(n)};
      // A short read has emptied the socket; what comes later is a new edge. After a hang-up there
      // is no new edge, so the end has to be read.
      if (bytes.size() < scratch_.size() && !c.hung_up) c.readable = false;
      return true;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      c.readable = false;
      return false;
    }
    close(c);
    return false;
  }
}

void Reactor::feed(Connection& c, std::string_view& bytes) {
  const Framing::State before = c.framing.state();
  switch (c.framing.feed(bytes)) {
    case Framing::State::kEmpty:
      return;
    case Framing::State::kHead:
      if (before == Framing::State::kEmpty) wheel_.set(c, now_ + limits_.head_deadline);
      break;
    case Framing::State::kBody:
      if (before != Framing::State::kBody) wheel_.set(c, now_ + limits_.body_deadline);
      if (c.framing.take_continue()) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        // Nothing else is unsent while a request is read, so it fits; a client that misses it sends
        // its body after a second anyway.
        ::send(c.key.fd, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
      }
      break;
    case Framing::State::kWhole:
      dispatch(c);
      return;
    case Framing::State::kRefused:
      refuse(c, c.framing.error());
      return;
  }
  charge(c, c.framing.buffered());
  if (buffered_ > limits_.buffered_bytes) refuse(c, "busy");
}

void Reactor::dispatch(Connection& c) {
  counters_.requests.fetch_add(1, std::memory_order_relaxed);
  FramedRequest request = c.framing.take();
  c.close_after = request.head.close;
  charge(c, request.body.size());
  c.call = std::make_shared<Call>(core_, std::move(request), c.key, c.peer, streams_.seen());
  c.state = State::kWaiting;
  wheel_.set(c, now_ + limits_.held_deadline);
  batch_.push_back(c.call);
}

void Reactor::charge(Connection& c, std::size_t bytes) {
  buffered_ += bytes - c.charged;
  c.charged = bytes;
}

// Where the next request would start is unknown now: one answer, then the end.
void Reactor::refuse(Connection& c, std::string_view code) {
  (code == "busy" ? counters_.shed : counters_.refused).fetch_add(1, std::memory_order_relaxed);
  const RequestHead& head = c.framing.head();
  const Asked asked{head.path(), c.peer, head.value_of("x-forwarded-proto")};
  Reply reply = core_->writer.error(code, asked, head.method == "HEAD");
  reply.close = true;
  std::string().swap(c.in);
  c.state = State::kWaiting;
  deliver(c, std::move(reply));
}

// Reads and drops: what a client sends to a stream, or after it was refused. Closing a socket with
// unread bytes would reset it, and the client might never see why it was refused.
void Reactor::swallow(Connection& c) {
  for (int reads = 0; c.readable; ++reads) {
    if (reads == kReadsPerTurn) {
      later(c);
      return;
    }
    std::string_view bytes;
    if (!read_some(c, bytes)) return;
    c.swallowed += bytes.size();
    if (c.swallowed > kLingerBytes) {
      close(c);
      return;
    }
  }
}

}  // namespace attune::bot::edge
