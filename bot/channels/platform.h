// A chat platform as the operator sets it up, and what its file needs to make turns of what comes in.
//
// Owned by the table behind all_platforms(); constant, any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bot/channels/account.h"
#include "bot/outbound/http_client.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// What the operator is asked for by `attune channel add`.
struct Setting {
  enum class Kind {
    kAsked,   // must be given
    kSecret,  // must be given; never shown again
    kMade,    // a random secret, made if none is given; nobody has to see it
    kShown,   // the same, and shown: somebody has to type it elsewhere
    kUsual,   // has a usual value
  };
  std::string_view name;
  Kind kind;
  std::string_view ask;         // in the platform's own words
  std::string_view usual = {};  // of kUsual
};

class Platform {
 public:
  virtual ~Platform() = default;
  virtual std::string_view name() const = 0;
  virtual const std::vector<Setting>& settings() const = 0;
  // Where the other side finds us: "/webhooks/twilio/default".
  virtual std::string path(const Account& account) const;
  // After `channel add`: a call that tells the platform where to send, and one that shows whether the
  // token is good. Nothing: it is done by hand, or cannot be asked.
  virtual std::optional<HttpCall> register_webhook(const Account&, const std::string&) const { return std::nullopt; }
  virtual std::optional<HttpCall> probe(const Account&) const { return std::nullopt; }
};

const std::vector<const Platform*>& all_platforms();
const Platform* platform_named(std::string_view name);

// An Inbound of this account from `place`. `text` must be valid UTF-8; zero bytes go, and what is over
// kMessageCharacters is left out.
Inbound inbound_from(const Account& account, std::string place, std::string event_id, std::string text);

bool is_utf8(std::string_view text);

// What stands at a pointer ("/channelData/clientActivityID") as text: a string, or a whole number. ""
// otherwise.
std::string text_at(const nlohmann::json& value, std::string_view pointer);

}  // namespace attune::bot
