// Who is meant on the command line, and to an operator's route.
//
// Pure but for the store; any thread.
#pragma once

#include <optional>
#include <string>

#include "storage/store.h"

namespace attune::bot {

// "channel:account:place" or "channel:account:place:thread"; a colon or a per cent sign inside a part
// is written %3A or %25. Nothing if it is no address.
std::optional<storage::Address> address_from(const std::string& text);
std::string text_of(const storage::Address& address);

// An address, a person's id or a conversation's (32 hex digits each). Nothing if there is nobody;
// kRefused if it is none of these.
Result<std::optional<storage::Id>> person_named(storage::Lookup& lookup, const std::string& who);

}  // namespace attune::bot
