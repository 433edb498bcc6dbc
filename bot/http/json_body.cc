#include "bot/http/json_body.h"

#include <httplib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "bot/http/error.h"

namespace attune::bot {
namespace {

using nlohmann::json;

// Builds the value through the library's own DOM parser, and stops at what it would let pass.
class Careful {
 public:
  bool operator()(int depth, json::parse_event_t event, json& value) {
    if (depth > JsonBody::kDepth) return stop("it is nested more than 32 levels deep");
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.empty() && !keys_.back().insert(value.get<std::string>()).second) {
      return stop("a key stands in it twice");
    }
    return true;
  }
  const std::string& why() const { return why_; }

 private:
  // The callback cannot end the parse, so it throws what only this file catches.
  bool stop(const char* why) {
    why_ = why;
    throw std::length_error(why);
  }
  std::vector<std::set<std::string>> keys_;
  std::string why_;
};

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

struct JsonBody::Inside {
  json value;
};

JsonBody::JsonBody(const httplib::Request& request, httplib::Response& response)
    : inside_(std::make_unique<Inside>()), response_(response) {
  const std::string type = request.get_header_value("Content-Type");
  const std::string bare = type.substr(0, type.find(';'));
  if (bare != "application/json") {
    refuse("unsupported_media", "");
    return;
  }
  Careful careful;
  try {
    inside_->value = json::parse(request.body, std::ref(careful));
  } catch (const std::length_error&) {
    refuse("bad_json", "The body cannot be taken: " + careful.why() + ".");
    return;
  } catch (const json::exception&) {
    refuse("bad_json", "");
    return;
  }
  if (!inside_->value.is_object()) refuse("bad_json", "The body must be a JSON object.");
}

JsonBody::~JsonBody() = default;

void JsonBody::refuse(const char* code, const std::string& message) const {
  if (!ok_) return;
  ok_ = false;
  answer_error(response_, code, message);
}

std::optional<std::string> JsonBody::optional_string(const char* key, std::size_t most) const {
  if (!ok_) return std::nullopt;
  const auto found = inside_->value.find(key);
  if (found == inside_->value.end() || found->is_null()) return std::nullopt;
  const std::string pointer = std::string("/") + key;
  if (!found->is_string()) {
    refuse("bad_value", pointer + " must be a string.");
    return std::nullopt;
  }
  std::string text = found->get<std::string>();
  if (code_points(text) > most) {
    refuse("text_too_long", pointer + " is too long. Send at most " + std::to_string(most) + " characters.");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> JsonBody::want_string(const char* key, std::size_t most) const {
  auto text = optional_string(key, most);
  if (!text) refuse("bad_value", std::string("/") + key + " is missing. Send it as a string.");
  return text;
}

}  // namespace attune::bot
