// The door: every request passes it before its handler, and no handler can be reached another way.
//
//   is there such a route            404
//   is its address within its limit  429
//   may it come from where it comes  403   (another site, on a route that changes something)
//   who asks, and may they           401, 403, or 429 after too many tokens that are none
//   is the token within its limit    429
//   then the handler, with its Caller
//
// Addresses, tokens and people are kept as hashes with a random salt of this start, in memory only.
// Programs on this machine that speak for themselves have no limit by address: behind a proxy that
// is not known as one, everybody would share it. At home (see Caller) there are no strangers, and
// nobody is limited. /healthz and /readyz never are.
//
// Owned by the Server; outlives the edge's workers. Threads: add() and close() by one thread before
// the edge runs; everything else by any number of workers.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "bot/access/audit.h"
#include "bot/access/buckets.h"
#include "bot/access/caller_address.h"
#include "bot/access/failures.h"
#include "bot/access/limits.h"
#include "bot/access/routes.h"
#include "bot/access/tokens.h"
#include "bot/http/edge.h"
#include "bot/turn/measures.h"

namespace attune::bot {

// Who asks, as the door has found out.
inline constexpr const char* kCommandLine = "command line";  // no name that a token can be given

struct Caller {
  std::string name;               // the token's; "" without one
  std::string space = "default";  // the token's
  std::string session;            // of a session route: the session's text, well formed
  bool secure = false;            // came by TLS, as a trusted proxy says
  bool at_home = false;           // a program of this machine, while no token was ever made

  // By the token of this start, which whoever may read the data folder has: it is of every space.
  bool is_command_line() const { return name == kCommandLine; }
};

class Gate {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&, const Caller&)>;

  // Everything must outlive the edge.
  Gate(Edge& edge, Tokens& tokens, Audit& audit, Measures& measures, const Proxies& proxies,
       const Limits& limits);

  // A route that the table does not have, or has a handler already, is a broken promise: throws
  // std::logic_error.
  void add(std::string_view method, std::string_view path, Handler handler);
  // Hands the routes to the edge, in the table's order. Throws std::logic_error if one of the table
  // has no handler.
  void close();

  // Inside a handler, before it does anything: one message of this person. False: 429 is written.
  bool may_write(const Caller& caller, std::string_view person, httplib::Response& response);

 private:
  bool admit(const httplib::Request& request, httplib::Response& response);
  bool admit_token(const Route& route, const httplib::Request& request, httplib::Response& response,
                   const CallerAddress& address, Caller& caller);
  void refuse_token(std::uint64_t address, httplib::Response& response);
  bool is_home(const httplib::Request& request);
  void too_many(httplib::Response& response, std::chrono::nanoseconds wait, const char* why,
                std::string_view message);
  void refuse(httplib::Response& response, const char* code, const char* why,
              std::string_view message = {});
  std::uint64_t key(std::string_view kind, std::string_view of) const;

  Edge& edge_;
  Tokens& tokens_;
  Audit& audit_;
  Measures& measures_;
  const Proxies& proxies_;
  std::array<char, 16> salt_{};
  Buckets people_, addresses_, tokens_rate_;
  Failures failures_;
  std::map<const Route*, Handler> handlers_;
};

}  // namespace attune::bot
