// A request's body as JSON, read with suspicion: at most 32 levels deep, valid UTF-8, no key twice, no
// lone surrogate, and every value asked for by name and kind. What is wrong is answered in the one
// error format with the place (a JSON pointer) and what to send.
//
// Lives for one request, on one thread. The first refusal counts; after it ok() is false and the
// handler returns.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace attune::bot {

class JsonBody {
 public:
  // Parses request.body; the object's references must outlive this.
  JsonBody(const httplib::Request& request, httplib::Response& response);
  ~JsonBody();

  bool ok() const { return ok_; }

  // A string of at most `most` characters (code points). Missing, of another kind or too long: refused.
  std::optional<std::string> want_string(const char* key, std::size_t most) const;
  // The same, but it may be missing or null: nothing, and still ok().
  std::optional<std::string> optional_string(const char* key, std::size_t most) const;

  void refuse(const char* code, const std::string& message) const;

  static constexpr int kDepth = 32;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  httplib::Response& response_;
  mutable bool ok_ = true;
};

}  // namespace attune::bot
