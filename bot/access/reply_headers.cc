#include "bot/access/reply_headers.h"

#include <httplib.h>

namespace attune::bot {
namespace {

// The page needs nothing but itself.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace

bool ReplyHeaders::by_tls(const Asked& asked) {
  if (!asked.forwarded_proto.empty()) {
    if (!proxies_.trusts(asked.peer)) return false;
    const bool tls = asked.forwarded_proto == "https";
    if (tls_seen_.load(std::memory_order_relaxed) != tls) tls_seen_ = tls;
    return tls;
  }
  const bool unread = asked.path.empty();
  return unread && tls_seen_.load(std::memory_order_relaxed) && proxies_.trusts(asked.peer);
}

void ReplyHeaders::add(httplib::Response& response, const Asked& asked) {
  response.set_header("Content-Security-Policy", kContentPolicy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  response.set_header("Cache-Control", "no-store");  // a handler's own wins
  if (by_tls(asked)) response.set_header("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace attune::bot
