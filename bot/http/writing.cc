// The reactor's writing half: from replies and events to bytes, and the ends of connections.

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <utility>

#include "bot/http/reactor.h"

namespace attune::bot::edge {

using State = Connection::State;

void Reactor::deliver(Connection& c, Reply reply) {
  if (reply.stream && (draining_ || streams_.size() >= limits_.streams)) {
    counters_.shed.fetch_add(1, std::memory_order_relaxed);
    reply = core_->writer.error("busy", c.call->asked(), false,
                                "no room for another event stream");
  }
  if (reply.stream) {
    start_stream(c, reply);
    return;
  }
  c.call.reset();
  charge(c, 0);
  send_reply(c, reply);
}

void Reactor::send_reply(Connection& c, const Reply& reply) {
  c.close_after = c.close_after || reply.close || draining_;
  const std::string& last = last_headers(c.close_after);
  iovec parts[3] = {{const_cast<char*>(reply.head.data()), reply.head.size()},
                    {const_cast<char*>(last.data()), last.size()},
                    {const_cast<char*>(reply.body.data()), reply.body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 3;
  ssize_t n = 0;
  do {
    n = ::sendmsg(c.key.fd, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
    close(c);
    return;
  }
  std::size_t sent = n < 0 ? 0 : static_cast<std::size_t>(n);
  if (sent == reply.head.size() + last.size() + reply.body.size()) {
    reply_done(c);
    return;
  }
  for (const iovec& part : parts) {
    const std::size_t skip = std::min(sent, part.iov_len);
    c.out.append(static_cast<const char*>(part.iov_base) + skip, part.iov_len - skip);
    sent -= skip;
  }
  c.state = State::kWriting;
  c.progress = 0;
  wheel_.set(c, now_ + limits_.write_deadline);
  // The socket may have emptied since; without a try there might never be another edge.
  flush(c);
}

const std::string& Reactor::last_headers(bool close) {
  const std::time_t second = std::time(nullptr);
  if (second != date_of_) {
    date_of_ = second;
    std::tm utc{};
    ::gmtime_r(&second, &utc);
    char text[64];
    // The C locale's names; the program never calls setlocale.
    std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    last_headers_[0] = std::string(text) + "\r\n";
    last_headers_[1] = std::string(text) + "Connection: close\r\n\r\n";
  }
  return last_headers_[close ? 1 : 0];
}

void Reactor::flush(Connection& c) {
  while (c.unsent() > 0) {
    const ssize_t n = ::send(c.key.fd, c.out.data() + c.out_at, c.unsent(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n < 0) {
      close(c);
      return;
    }
    c.out_at += static_cast<std::size_t>(n);
    c.progress += static_cast<std::size_t>(n);
    c.stalled_at = now_;
  }
  const bool all = c.unsent() == 0;
  if (all) {
    std::string().swap(c.out);
    c.out_at = 0;
  } else if (c.out_at > 64 * 1024) {
    c.out.erase(0, c.out_at);
    c.out_at = 0;
  }
  if (c.state == State::kStreaming) {
    set_stream_deadline(c);
  } else if (c.state == State::kWriting && all) {
    reply_done(c);
  } else if (c.progress >= kProgressBytes) {
    c.progress = 0;
    wheel_.set(c, now_ + limits_.write_deadline);
  }
}

void Reactor::reply_done(Connection& c) {
  if (c.close_after) {
    linger(c);
    return;
  }
  c.state = State::kReading;
  wheel_.set(c, now_ + limits_.idle_deadline);
  if (c.readable || !c.in.empty()) later(c);
}

void Reactor::linger(Connection& c) {
  if (c.state == State::kStreaming) {
    streams_.remove(c);
    counters_.streams.store(streams_.size(), std::memory_order_relaxed);
  }
  c.state = State::kLingering;
  std::string().swap(c.in);
  std::string().swap(c.out);
  c.out_at = 0;
  charge(c, 0);
  ::shutdown(c.key.fd, SHUT_WR);
  wheel_.set(c, now_ + kLinger);
  if (c.readable) later(c);
}

void Reactor::close(Connection& c) {
  if (c.state == State::kClosed) return;
  if (c.state == State::kStreaming) {
    streams_.remove(c);
    counters_.streams.store(streams_.size(), std::memory_order_relaxed);
  }
  c.state = State::kClosed;
  wheel_.remove(c);
  charge(c, 0);
  c.call.reset();
  ::close(c.key.fd);
  --open_;
  counters_.connections.store(open_, std::memory_order_relaxed);
  closed_.push_back(std::move(connections_[static_cast<std::size_t>(c.key.fd)]));
}

void Reactor::start_stream(Connection& c, const Reply& reply) {
  if (streams_.ended(reply.topic, c.call->events_seen())) return close(c);
  const std::string missed = streams_.missed(reply.topic, c.call->events_seen(), reply.body);
  c.call.reset();
  charge(c, 0);
  std::string().swap(c.in);
  c.state = State::kStreaming;
  c.topic = reply.topic;
  c.out = reply.head + last_headers(true) + reply.body + missed;
  c.stalled_at = now_;
  c.beat_at = now_ + limits_.heartbeat;
  streams_.add(c);
  counters_.streams.store(streams_.size(), std::memory_order_relaxed);
  flush(c);
  if (c.readable) later(c);
}

void Reactor::push_event(Connection& c, std::string_view text) {
  if (c.state != State::kStreaming) return;
  if (c.unsent() == 0) c.stalled_at = now_;
  if (c.unsent() + text.size() > limits_.stream_unsent_bytes) {
    close(c);
    return;
  }
  c.out += text;
  flush(c);
}

void Reactor::set_stream_deadline(Connection& c) {
  const Time stall = c.stalled_at + limits_.write_deadline;
  wheel_.set(c, c.unsent() > 0 ? std::min(stall, c.beat_at) : c.beat_at);
}

// A stream's deadline: it has taken nothing for too long, or its heartbeat is due.
void Reactor::beat(Connection& c) {
  if (c.unsent() > 0 && now_ - c.stalled_at >= limits_.write_deadline) {
    close(c);
    return;
  }
  if (now_ >= c.beat_at) {
    c.beat_at = now_ + limits_.heartbeat;
    push_event(c, ": still here\n\n");
  } else {
    set_stream_deadline(c);
  }
}

}  // namespace attune::bot::edge
