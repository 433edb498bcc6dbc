#include "bot/access/token.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace attune::bot {
namespace {

constexpr std::string_view kPrefix = "attune_";  // so that a leaked one can be found by its form
constexpr std::size_t kDigits = 64;
constexpr std::size_t kNameBytes = 40;

}  // namespace

std::string new_token_text() {
  std::array<std::uint8_t, kDigits / 2> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("the system gave no random bytes for a token");
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text(kPrefix);
  for (const std::uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

bool is_made_token(std::string_view text) {
  return text.size() == kPrefix.size() + kDigits && text.substr(0, kPrefix.size()) == kPrefix &&
         text.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

bool is_good_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const auto first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kNameBytes && first(name.front()) &&
         std::all_of(name.begin(), name.end(), good);
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc() || count < 1 || count > 100'000) return std::nullopt;
  std::string_view unit(read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  struct Unit {
    std::string_view one, many, letter;
    std::int64_t seconds;
  };
  constexpr Unit kUnits[] = {{"minute", "minutes", "m", 60},
                             {"hour", "hours", "h", 3'600},
                             {"day", "days", "d", 86'400},
                             {"week", "weeks", "w", 7 * 86'400},
                             {"year", "years", "y", 365 * 86'400}};
  for (const Unit& known : kUnits) {
    if (unit == known.one || unit == known.many || unit == known.letter) {
      return count * known.seconds;
    }
  }
  return std::nullopt;
}

}  // namespace attune::bot
