// The headers that every reply carries, whatever it is: a page, an answer, an event stream, a refusal
// of the edge itself. tests/bot/headers.test.mjs holds the exact set.
//
// Strict-Transport-Security goes out where a trusted proxy says that the request came by TLS. Of a
// request too broken to be read nobody can say; then what the same proxy last said counts.
//
// Threads: any.
#pragma once

#include <atomic>

#include "bot/access/caller_address.h"
#include "bot/http/edge.h"

namespace attune::bot {

class ReplyHeaders {
 public:
  explicit ReplyHeaders(const Proxies& proxies) : proxies_(proxies) {}
  const HeaderBlock& of(const Asked& asked);

 private:
  bool by_tls(const Asked& asked);

  const Proxies& proxies_;
  std::atomic<bool> tls_seen_{false};
};

}  // namespace attune::bot
