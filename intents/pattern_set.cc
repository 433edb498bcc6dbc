#include "intents/pattern_set.h"

#include <re2/re2.h>

#include <algorithm>

namespace attune::intents {
namespace {

constexpr int kMostHits = 64;             // of one pattern in one message
constexpr std::int64_t kBytes = 4 << 20;  // RE2's budget for one pattern
constexpr int kMostSteps = 4000;          // instructions of one pattern
constexpr std::size_t kBytesPerStep = 16;

}  // namespace

struct PatternSet::One {
  One(const std::string& text, const RE2::Options& options) : re2(text, options) {}
  RE2 re2;
  Origin origin;
  std::vector<int> segments;  // the rarest first, most likely
  bool by_sentence = false;
};

PatternSet::PatternSet(WordsAre words) : gate_(words) {}
PatternSet::~PatternSet() = default;

PatternSet::Verdict PatternSet::add(Origin origin, const Pattern& pattern, bool by_sentence,
                                    std::string* reason) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kBytes);
  auto one = std::make_unique<One>(pattern.re2, options);
  if (!one->re2.ok()) {
    *reason = one->re2.error();
    const auto code = one->re2.error_code();
    const bool large = code == RE2::ErrorPatternTooLarge || code == RE2::ErrorRepeatSize;
    return large ? Verdict::kTooDear : Verdict::kRefused;
  }
  if (one->re2.ProgramSize() > kMostSteps || one->re2.ReverseProgramSize() < 0) {
    return Verdict::kTooDear;
  }
  if (RE2::PartialMatch("", one->re2) || RE2::PartialMatch(" ", one->re2)) {
    return Verdict::kFitsNothing;
  }
  one->origin = origin;
  one->by_sentence = by_sentence;
  std::vector<Segment> segments = pattern.segments;
  std::stable_sort(segments.begin(), segments.end(),
                   [](const auto& a, const auto& b) { return a.letters() > b.letters(); });
  for (const Segment& segment : segments) one->segments.push_back(gate_.add(segment));
  all_.push_back(std::move(one));
  return Verdict::kGood;
}

void PatternSet::seal() {
  gate_.compile();
  by_segment_.resize(gate_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i]->segments.empty()) {
      ungated_.push_back(i);
    } else {
      by_segment_[static_cast<std::size_t>(all_[i]->segments.front())].push_back(i);
    }
  }
}

void PatternSet::find_one(const One& one, const NormalForm& form, std::vector<Hit>* hits) const {
  int count = 0;
  const auto look = [&](std::uint32_t base, std::uint32_t length) {
    const re2::StringPiece text(form.text.data() + base, length);
    re2::StringPiece found;
    std::size_t at = 0;
    while (count < kMostHits && at <= length &&
           one.re2.Match(text, at, length, RE2::UNANCHORED, &found, 1)) {
      const auto begin = static_cast<std::size_t>(found.data() - text.data());
      const std::size_t end = begin + found.size();
      if (!found.empty()) {
        hits->push_back({one.origin, base + static_cast<std::uint32_t>(begin),
                         base + static_cast<std::uint32_t>(end)});
        ++count;
      }
      // A match ends with the space that the next may begin with.
      at = std::max(begin + 1, found.empty() ? end + 1 : end - 1);
    }
  };
  if (!one.by_sentence) return look(0, static_cast<std::uint32_t>(form.text.size()));
  for (const auto& [begin, end] : form.sentences) look(begin, end - begin);
}

void PatternSet::find(const NormalForm& form, bool gated, std::vector<Hit>* hits) const {
  if (!gated) {
    for (const auto& one : all_) find_one(*one, form, hits);
    return;
  }
  const Gate::Seen seen = gate_.look(form.text);
  const auto was_seen = [&](int segment) { return seen.has(segment); };
  for (const int segment : seen.numbers) {
    for (const std::size_t i : by_segment_[static_cast<std::size_t>(segment)]) {
      const One& one = *all_[i];
      if (std::all_of(one.segments.begin(), one.segments.end(), was_seen)) {
        find_one(one, form, hits);
      }
    }
  }
  for (const std::size_t i : ungated_) find_one(*all_[i], form, hits);
}

std::size_t PatternSet::size() const { return all_.size(); }
std::size_t PatternSet::ungated() const { return ungated_.size(); }

std::size_t PatternSet::bytes() const {
  std::size_t bytes = 0;
  for (const auto& one : all_) {
    bytes += static_cast<std::size_t>(one->re2.ProgramSize() + one->re2.ReverseProgramSize()) *
             kBytesPerStep;
  }
  return bytes;
}

}  // namespace attune::intents
