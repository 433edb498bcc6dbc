#include "bot/turn/editions.h"

namespace attune::bot {

Editions::Editions(storage::Store& store, std::shared_ptr<const Edition> first)
    : store_(store), live_(std::move(first)) {}

std::shared_ptr<const Edition> Editions::live() const {
  std::lock_guard lock(mutex_);
  return live_;
}

std::shared_ptr<const Edition> Editions::find(const std::string& hash) {
  {
    std::lock_guard lock(mutex_);
    if (live_->hash == hash) return live_;
    if (const auto found = older_.find(hash); found != older_.end()) return found->second;
  }
  auto kept = store_.edition(hash);
  if (!kept || !*kept) return nullptr;
  auto built = build_edition((*kept)->files);
  if (!built.edition || built.edition->hash != hash) return nullptr;
  std::lock_guard lock(mutex_);
  if (older_.size() >= 8) older_.erase(older_.begin());
  older_[hash] = built.edition;
  return built.edition;
}

BuiltEdition Editions::replace(Sources sources, std::int64_t now) {
  BuiltEdition built = build_edition(std::move(sources));
  if (!built.edition) return built;
  const auto kept = store_.keep_edition({built.edition->hash, now, built.edition->sources});
  if (!kept) {  // an edition that would be lost by a restart must not be served
    built.edition = nullptr;
    built.diagnostics.push_back({"", dialogs::Severity::kError, "", {}, "the edition could not be stored: " + kept.failure().what, ""});
    return built;
  }
  std::lock_guard lock(mutex_);
  if (live_ && live_->hash != built.edition->hash) older_[live_->hash] = live_;
  live_ = built.edition;
  return built;
}

}  // namespace attune::bot
