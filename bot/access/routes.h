// Every way in, and who may take it: the one table. A route that is not here can neither be added to
// the Gate nor be reached, and the tests of who may do what are made from it (`attune routes --json`).
//
// Constant data; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bot/access/role.h"

namespace attune::bot {

enum class Who : std::uint8_t {
  kAnyone,
  kSession,  // a page's session; it reaches its own conversation and nothing else
  kRole,     // a token with exactly this role
};

struct Route {
  std::string_view method;  // GET (HEAD as well), POST, DELETE, OPTIONS
  std::string_view path;    // "{name}" at its end takes whatever stands there
  Who who = Who::kAnyone;
  Role role = Role::kOperator;  // of kRole
  // kRole: without a token for programs of this machine, as long as no token was ever made.
  bool open_at_home = false;
  bool changes = false;  // something is different afterwards: refused when it comes from another site
  bool limited = true;   // counts against the limits of its address and its token
};

std::span<const Route> routes();

// The route of a request; null if there is none. HEAD is looked up as GET.
const Route* find_route(std::string_view method, std::string_view path);

// "anyone", "session" or the role's name.
std::string_view who_may(const Route& route);

// The table for people, or as JSON for the tests.
std::string routes_as_text();
std::string routes_as_json();

}  // namespace attune::bot
