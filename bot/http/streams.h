// Who listens to what, and what was published lately.
//
// The bookkeeping of event streams, without sockets. The late events close the gap between a
// handler reading its backlog and its stream being known here: whatever was published after the
// request was framed is handed over when the stream starts, unless the backlog holds it. Used by
// the reactor thread only; owns no connection.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bot/http/connection.h"
#include "bot/http/mailbox.h"

namespace attune::bot::edge {

class Streams {
 public:
  static constexpr std::size_t kLateEvents = 4096;
  static constexpr std::size_t kLateBytes = 4 * 1024 * 1024;

  void add(Connection& connection);
  void remove(Connection& connection);
  std::size_t size() const { return size_; }

  // Connections on the topic, valid until the next add() or remove().
  const std::vector<Connection*>& on(const std::string& topic) const;

  void remember(Event event);
  std::uint64_t seen() const { return seen_; }  // events ever published
  // Whether the topic was ended since `seen`: what the handler found then may hold no longer.
  bool ended(const std::string& topic, std::uint64_t seen) const;
  // Events on `topic` since `seen` that are not in `backlog`, joined in order.
  std::string missed(const std::string& topic, std::uint64_t seen, std::string_view backlog) const;

 private:
  std::unordered_map<std::string, std::vector<Connection*>> topics_;
  std::size_t size_ = 0;
  std::deque<Event> late_;
  std::size_t late_bytes_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace attune::bot::edge
