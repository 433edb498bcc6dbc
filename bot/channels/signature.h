// How platforms prove that a request is theirs, over the bytes as they came: never over JSON that was
// parsed and written again, which is other bytes.
//
// Every comparison takes the same time wherever the difference is. A missing or malformed signature is
// simply false. Pure; any thread. The published vectors of each scheme are in
// tests/channels/signature_test.cc; the platforms' own libraries judge the same bytes in
// tests/counterparts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/records.h"

namespace attune::bot {

// A secret against what was sent; false if either is empty.
bool same_secret(std::string_view ours, std::string_view sent);

// Raw digests, and how they are written.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha1(std::string_view key, std::string_view bytes);
std::string hex_text(std::string_view bytes);
std::string base64(std::string_view bytes);

// Slack: v0=HEX of "v0:TIMESTAMP:BODY"; a timestamp over 300 s away, either way, is refused.
// Source: docs.slack.dev, "Verifying requests from Slack".
inline constexpr storage::Time kSlackWindow = 300;
bool slack_signed(std::string_view secret, std::string_view timestamp, std::string_view body,
                  std::string_view signature, storage::Time now);

// Meta (X-Hub-Signature-256): sha256=HEX of the body.
bool meta_signed(std::string_view secret, std::string_view body, std::string_view signature);

// Fields of an application/x-www-form-urlencoded body, in their order, decoded.
using Form = std::vector<std::pair<std::string, std::string>>;
Form parse_form(std::string_view body);
std::string field(const Form& form, std::string_view name);  // the first of that name, or ""

// Twilio: BASE64 of HMAC-SHA1 over the URL that Twilio called and each field's name and value, sorted by
// name; of a name given twice, each different value once, sorted. Twilio signs a URL with its port or
// without it, so both are tried. Source: twilio-python and twilio-node, RequestValidator.
bool twilio_signed(std::string_view token, std::string_view url, const Form& form,
                   std::string_view signature);

}  // namespace attune::bot
