// What the door costs a request: finding the route and the caller, the hashes, three buckets, a token.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "bot/access/buckets.h"
#include "bot/access/caller_address.h"
#include "bot/access/limits.h"
#include "bot/access/routes.h"
#include "bot/access/tokens.h"

using namespace attune::bot;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kRounds = 300'000;

// Best of five: other programs run on the machine.
template <typename Work>
double nanoseconds(const Work& work) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto start = Steady::now();
    for (int i = 0; i < kRounds; ++i) work(i);
    best = std::min(best, std::chrono::duration<double, std::nano>(Steady::now() - start).count() / kRounds);
  }
  return best;
}

std::uint64_t key_of(const std::string& text) {
  const auto digest = attune::storage::sha256("0123456789abcdef" + text);
  std::uint64_t out = 0;
  __builtin_memcpy(&out, digest.data(), sizeof out);
  return out;
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "attune-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto clock = system_clock();
  auto file = AccessFile::open(folder);
  if (!file) return 1;
  const std::string text = new_token_text();
  auto tokens = Tokens::open(**file, *clock, {passing_token("bench", Role::kIntegrator, text)});
  if (!tokens) return 1;
  const Proxies proxies({"127.0.0.0/8", "::1"});
  const Limits limits;
  Buckets people(limits.person_rate()), addresses(limits.address_rate()), by_token(limits.token_rate());
  std::vector<std::string> senders;
  for (int i = 0; i < 20'000; ++i) senders.push_back("sender-" + std::to_string(i));
  std::uint64_t sum = 0;

  const double route = nanoseconds([&](int) { sum += find_route("POST", "/v1/messages")->path.size(); });
  const double caller = nanoseconds([&](int) { sum += proxies.caller("127.0.0.1", "203.0.113.9", "https").key.size(); });
  const double hash = nanoseconds([&](int i) { sum += key_of(senders[static_cast<std::size_t>(i) % senders.size()]); });
  const double bucket = nanoseconds([&](int i) { sum += static_cast<std::uint64_t>(people.take(static_cast<std::uint64_t>(i % 9'000) * 0x9e3779b97f4a7c15U, Steady::now()).count()); });
  const double crowded = nanoseconds([&](int i) { sum += static_cast<std::uint64_t>(addresses.take(static_cast<std::uint64_t>(i % 20'000) * 0x9e3779b97f4a7c15U, Steady::now()).count()); });
  const double token = nanoseconds([&](int) { sum += (*tokens)->check(text)->name.size(); });
  const double all = nanoseconds([&](int i) {
    const std::string& sender = senders[static_cast<std::size_t>(i) % 9'000];
    sum += find_route("POST", "/webhooks/rest/webhook")->path.size();
    const auto from = proxies.caller("127.0.0.1", "203.0.113.9", "https");
    sum += static_cast<std::uint64_t>(addresses.take(key_of(from.key), Steady::now()).count());
    const auto known = (*tokens)->check(text);
    sum += static_cast<std::uint64_t>(by_token.take(1, Steady::now()).count());
    sum += static_cast<std::uint64_t>(people.take(key_of(sender), Steady::now()).count()) + known->name.size();
  });
  std::printf("door: route %.0f ns, caller %.0f ns, a hash %.0f ns, a bucket %.0f ns (%.0f ns with 20,000 keys), a token %.0f ns; all of a webhook's request %.0f ns\n",
              route, caller, hash, bucket, crowded, token, all);
  std::filesystem::remove_all(folder);
  return sum == 0;
}
