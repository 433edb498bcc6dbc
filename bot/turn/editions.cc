#include "bot/turn/editions.h"

namespace attune::bot {
namespace {

constexpr std::size_t kOlder = 8;

}  // namespace

Editions::Editions(storage::Store& store, std::shared_ptr<const Edition> first, Builder build)
    : store_(store), build_(std::move(build)), live_(std::move(first)) {}

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

BuiltEdition Editions::replace(Sources sources, std::int64_t now) {
  BuiltEdition built = build_(std::move(sources));
  if (!built.edition) return built;
  const auto kept = store_.keep_edition({built.edition->hash, now, built.edition->sources});
  if (!kept) {  // an edition that would be lost by a restart must not be served
    built.edition = nullptr;
    built.diagnostics.push_back({"", dialogs::Severity::kError, "", {}, "the edition could not be stored: " + kept.failure().what, ""});
    return built;
  }
  std::lock_guard lock(mutex_);
  if (live_->hash != built.edition->hash) remember(live_);
  live_ = built.edition;
  return built;
}

}  // namespace attune::bot
