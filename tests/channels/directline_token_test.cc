// Direct Line's tokens: what was signed comes back, until it ends, and nothing else does.
#include <catch2/catch.hpp>

#include "bot/channels/directline_token.h"

using namespace attune::bot;

namespace {

Accounts accounts_with(const std::string& secret) {
  Accounts accounts;
  accounts.put({"directline", "default", {{"secret", secret}}});
  return accounts;
}

}  // namespace

TEST_CASE("a token says again what was signed, until it ends") {
  const Accounts accounts = accounts_with("secret");
  const Account account = accounts.all().front();
  const DirectLineToken token{"default", "conversation.1", "dl_Ada ö", 1'000};
  const std::string text = write_token(token, account);
  const auto read = read_token(text, accounts, 999);
  REQUIRE(read);
  CHECK(read->conversation == token.conversation);
  CHECK(read->user == token.user);
  CHECK_FALSE(read_token(text, accounts, 1'000));
  CHECK_FALSE(read_token(text, accounts_with("another"), 999));
  CHECK_FALSE(read_token(text, accounts_with(""), 999));
  CHECK_FALSE(read_token(text, Accounts(), 999));
}

TEST_CASE("no byte of a token can be another") {
  const Accounts accounts = accounts_with("secret");
  const std::string text = write_token({"default", "c", "u", 1'000}, accounts.all().front());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == '1' ? '2' : '1';
    CHECK_FALSE(read_token(other, accounts, 1));
    CHECK_FALSE(read_token(text.substr(0, i), accounts, 1));
  }
  CHECK_FALSE(read_token(text + "0", accounts, 1));
  for (const char* odd : {"", "dl1.", "dl1......", "dl1.-.-.-.1.", "Bearer x"}) CHECK_FALSE(read_token(odd, accounts, 1));
}
