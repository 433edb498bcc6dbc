#include "bot/turn/editions.h"

namespace attune::bot {
namespace {

constexpr std::size_t kOlder = 8;
constexpr int kHistory = 100'000;

}  // namespace

Editions::Editions(storage::Store& store, std::shared_ptr<const Edition> first, Builder build)
    : store_(store), build_(std::move(build)), live_(std::move(first)) {
  const auto history = store_.activations(kHistory);
  if (!history) return;  // runs stay where they are, which is never wrong
  for (auto made = history->rbegin(); made != history->rend(); ++made) note(*made);
}

void Editions::note(const storage::Activation& made) {
  last_live_[made.hash] = ++activations_;
  if (made.moves) last_moving_ = activations_;
}

bool Editions::leaves(const std::string& hash) const {
  std::lock_guard lock(mutex_);
  if (hash == live_->hash) return false;
  const auto found = last_live_.find(hash);
  return (found == last_live_.end() ? 0 : found->second) < last_moving_;
}

std::shared_ptr<const Edition> Editions::live() const {
  std::lock_guard lock(mutex_);
  return live_;
}

Result<std::shared_ptr<const Edition>> Editions::find(const std::string& hash) {
  {
    std::lock_guard lock(mutex_);
    if (live_->hash == hash) return live_;
    for (auto each = older_.begin(); each != older_.end(); ++each) {
      if ((*each)->hash != hash) continue;
      older_.splice(older_.begin(), older_, each);
      return older_.front();
    }
  }
  const auto kept = store_.edition(hash);
  if (!kept) return kept.failure();
  if (!*kept) return std::shared_ptr<const Edition>();
  auto built = build_((*kept)->files);
  if (!built.edition || built.edition->hash != hash) return std::shared_ptr<const Edition>();
  std::lock_guard lock(mutex_);
  remember(built.edition);
  return built.edition;
}

void Editions::remember(std::shared_ptr<const Edition> edition) {
  std::erase_if(older_, [&](const auto& each) { return each->hash == edition->hash; });
  older_.push_front(std::move(edition));
  if (older_.size() > kOlder) older_.pop_back();
}

Result<Nothing> Editions::activate(std::shared_ptr<const Edition> next, storage::Activation made,
                                   const std::string& expected) {
  std::lock_guard one(publishing_);
  made.hash = next->hash;
  made.previous = live()->hash;
  if (!expected.empty() && expected != made.previous)
    return Failure{Failure::Kind::kRefused, "something else was made live meanwhile"};
  // What would be lost by a restart must not be served.
  if (auto kept = store_.keep_edition({next->hash, made.at, next->sources}); !kept) return kept.failure();
  if (auto noted = store_.activate(made); !noted) return noted.failure();
  std::lock_guard lock(mutex_);
  if (live_->hash != next->hash) remember(live_);
  live_ = std::move(next);
  note(made);
  return Nothing{};
}

BuiltEdition Editions::replace(Sources sources, std::int64_t now, const std::string& who) {
  BuiltEdition built = build_(std::move(sources));
  if (!built.edition) return built;
  storage::Activation made;
  made.at = now;
  made.how = "files";
  made.who = who;
  if (const auto done = activate(built.edition, std::move(made)); !done) {
    built.edition = nullptr;
    built.diagnostics.push_back({"", dialogs::Severity::kError, "", {}, "the edition could not be stored: " + done.failure().what, ""});
  }
  return built;
}

}  // namespace attune::bot
