// One client's socket and all that is known of it.
//
// Owned by the reactor, touched by its thread only. Small when idle (the buffers give their memory
// back), since ten thousand of them are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "bot/http/call.h"
#include "bot/http/framing.h"
#include "bot/http/mailbox.h"
#include "bot/http/wheel.h"

namespace attune::bot::edge {

struct Connection : WheelNode {
  enum class State : std::uint8_t {
    kReading,    // idle, or some of a request is there
    kWaiting,    // a request is with a worker or held; nothing is read meanwhile
    kWriting,    // a reply did not fit into the socket at once
    kStreaming,  // events until either side ends it
    kLingering,  // our side is shut; reads and drops until the client has seen it
    kClosed,     // gone; freed at the end of the reactor's round
  };

  Connection(ConnectionKey the_key, const EdgeLimits& limits) : key(the_key), framing(limits) {}

  const ConnectionKey key;
  State state = State::kReading;
  bool readable = false;     // the socket may hold bytes not yet read
  bool hung_up = false;      // the client's side is shut: read until the end is seen
  bool close_after = false;  // the reply under way is the last
  bool queued = false;       // in the reactor's list of connections to go on with
  Framing framing;
  std::string peer;
  std::string in;   // read beyond the end of the request under way (pipelined)
  std::string out;  // what the socket did not take yet, from out_at on
  std::size_t out_at = 0;
  std::size_t charged = 0;    // of the reactor's budget of buffered bytes
  std::size_t swallowed = 0;  // bytes dropped unread
  std::size_t progress = 0;   // bytes sent since the write deadline was set
  std::shared_ptr<Call> call;
  std::string topic;  // of a stream
  Time stalled_at{};  // of a stream: since when `out` has not moved
  Time beat_at{};     // of a stream: when the next heartbeat is due

  std::size_t unsent() const { return out.size() - out_at; }
};

}  // namespace attune::bot::edge
