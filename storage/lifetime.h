// How long a class of texts is kept. A class is a word on every text: "" as long as the
// conversation, a number of seconds, "run" until the run it was said in has ended, "none" for no
// time at all.
//
// Values; any thread.
#pragma once

#include <string_view>

#include "storage/records.h"

namespace attune::storage {

// Anything not known is kept as little as `none`.
struct Lifetime {
  enum class Kind { kForever, kSeconds, kRun, kNone } kind;
  Time seconds = 0;
};
Lifetime lifetime_of(std::string_view keep_class);

// A class that has run out keeps its reply this long, so that a retry or a reload still finds it.
constexpr Time kGrace = 30 * 60;

}  // namespace attune::storage
