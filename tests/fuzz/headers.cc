// What stands in a browser's headers, a line each: Cookie, Authorization, Origin, Sec-Fetch-Site,
// Host. A session is 64 hex digits or none; nothing else leads to an address.
#include <httplib.h>

#include "bot/channels/session.h"
#include "tests/fuzz/input.h"

using namespace attune;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  httplib::Request request;
  for (const char* name : {"Cookie", "Authorization", "Origin", "Sec-Fetch-Site", "Host"}) {
    request.headers.emplace(name, input.line());
  }
  (void)bot::same_site(request);
  const bool secure = size % 2 == 0;
  const auto session = bot::session_of(request, secure);
  if (!session) return 0;
  fuzz::promise(
      session->size() == 64 && session->find_first_not_of("0123456789abcdef") == std::string::npos,
      "a session is 64 hex digits");
  fuzz::promise(bot::address_of(*session).place.size() == 64, "and leads to one address");
  const std::string cookie = bot::session_cookie(*session, secure);
  fuzz::promise(cookie.find_first_of("\r\n") == std::string::npos, "a cookie is one line");
  return 0;
}
