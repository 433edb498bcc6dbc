#include "storage/store.h"

#include <future>

namespace attune::storage {

Result<Nothing> Store::forget(const Id& person) {
  std::promise<Commit> promise;
  ask_to_forget(person, [&](Commit outcome) { promise.set_value(outcome); });
  const Commit outcome = promise.get_future().get();
  if (outcome == Commit::kDone) return Nothing{};
  const Health now = health();
  const char* const otherwise = outcome == Commit::kBusy ? "the store has no room, or is closed" : "the disk refused";
  return Failure{Failure::Kind::kUnavailable, "nobody was forgotten: " + (now.why.empty() ? otherwise : now.why)};
}

}  // namespace attune::storage
