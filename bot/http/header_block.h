// Headers that go out with many replies, put down as bytes once. Constant after construction, so any
// thread may read it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attune::bot {

class HeaderBlock {
 public:
  using Header = std::pair<std::string, std::string>;

  // Names and values are the program's own; throws std::invalid_argument for one that could split a
  // reply.
  explicit HeaderBlock(std::vector<Header> headers);

  const std::vector<Header>& headers() const { return headers_; }
  const std::string& bytes() const { return bytes_; }  // each with CR LF
  bool has(std::string_view name) const;               // whatever its case

 private:
  std::vector<Header> headers_;
  std::string bytes_;
};

namespace edge {

// Could not end its line, or begin another.
bool is_good_header(std::string_view name, std::string_view value);
bool same_name(std::string_view a, std::string_view b);  // header names have no case

}  // namespace edge
}  // namespace attune::bot
