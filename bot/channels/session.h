// A browser's session: a random token that leads to one address.
//
// Pure but for making tokens; any thread.
#pragma once

#include <optional>
#include <string>

#include "storage/records.h"

namespace httplib { struct Request; }

namespace attune::bot {

std::string new_session();  // 64 hex digits, 256 random bits
// From `Authorization: Bearer` or the cookie; nothing if there is none or it cannot be one of ours.
// Over TLS only the cookie `__Host-attune` counts, which no other host can set.
std::optional<std::string> session_of(const httplib::Request& request, bool secure);
storage::Address address_of(const std::string& session);

// Set-Cookie's values; `secure` over TLS.
std::string session_cookie(const std::string& session, bool secure);
std::string cleared_cookie(bool secure);

// What a request without a session, or with one that leads nowhere, is told.
inline constexpr const char* kBeginFirst =
    "There is no conversation here yet. Begin one with POST /v1/conversation.";

// A browser says where a request comes from; one from another site is not ours to answer.
bool same_site(const httplib::Request& request);

}  // namespace attune::bot
