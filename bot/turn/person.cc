#include "bot/turn/person.h"

#include <vector>

namespace attune::bot {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> plain(const std::string& part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '%') {
      out += part[i];
      continue;
    }
    if (i + 2 >= part.size() || digit(part[i + 1]) < 0 || digit(part[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(digit(part[i + 1]) * 16 + digit(part[i + 2]));
    i += 2;
  }
  return out;
}

std::string written(const std::string& part) {
  std::string out;
  for (const char c : part) {
    if (c == ':') out += "%3A";
    else if (c == '%') out += "%25";
    else out += c;
  }
  return out;
}

}  // namespace

std::optional<storage::Address> address_from(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const auto colon = text.find(':', from);
    const auto part = plain(text.substr(from, colon == std::string::npos ? colon : colon - from));
    if (!part) return std::nullopt;
    parts.push_back(*part);
    if (colon == std::string::npos) break;
    from = colon + 1;
  }
  if (parts.size() < 3 || parts.size() > 4) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i)
    if (parts[i].empty()) return std::nullopt;
  storage::Address address;
  address.channel = parts[0];
  address.account = parts[1];
  address.place = parts[2];
  if (parts.size() == 4) address.thread = parts[3];
  return address;
}

std::string text_of(const storage::Address& a) {
  const std::string text = written(a.channel) + ":" + written(a.account) + ":" + written(a.place);
  return a.thread.empty() ? text : text + ":" + written(a.thread);
}

Result<std::optional<storage::Id>> person_named(storage::Lookup& lookup, const std::string& who) {
  using Person = std::optional<storage::Id>;
  if (const auto id = storage::id_from_hex(who)) {
    const auto conversation = lookup.load(*id);
    if (!conversation) return conversation.failure();
    if (*conversation) return Person((*conversation)->where.person);
    const auto holdings = lookup.holdings(*id);
    if (!holdings) return holdings.failure();
    return *holdings ? Person(*id) : Person();
  }
  const auto address = address_from(who);
  if (!address)
    return Failure{Failure::Kind::kRefused,
                   "a person is given as channel:account:place[:thread], such as rest:default:ada, or "
                   "by the 32 digits of their id or their conversation's"};
  const auto where = lookup.find(*address);
  if (!where) return where.failure();
  return *where ? Person((*where)->person) : Person();
}

}  // namespace attune::bot
