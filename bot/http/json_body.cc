#include "bot/http/json_body.h"

#include <httplib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "bot/http/error.h"

namespace attune::bot {
namespace {

using nlohmann::json;

// Builds the value as the parser reads it. Keeping the path itself makes the depth a number to
// compare and a duplicate key the answer of the insertion.
class Builder : public json::json_sax_t {
 public:
  explicit Builder(json& root) : root_(root) {}

  const std::string& why() const { return why_; }

  bool null() override { return put(json(nullptr)); }
  bool boolean(bool value) override { return put(json(value)); }
  bool number_integer(number_integer_t value) override { return put(json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put(json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return put(json(value)); }
  bool string(string_t& value) override { return put(json(std::move(value))); }
  bool binary(binary_t&) override { return fail("it is not text"); }

  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return shut(); }
  bool end_array() override { return shut(); }

  bool key(string_t& name) override {
    auto [it, fresh] = path_.back()->get_ref<json::object_t&>().emplace(std::move(name), nullptr);
    slot_ = &it->second;
    return fresh || fail("it holds the same key twice in one object");
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    if (error.id == 406) return fail("it holds a number too large to keep");
    return fail("it is not valid JSON in UTF-8 at byte " + std::to_string(position));
  }

 private:
  bool fail(std::string message) {
    why_ = std::move(message);
    return false;
  }

  json* place(json value) {
    if (path_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *path_.back();
    if (parent.is_array()) {
      auto& items = parent.get_ref<json::array_t&>();
      items.push_back(std::move(value));
      return &items.back();
    }
    *slot_ = std::move(value);
    return slot_;
  }

  bool put(json value) {
    place(std::move(value));
    return true;
  }

  // Pointers stay good: a parent does not grow while one of its children is open.
  bool open(json value) {
    if (path_.size() == static_cast<std::size_t>(kJsonDepth)) {
      return fail("it is nested deeper than " + std::to_string(kJsonDepth) + " levels");
    }
    path_.push_back(place(std::move(value)));
    return true;
  }

  bool shut() {
    path_.pop_back();
    return true;
  }

  json& root_;
  std::string why_;
  json* slot_ = nullptr;
  std::vector<json*> path_;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_json(std::string type) {
  type.resize(std::min(type.find(';'), type.size()));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), lower);
  return type == "application/json";
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

}  // namespace

std::string parse_json(std::string_view bytes, json& out) {
  json root;
  Builder builder(root);
  out = nullptr;
  // The library takes a NUL for the end and would not look at what stands behind it.
  if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    return "it is not valid JSON in UTF-8 at byte " + std::to_string(nul + 1);
  }
  if (!json::sax_parse(bytes.begin(), bytes.end(), &builder)) return builder.why();
  out = std::move(root);
  return {};
}

std::string dump_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct JsonBody::Inside {
  json value;
};

JsonBody::JsonBody(const httplib::Request& request, httplib::Response& response)
    : inside_(std::make_unique<Inside>()), response_(response) {
  if (!is_json(request.get_header_value("Content-Type"))) {
    refuse("unsupported_media", "");
    return;
  }
  const std::string why = parse_json(request.body, inside_->value);
  if (!why.empty()) {
    refuse("bad_json", "The body cannot be taken: " + why + ".");
  } else if (!inside_->value.is_object()) {
    refuse("bad_json", "The body must be a JSON object.");
  }
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
  const std::string& text = found->get_ref<const std::string&>();
  if (code_points(text) > most) {
    refuse("text_too_long",
           pointer + " is too long. Send at most " + grouped(most) + " characters.");
    return std::nullopt;
  }
  if (text.find('\0') != std::string::npos) {
    refuse("bad_value", pointer + " must not hold the character U+0000.");
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
