#include "intents/gate.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <atomic>

namespace attune::intents {
namespace {

constexpr std::size_t kMostPerSet = 4000;
// Measured: 16 MB hold 1,000 segments with room for the DFA's states; 10,000 want 256 MB. It is a
// bound, not what is used.
constexpr std::size_t kBytesPerSet = std::size_t{16} << 20;
constexpr std::size_t kBytesPerSegment = std::size_t{24} << 10;

std::atomic<bool> runs_out{false};

}  // namespace

struct Gate::OneSet {
  explicit OneSet(const RE2::Options& options) : set(options, RE2::UNANCHORED) {}
  RE2::Set set;
  std::vector<int> numbers;  // a pattern's index in the set -> the segment's number
};

Gate::Gate() = default;
Gate::~Gate() = default;
Gate::Gate(Gate&&) noexcept = default;

int Gate::add(const Segment& segment, WordNumbers& numbers) {
  const auto [place, is_new] = numbers_.emplace(segment.re2, static_cast<int>(segments_.size()));
  if (!is_new) return place->second;
  segments_.push_back(segment.re2);
  if (segment.runs.empty()) by_re2_.push_back(place->second);
  for (const WordRun& run : segment.runs) runs_.add(run, place->second, 0, numbers);
  return place->second;
}

void Gate::compile(std::size_t bytes) {
  for (std::size_t begin = 0; begin < by_re2_.size(); begin += kMostPerSet) {
    const std::size_t end = std::min(begin + kMostPerSet, by_re2_.size());
    const auto at = [this](std::size_t i) {
      return by_re2_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    compile_some({at(begin), at(end)}, bytes);
  }
}

// A set whose Compile() failed must never be asked: RE2 crashes. It is dropped, and its halves
// tried.
void Gate::compile_some(const std::vector<int>& numbers, std::size_t bytes) {
  RE2::Options options;
  options.set_log_errors(false);
  const std::size_t budget = bytes > 0 ? bytes : kBytesPerSet + kBytesPerSegment * numbers.size();
  options.set_max_mem(static_cast<std::int64_t>(budget));
  auto one = std::make_unique<OneSet>(options);
  bool good = true;
  for (const int number : numbers) {
    good = good && one->set.Add(segments_[static_cast<std::size_t>(number)], nullptr) >= 0;
  }
  if (good && one->set.Compile()) {
    one->numbers = numbers;
    sets_.push_back(std::move(one));
  } else if (numbers.size() == 1) {
    always_.push_back(numbers.front());
  } else {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    compile_some({numbers.begin(), middle}, bytes);
    compile_some({middle, numbers.end()}, bytes);
  }
}

void Gate::TESTING_ONLY_run_out(bool out) { runs_out.store(out); }

Gate::Seen Gate::look(const std::string& text, const std::vector<TextWord>& words) const {
  Seen seen;
  seen.marks.assign(segments_.size() / 64 + 1, 0);
  seen.numbers.reserve(64);
  if (runs_out.load(std::memory_order_relaxed)) {
    for (std::size_t i = 0; i < segments_.size(); ++i) seen.mark(static_cast<int>(i));
    return seen;
  }
  for (const int number : always_) seen.mark(number);
  runs_.find(words, [&](int number, int, std::size_t, std::size_t) { seen.mark(number); });
  std::vector<int> found;
  for (const auto& one : sets_) {
    RE2::Set::ErrorInfo error{RE2::Set::kNoError};
    const bool any = one->set.Match(text, &found, &error);
    if (!any && error.kind != RE2::Set::kNoError) {
      for (const int number : one->numbers) seen.mark(number);
    } else if (any) {
      for (const int index : found) seen.mark(one->numbers[static_cast<std::size_t>(index)]);
    }
  }
  return seen;
}

}  // namespace attune::intents
