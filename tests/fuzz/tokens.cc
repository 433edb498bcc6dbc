// What an operator or a platform gives for a token: its name, how long it lasts, and the token itself.
#include "bot/access/token.h"
#include "tests/fuzz/input.h"

using namespace attune;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::string name = input.line(), lasts = input.line(), role = input.line(), text = input.rest();
  if (bot::is_good_name(name)) {
    fuzz::promise(!name.empty() && name.size() <= 40, "a good name has 1 to 40 characters");
    fuzz::promise(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos,
                  "of those that a log and a shell leave alone");
    fuzz::promise(name.find_first_of("._-") != 0, "and is no option");
  }
  if (const auto seconds = bot::parse_duration(lasts)) {
    fuzz::promise(*seconds >= 60, "a token lasts a minute at least");
    fuzz::promise(*seconds <= std::int64_t{100'000} * 365 * 86'400, "and its end can be added to now");
    fuzz::promise(lasts.find_first_not_of("0123456789 abcdefghijklmnopqrstuvwxyz") == std::string::npos,
                  "a number and a unit, nothing else");
  }
  if (const auto known = bot::role_named(role)) {
    fuzz::promise(bot::name_of(*known) == role, "a role is named as it was given");
  }
  if (bot::is_made_token(text)) {
    fuzz::promise(text.size() == 71 && text.substr(0, 7) == "attune_", "a token of ours has our form");
    fuzz::promise(text.find_first_not_of("0123456789abcdef", 7) == std::string::npos,
                  "of 256 bits in hex digits");
  }
  static const std::string made = bot::new_token_text();
  fuzz::promise(bot::is_made_token(made) && text != made, "ours is known, and nobody guesses it");
  return 0;
}
