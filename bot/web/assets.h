// The chat page, built into the binary: nothing is read from disk when a browser asks.
#pragma once

#include <string_view>
#include <vector>

namespace attune::bot {

struct Asset {
  std::string_view path;  // "/chat.js"; the page itself is "/"
  std::string_view type;  // Content-Type
  std::string_view bytes;
  std::string_view etag;  // quoted
};

const std::vector<Asset>& assets();

}  // namespace attune::bot
