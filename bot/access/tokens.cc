#include "bot/access/tokens.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <unordered_map>

#include "bot/log.h"

namespace attune::bot {
namespace {

constexpr std::int64_t kLookEvery = 1'000'000'000;  // nanoseconds
constexpr storage::Time kDay = 86'400;

std::int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::uint64_t short_of(const storage::Digest& digest) {
  std::uint64_t out = 0;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

}  // namespace

// By the first eight bytes of the hash; the whole of it is compared in constant time.
struct Tokens::Snapshot {
  std::unordered_map<std::uint64_t, std::shared_ptr<Entry>> by_hash;
  bool ever_made = false;

  void add(const Token& token) {
    auto entry = std::make_shared<Entry>();
    entry->token = token;
    entry->used = token.used.value_or(0);
    by_hash[short_of(token.hash)] = std::move(entry);
  }
};

Token passing_token(std::string name, Role role, std::string_view text) {
  Token token;
  token.name = std::move(name);
  token.role = role;
  token.hash = storage::sha256(text);
  return token;
}

Tokens::Tokens(AccessFile& file, const Clock& clock, std::vector<Token> passing)
    : file_(file), clock_(clock), passing_(std::move(passing)) {}

Result<std::unique_ptr<Tokens>> Tokens::open(AccessFile& file, const Clock& clock,
                                             std::vector<Token> passing) {
  std::unique_ptr<Tokens> tokens(new Tokens(file, clock, std::move(passing)));
  const auto version = file.data_version();
  if (!version) return version.failure();
  tokens->version_ = *version;
  if (const auto loaded = tokens->load(); !loaded) return loaded.failure();
  tokens->look_again_ = steady_now() + kLookEvery;
  return tokens;
}

Result<Nothing> Tokens::load() {
  const auto all = file_.tokens();
  if (!all) return all.failure();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->ever_made = !all->empty();
  for (const Token& token : *all) snapshot->add(token);
  for (const Token& token : passing_) {
    snapshot->add(token);
    snapshot->ever_made = snapshot->ever_made || token.role == Role::kIntegrator;
  }
  std::lock_guard lock(mutex_);
  snapshot_ = std::move(snapshot);
  return Nothing{};
}

// The version is read before the rows: a change in between is seen again at the next look.
void Tokens::look() {
  std::int64_t due = look_again_.load(std::memory_order_relaxed);
  const std::int64_t now = steady_now();
  if (now < due || !look_again_.compare_exchange_strong(due, now + kLookEvery)) return;
  const auto version = file_.data_version();
  if (!version) {
    log::write(log::Level::kError, "tokens_unread", {{"why", version.failure().what}});
    return;
  }
  if (*version == version_.load()) return;
  if (const auto loaded = load(); !loaded) {
    log::write(log::Level::kError, "tokens_unread", {{"why", loaded.failure().what}});
    return;
  }
  version_ = *version;
}

std::shared_ptr<const Tokens::Snapshot> Tokens::newest() {
  look();
  std::lock_guard lock(mutex_);
  return snapshot_;
}

std::shared_ptr<const Token> Tokens::check(std::string_view text) {
  const storage::Digest hash = storage::sha256(text);
  const auto snapshot = newest();
  const auto found = snapshot->by_hash.find(short_of(hash));
  if (found == snapshot->by_hash.end()) return nullptr;
  const std::shared_ptr<Entry>& entry = found->second;
  if (CRYPTO_memcmp(entry->token.hash.data(), hash.data(), hash.size()) != 0) return nullptr;
  const storage::Time now = clock_.now();
  if (!entry->token.usable(now)) return nullptr;
  const storage::Time today = now - now % kDay;
  const bool kept = entry->token.made != 0;  // a passing one stands in no file
  if (kept && entry->used.exchange(today) != today) {
    if (const auto noted = file_.used(hash, today); !noted) {
      log::write(log::Level::kWarn, "token_use_unwritten", {{"why", noted.failure().what}});
    }
  }
  return {entry, &entry->token};
}

bool Tokens::ever_made() { return newest()->ever_made; }

bool Tokens::any_usable(Role role) {
  const auto snapshot = newest();
  const storage::Time now = clock_.now();
  return std::any_of(snapshot->by_hash.begin(), snapshot->by_hash.end(), [&](const auto& each) {
    return each.second->token.role == role && each.second->token.usable(now);
  });
}

}  // namespace attune::bot
