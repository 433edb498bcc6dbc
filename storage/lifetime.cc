#include "storage/lifetime.h"

namespace attune::storage {

Lifetime lifetime_of(std::string_view keep_class) {
  if (keep_class.empty()) return {Lifetime::Kind::kForever, 0};
  if (keep_class == "run") return {Lifetime::Kind::kRun, 0};
  Time seconds = 0;
  for (char c : keep_class) {
    if (c < '0' || c > '9' || seconds > 1'000'000'000'000) return {Lifetime::Kind::kNone, 0};
    seconds = seconds * 10 + (c - '0');
  }
  return {Lifetime::Kind::kSeconds, seconds};
}

}  // namespace attune::storage
