// A request's body to what a channel takes from it: only strings in UTF-8 without U+0000 and within
// their length come through, a refusal is always in the one error format, and nothing is thrown.
#include <httplib.h>
#include <utf8proc.h>

#include <nlohmann/json.hpp>

#include "bot/channels/answer.h"
#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "tests/fuzz/input.h"

using namespace attune;

namespace {

bool is_text(const std::string& text, std::size_t most) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  std::size_t count = 0;
  for (utf8proc_ssize_t at = 0; at < static_cast<utf8proc_ssize_t>(text.size()); ++count) {
    utf8proc_int32_t code = 0;
    const auto n =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size()) - at, &code);
    if (n <= 0 || code == 0) return false;
    at += n;
  }
  return count <= most;
}

void ask(const httplib::Request& request) {
  httplib::Response response;
  const bot::JsonBody body(request, response);
  for (const char* key : {"sender", "message", "id", "text", "choice"}) {
    const bool wanted = key[0] == 's';
    const auto text = wanted ? body.want_string(key, 200) : body.optional_string(key, 4'000);
    fuzz::promise(!text || is_text(*text, wanted ? 200 : 4'000), "what comes through is text");
    fuzz::promise(!text || body.ok(), "nothing comes through after a refusal");
  }
  if (body.ok()) return;
  fuzz::promise(response.status >= 400, "a refusal has its status");
  const auto error = nlohmann::json::parse(response.body);
  fuzz::promise(error["error"]["code"].is_string(), "a refusal is in the one error format");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  httplib::Request request;
  request.body = fuzz::Input(bytes, size).rest();
  request.headers.emplace("Content-Type", "application/json");
  ask(request);
  nlohmann::json value, again;
  if (!bot::parse_json(request.body, value).empty()) return 0;
  fuzz::promise(bot::parse_json(bot::dump_json(value), again).empty(), "what was read can be sent");
  fuzz::promise(bot::dump_json(again) == bot::dump_json(value), "and is the same again");
  return 0;
}
