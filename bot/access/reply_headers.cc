#include "bot/access/reply_headers.h"

namespace attune::bot {
namespace {

// The page needs nothing but itself.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

const std::vector<HeaderBlock::Header> kHeaders = {
    {"Content-Security-Policy", kContentPolicy},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
    {"Cache-Control", "no-store"},  // a handler's own wins
};

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

const HeaderBlock& ReplyHeaders::of(const Asked& asked) {
  static const HeaderBlock plain(kHeaders);
  static const HeaderBlock tls = [] {
    auto headers = kHeaders;
    headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return HeaderBlock(headers);
  }();
  return by_tls(asked) ? tls : plain;
}

}  // namespace attune::bot
