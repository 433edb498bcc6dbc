#include "intents/pattern_set.h"

#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <new>

namespace attune::intents {
namespace {

constexpr int kMostHits = 64;             // of one pattern in one message
constexpr std::int64_t kBytes = 4 << 20;  // RE2's budget for one pattern
constexpr int kMostSteps = 4000;          // instructions of one pattern
// Of one that is raw RE2. Where a message makes RE2's states run out, each of its bytes costs up to
// all instructions: 4 KB made for 250 cost a few milliseconds. The library's largest has 13.
constexpr int kMostRawSteps = 250;

std::unique_ptr<RE2> compile(const std::string& text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kBytes);
  return std::make_unique<RE2>(text, options);
}

}  // namespace

struct PatternSet::One {
  std::string text;
  Origin origin;
  std::vector<int> segments;  // the rarest first, most likely
  bool by_sentence = false;
  bool is_runs = false;
  bool from_start = false, to_end = false;  // of runs

  // add() has seen that it compiles; if it does not now, memory has run out. Two threads may both
  // compile it; the first counts.
  const RE2& re2() const {
    if (const RE2* ready = made.load(std::memory_order_acquire)) return *ready;
    auto mine = compile(text);
    if (!mine->ok()) throw std::bad_alloc();
    const RE2* nobodys = nullptr;
    if (!made.compare_exchange_strong(nobodys, mine.get(), std::memory_order_acq_rel))
      return *nobodys;
    return *mine.release();
  }
  void rest() { delete made.exchange(nullptr); }

  One() = default;
  ~One() { rest(); }
  One(const One&) = delete;
  One& operator=(const One&) = delete;
  mutable std::atomic<const RE2*> made{nullptr};
};

PatternSet::PatternSet(WordNumbers& numbers, WordsAre words) : numbers_(numbers), words_(words) {}
PatternSet::~PatternSet() = default;

PatternSet::Verdict PatternSet::add(Origin origin, const Pattern& pattern, bool by_sentence,
                                    std::string* reason) {
  auto one = std::make_unique<One>();
  one->text = pattern.re2;
  one->origin = origin;
  one->by_sentence = by_sentence;
  one->is_runs = !pattern.runs.empty();
  one->from_start = pattern.from_start;
  one->to_end = pattern.to_end;
  if (one->is_runs) {
    for (std::size_t i = 0; i < pattern.runs.size(); ++i) {
      runs_.add(pattern.runs[i], static_cast<int>(all_.size()), static_cast<int>(i), numbers_);
    }
    all_.push_back(std::move(one));
    return Verdict::kGood;
  }
  const auto re2 = compile(pattern.re2);
  if (!re2->ok()) {
    *reason = re2->error();
    const auto code = re2->error_code();
    const bool large = code == RE2::ErrorPatternTooLarge || code == RE2::ErrorRepeatSize;
    return large ? Verdict::kTooDear : Verdict::kRefused;
  }
  // A program this small leaves room for its reverse in kBytes, whatever it is.
  if (re2->ProgramSize() > (pattern.raw ? kMostRawSteps : kMostSteps)) return Verdict::kTooDear;
  if (RE2::PartialMatch("", *re2) || RE2::PartialMatch(" ", *re2)) return Verdict::kFitsNothing;
  std::vector<Segment> segments = pattern.segments;
  std::stable_sort(segments.begin(), segments.end(),
                   [](const auto& a, const auto& b) { return a.letters() > b.letters(); });
  for (const Segment& segment : segments) one->segments.push_back(gate_.add(segment, numbers_));
  all_.push_back(std::move(one));
  return Verdict::kGood;
}

void PatternSet::seal() {
  gate_.compile();
  by_segment_.resize(gate_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i]->is_runs) continue;
    if (all_[i]->segments.empty()) {
      ungated_.push_back(i);
    } else {
      by_segment_[static_cast<std::size_t>(all_[i]->segments.front())].push_back(i);
    }
  }
}

void PatternSet::rest() {
  for (const auto& one : all_) one->rest();
}

void PatternSet::find_one(const One& one, const NormalForm& form, std::vector<Hit>* hits) const {
  const RE2& re2 = one.re2();
  int count = 0;
  const auto look = [&](std::uint32_t base, std::uint32_t length) {
    const re2::StringPiece text(form.text.data() + base, length);
    re2::StringPiece found;
    std::size_t at = 0;
    while (count < kMostHits && at <= length &&
           re2.Match(text, at, length, RE2::UNANCHORED, &found, 1)) {
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

// What RE2 would find: of one pattern, from left to right and without overlap; of those that begin
// at one word, the one it prefers. The space before and the space behind belong to it.
void PatternSet::find_runs(const Text& text, std::vector<Hit>* hits) const {
  const auto& [form, words] = text;
  struct Run {
    int number, rank;
    std::size_t first, behind;
  };
  std::vector<Run> runs;
  const auto is_mark = [&](const TextWord& word) {
    return word.end - word.begin == 1 &&
           (form.text[word.begin] == '.' || form.text[word.begin] == '?');
  };
  runs_.find(words, [&](int number, int rank, std::size_t first, std::size_t behind) {
    const One& one = *all_[static_cast<std::size_t>(number)];
    if (one.from_start && first != 0) return;
    const bool ends =
        behind == words.size() || (behind + 1 == words.size() && is_mark(words[behind]));
    if (one.to_end && !ends) return;
    runs.push_back({number, rank, first, behind});
  });
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
    if (a.number != b.number) return a.number < b.number;
    return a.first != b.first ? a.first < b.first : a.rank < b.rank;
  });
  int count = 0;
  std::size_t free_from = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    if (i == 0 || runs[i - 1].number != run.number) count = 0, free_from = 0;
    if (run.first < free_from || count == kMostHits) continue;
    const One& one = *all_[static_cast<std::size_t>(run.number)];
    const std::uint32_t end =
        one.to_end ? static_cast<std::uint32_t>(form.text.size()) : words[run.behind - 1].end + 1;
    hits->push_back({one.origin, words[run.first].begin - 1, end});
    free_from = run.behind;
    ++count;
  }
}

void PatternSet::find(const Text& text, bool gated, std::vector<Hit>* hits) const {
  const NormalForm& form = text.form;
  if (!gated) {
    for (const auto& one : all_) find_one(*one, form, hits);
    return;
  }
  find_runs(text, hits);
  const Gate::Seen seen = gate_.look(form.text, text.words);
  const auto was_seen = [&](int segment) { return seen.has(segment); };
  // Exceptions last: what was not heard needs none, and they are made of the commonest words.
  std::vector<const One*> exceptions;
  const auto take = [&](const One& one) {
    if (one.origin.except) {
      exceptions.push_back(&one);
    } else {
      find_one(one, form, hits);
    }
  };
  for (const int segment : seen.numbers) {
    for (const std::size_t i : by_segment_[static_cast<std::size_t>(segment)]) {
      const One& one = *all_[i];
      if (std::all_of(one.segments.begin(), one.segments.end(), was_seen)) take(one);
    }
  }
  for (const std::size_t i : ungated_) take(*all_[i]);
  for (const One* exception : exceptions) {
    const bool heard = std::any_of(hits->begin(), hits->end(), [&](const Hit& hit) {
      return !hit.origin.except && hit.origin.intent == exception->origin.intent;
    });
    if (heard) find_one(*exception, form, hits);
  }
}

std::size_t PatternSet::size() const { return all_.size(); }
std::size_t PatternSet::ungated() const { return ungated_.size(); }

}  // namespace attune::intents
