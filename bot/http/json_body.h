// A request's body as JSON, read with suspicion: at most 32 levels deep, valid UTF-8, no key twice,
// no lone surrogate, and every value asked for by name and kind. What is wrong is answered in the
// one error format with the place (a JSON pointer) and what to send, never with bytes of theirs.
//
// parse_json refuses what nlohmann::json would take in silence (a key given twice: the last one
// wins) or take and crash on later (deep nesting: copying and dumping recurse). nlohmann's
// exceptions do not leave these functions.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace attune::bot {

inline constexpr int kJsonDepth = 32;

// Strict RFC 8259. Empty: `out` is the value. Otherwise why not, as a clause ("it is ..."), and
// `out` is null. Any thread.
std::string parse_json(std::string_view bytes, nlohmann::json& out);

// Compact UTF-8. Never throws for what a value holds: bytes that are not UTF-8 become U+FFFD.
std::string dump_json(const nlohmann::json& value);

// Lives for one request, on one thread. The first refusal counts; after it ok() is false and the
// handler returns.
class JsonBody {
 public:
  // Parses request.body, which must be a JSON object; the references must outlive this.
  JsonBody(const httplib::Request& request, httplib::Response& response);
  ~JsonBody();
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;

  bool ok() const { return ok_; }

  // A string of at most `most` characters (code points), without U+0000. Missing, of another kind
  // or too long: refused.
  std::optional<std::string> want_string(const char* key, std::size_t most) const;
  // The same, but it may be missing or null: nothing, and still ok().
  std::optional<std::string> optional_string(const char* key, std::size_t most) const;

  // For rules of the handler's own. An empty message means the code's own.
  void refuse(const char* code, const std::string& message) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  httplib::Response& response_;
  mutable bool ok_ = true;
};

}  // namespace attune::bot
