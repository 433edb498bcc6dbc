#include "bot/http/header_block.h"

#include <algorithm>
#include <stdexcept>

namespace attune::bot {

HeaderBlock::HeaderBlock(std::vector<Header> headers) : headers_(std::move(headers)) {
  for (const auto& [name, value] : headers_) {
    if (!edge::is_good_header(name, value)) throw std::invalid_argument("not a header: " + name);
    bytes_.append(name).append(": ").append(value).append("\r\n");
  }
}

bool HeaderBlock::has(std::string_view name) const {
  return std::any_of(headers_.begin(), headers_.end(),
                     [&](const Header& one) { return edge::same_name(one.first, name); });
}

namespace edge {

bool is_good_header(std::string_view name, std::string_view value) {
  const auto bad_in_name = [](char c) { return c <= ' ' || c == ':' || c >= 0x7f; };
  const auto bad_in_value = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  return !name.empty() && std::none_of(name.begin(), name.end(), bad_in_name) &&
         std::none_of(value.begin(), value.end(), bad_in_value);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace edge
}  // namespace attune::bot
