#include "bot/turn/links.h"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace attune::bot {
namespace {

// No vowels, and nothing that looks like something else.
constexpr std::string_view kSigns = "23456789BCDFGHJKMNPQRSTVWXZ";
constexpr std::size_t kLength = 8;

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) throw std::runtime_error("no random bytes");
  return bytes;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// At least one letter and one digit, so that it can be told from a word and from a number.
bool is_mixed(std::string_view code) {
  return std::any_of(code.begin(), code.end(), is_digit) && !std::all_of(code.begin(), code.end(), is_digit);
}

std::string new_code() {
  std::string code;
  while (code.size() < kLength || !is_mixed(code)) {
    if (code.size() == kLength) code.clear();
    for (const char byte : random_bytes(32)) {
      const auto value = static_cast<unsigned char>(byte) & 31U;  // above the signs: drawn again
      if (value < kSigns.size() && code.size() < kLength) code += kSigns[value];
    }
  }
  return code;
}

char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

Links::Links() : key_(random_bytes(32)) {}

void Links::Wrong::add(storage::Time now, storage::Time window) {
  if (now >= until) *this = {0, now + window};
  ++count;
}

std::string Links::hash_of(std::string_view code) const {
  const storage::Digest digest = storage::sha256(key_ + std::string(code));
  return std::string(digest.begin(), digest.end());
}

std::string Links::show(const storage::Where& where, const storage::Address& address, storage::Version version, storage::Time now) {
  const std::string code = new_code();
  std::lock_guard lock(mutex_);
  sweep(now);
  if (const auto before = shown_.find(where.conversation); before != shown_.end()) by_hash_.erase(before->second.hash);
  shown_[where.conversation] = {hash_of(code), address.space, version, now + kLives, std::nullopt};
  by_hash_[hash_of(code)] = where.conversation;
  return code.substr(0, 4) + "-" + code.substr(4);
}

Links::Found Links::claim(std::string_view code, const storage::Where& where, const storage::Address& address, storage::Version version,
                          storage::Time now) {
  std::lock_guard lock(mutex_);
  sweep(now);
  Wrong& wrong = wrong_[where.conversation];
  if (wrong.over(kWrongOnes, now) || wrong_all_.over(kWrongAll, now)) return Found::kNo;
  const auto found = by_hash_.find(hash_of(code));
  Shown* shown = found == by_hash_.end() ? nullptr : &shown_.at(found->second);
  const bool good = shown != nullptr && found->second != where.conversation && shown->space == address.space &&
                    (!shown->by || shown->by->conversation == where.conversation);
  if (!good) {
    wrong.add(now, kHour);
    wrong_all_.add(now, kLives);
    return Found::kNo;
  }
  if (version < shown->version) return Found::kLess;
  shown->by = By{where.conversation, address};
  return Found::kYes;
}

std::optional<Links::By> Links::claimed(const storage::Id& conversation, storage::Time now) {
  std::lock_guard lock(mutex_);
  const auto found = shown_.find(conversation);
  if (found == shown_.end() || found->second.until <= now) return std::nullopt;
  return found->second.by;
}

void Links::end(const storage::Id& conversation) {
  std::lock_guard lock(mutex_);
  const auto found = shown_.find(conversation);
  if (found == shown_.end()) return;
  by_hash_.erase(found->second.hash);
  shown_.erase(found);
}

void Links::sweep(storage::Time now) {
  const auto drop = [this](auto at) {
    by_hash_.erase(at->second.hash);
    return shown_.erase(at);
  };
  for (auto at = shown_.begin(); at != shown_.end();) at = at->second.until <= now ? drop(at) : std::next(at);
  std::erase_if(wrong_, [now](const auto& one) { return one.second.until <= now; });
  while (shown_.size() >= kMost)
    drop(std::min_element(shown_.begin(), shown_.end(), [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
}

std::optional<std::string> Links::code_in(std::string_view text) {
  std::string code;
  for (const char c : text) code += capital(c);
  const auto trim = [&code] {
    while (!code.empty() && (code.back() == ' ' || code.back() == '\n' || code.back() == '.')) code.pop_back();
    code.erase(0, std::min(code.find_first_not_of(" \n/"), code.size()));
  };
  trim();
  if (code.starts_with("LINK ")) code.erase(0, 5);
  trim();
  if (code.size() == kLength + 1 && (code[4] == '-' || code[4] == ' ')) code.erase(4, 1);
  const bool fits = code.size() == kLength && is_mixed(code) && code.find_first_not_of(kSigns) == std::string::npos;
  return fits ? std::optional<std::string>(code) : std::nullopt;
}

}  // namespace attune::bot
