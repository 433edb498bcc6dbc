// cpp-httplib's Server without its sockets: parses the target, finds the route, runs the handler.
//
// The one file that knows the library's inside (with router.cc), so that a later version means one
// file to change. The library is given the request line and the body over an in-memory stream; the
// headers, already judged, are put into its Request directly, so that its own header reading (which
// decodes percent escapes and lets REMOTE_ADDR be forged) never runs. What it writes is thrown
// away: the reply is taken from its Response by ReplyWriter. Threads: routes are set up by one
// thread before the edge runs; answer() by any number of workers.
#pragma once

#include <httplib.h>

#include "bot/http/call.h"
#include "bot/http/error.h"

namespace attune::bot::edge {

// Without the three macros of its .pc file the library's classes have another layout here than in
// the compiled library, and the program breaks in silence.
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT) && defined(CPPHTTPLIB_ZLIB_SUPPORT) && \
    defined(CPPHTTPLIB_BROTLI_SUPPORT)
constexpr bool kLibraryFlags = true;
#else
constexpr bool kLibraryFlags = false;
#endif
static_assert(kLibraryFlags, "link PkgConfig::HTTPLIB, which carries the library's own flags");

class Router : public httplib::Server {
 public:
  explicit Router(const ReplyWriter& writer);

  // Runs the handler for this call and hands its reply to the call. Never throws what a handler
  // throws: that becomes a 500 and a line in the trouble log.
  void answer(Call& call);

 private:
  void take_response(const httplib::Request& request, httplib::Response& response);
  HandlerResponse fill_error(const httplib::Request& request, httplib::Response& response);
  void fill_exception(httplib::Response& response, const std::exception_ptr& thrown);

  const ReplyWriter& writer_;
};

// Of this thread's handler; throws std::logic_error outside one.
Exchange& current_exchange();

// A handler answers with this error: what is our fault goes to the trouble log, under the id that the
// client is told. Outside a handler nothing happens.
void answered(const ErrorKind& kind, std::string_view id);

}  // namespace attune::bot::edge
