// One platform: how its webhooks are known to be its own, what they say, and how a reply is sent to it.
//
// A channel is one file of pure functions on values; everything that needs time, threads, a socket or
// the store is around it: webhooks.h takes what comes in, bot/delivery sends what goes out.
// ADDING.md shows how to write one. No function throws for what a platform sent.
//
// Owned by the table behind all_channels(); constant, any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/channels/message.h"
#include "bot/channels/platform.h"
#include "bot/outbound/http_client.h"
#include "bot/turn/turns.h"

namespace attune::bot {

// A request to a channel's address, as it came.
struct Webhook {
  std::string method;  // GET or POST
  std::string query;   // without the question mark, as it was sent
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  // The value of the only header of this name; "" if there is none or more than one.
  std::string header(std::string_view name) const;
};

// What an authentic one said. The answer goes out when every event in it is durable.
struct Arrived {
  std::vector<Inbound> events;
  std::string type = "application/json";
  std::string answer = "{}";
  int ignored = 0;      // statuses, echoes, groups: nothing for us
  bool unread = false;  // it could not be understood; answered 200, or the platform would send it for ever
};

// How fast a platform lets us send, in messages a second; 0 is no limit. Settings of an account
// (`rate`, `rate_each`) stand over them.
struct Pace {
  double account = 0;
  double each = 0;     // to one address
  double at_once = 4;  // to one address, after a rest: a reply of a few lines goes out together
};

// What an answer of the platform's API means for the message.
struct Delivered {
  enum class What {
    kSent,
    kLater,    // try again: after `seconds`, or when the sender's own patience says if that is 0
    kPlain,    // it does not take this form: send its plain one
    kRefused,  // it never will
    kBarred,   // nothing of this account is taken: wrong token, or banned
  };
  What what = What::kSent;
  double seconds = 0;
  bool everybody = false;  // kLater: holds for the whole account
  std::string why;         // one word or a number of the platform's, never text of anybody
};

// One that calls us with its events and is called with our replies.
class Channel : public Platform {
 public:
  virtual const Room& room() const = 0;
  virtual Pace pace() const { return {}; }

  virtual bool authentic(const Account& account, const Webhook& webhook, storage::Time now) const = 0;
  virtual Arrived read(const Account& account, const Webhook& webhook) const = 0;

  // One message as the platform's API takes it. `plain`: without choices but in words, for an API that
  // refused the other. What it returns is kept sealed until it is sent, and comes back to call().
  virtual nlohmann::json compose(const Account& account, const storage::Address& to,
                                 const Fitted& message, bool plain) const = 0;
  virtual HttpCall call(const Account& account, const nlohmann::json& composed) const = 0;
  // By status, Retry-After and failure; a channel whose API says more in its body overrides it.
  virtual Delivered judge(const HttpAnswer& answer, storage::Time now) const;
};

const std::vector<const Channel*>& all_channels();
const Channel* channel_named(std::string_view name);

// The places an account may call: its own `api`.
std::shared_ptr<const Reach> reach_of(const Account& account, std::string_view usual_api);
// The account's `api` or the usual one, without a slash at the end, and `path` after it.
std::string api_url(const Account& account, std::string_view usual_api, std::string_view path);
HttpCall json_call(const Account& account, std::string_view usual_api, std::string_view path, const nlohmann::json& body);

// How long the platform asks us to wait, in seconds, in every spelling that is in use: the header
// Retry-After as a number or a date; in the body retry_after, parameters.retry_after, retry_after_ms.
// 0 if it does not say.
double retry_after(const HttpAnswer& answer, storage::Time now);

}  // namespace attune::bot
