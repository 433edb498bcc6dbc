#include "dialogs/language/reading.h"

#include <algorithm>

namespace attune::dialogs {

void Report::add(const Definition& definition, Place place,
                 const std::vector<std::string>& arguments) {
  if (!full()) {
    list_.push_back(make(definition, path_, place, arguments));
  } else if (!overflowed_) {
    overflowed_ = true;
    list_.push_back(make(diagnostics::kTooManyMistakes, path_, place));
  }
}

Diagnostics Report::take() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.place.line != b.place.line ? a.place.line < b.place.line
                                        : a.place.column < b.place.column;
  });
  return std::move(list_);
}

}  // namespace attune::dialogs
