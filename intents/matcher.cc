#include "intents/matcher.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <new>

#include "intents/inside.h"
#include "intents/letters.h"
#include "intents/quotations.h"
#include "intents/numbers_in_english.h"
#include "intents/readings.h"

namespace attune::intents {
namespace {

using dialogs::Heard;
using dialogs::Hearing;
using dialogs::Span;

std::atomic<bool> safety_fails{false};

// Sorted, and what touches or overlaps made one.
std::vector<Span> merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::vector<Span> result;
  for (const Span& span : spans) {
    if (!result.empty() && span.begin < result.back().end) {
      result.back().end = std::max(result.back().end, span.end);
    } else {
      result.push_back(span);
    }
  }
  return result;
}

// Spans by intent while a message is read.
class Ears {
 public:
  explicit Ears(const std::vector<Intent>& intents) : intents_(intents) {}

  auto sink() {
    return [this](const NormalForm& form, const Verdict& verdict) {
      if (verdict.loss != Loss::kNone) return;
      const auto intent = static_cast<std::size_t>(verdict.hit.origin.intent);
      found_[intents_[intent].name].push_back(form.raw(verdict.hit.begin, verdict.hit.end));
    };
  }

  std::vector<Heard> heard() const {
    std::vector<Heard> all;
    for (const auto& [name, spans] : found_) all.push_back({name, merged(spans)});
    return all;
  }

 private:
  const std::vector<Intent>& intents_;
  std::map<std::string, std::vector<Span>> found_;
};

}  // namespace

Forms::Forms(std::string_view raw) {
  const Letters letters = letters_of(raw);
  full = normalise(letters);
  const std::vector<Span> quoted = quotations(raw);
  if (!quoted.empty()) own = normalise(letters, quoted);
  whole = full.without_marks();
  written = as_written(letters);
  words = full.words();
}

void Matcher::Inside::run(const PatternSet& set, const PatternSet::Text& text, int words,
                          bool gated, const Sink& sink) const {
  std::vector<Hit> hits;
  set.find(text, gated, &hits);
  if (hits.empty()) return;
  for (const Verdict& verdict : verdicts(intents, text.form, words, std::move(hits))) {
    sink(text.form, verdict);
  }
}

// Three looks: at the normal form, at the same with its slips of spelling mended, and at the text
// as it was written. One is enough.
void Matcher::Inside::run_safety(const Forms& forms, const PatternSet::Text& full, bool gated,
                                 const Sink& sink) const {
  if (safety_fails.load(std::memory_order_relaxed)) throw std::bad_alloc();
  run(safety, full, forms.words, gated, sink);
  if (const auto mended = spelling->mend(forms.full)) {
    run(safety, safety.read(*mended), forms.words, gated, sink);
  }
  run(safety_as_written, safety_as_written.read(forms.written), forms.words, gated, sink);
}

void Matcher::Inside::run_others(const Forms& forms, const PatternSet::Text& full, bool gated,
                                 const Sink& sink) const {
  run(plain, forms.own ? plain.read(*forms.own) : full, forms.words, gated, sink);
  if (forms.words > longest_command) return;
  run(commands, commands.read(forms.whole), forms.words, gated, sink);
}

void Matcher::Inside::run_all(const Forms& forms, bool gated, const Sink& sink) const {
  const PatternSet::Text full = safety.read(forms.full);
  run_safety(forms, full, gated, sink);
  run_others(forms, full, gated, sink);
}

Hearing Matcher::Inside::hear(std::string_view raw, std::optional<std::int64_t> today,
                              bool gated) const {
  Hearing hearing;
  Ears ears(intents);
  try {
    hearing.raw = std::string(raw);
    const Forms forms(raw);
    run_all(forms, gated, ears.sink());
    const std::string& whole = forms.whole.text;
    if (whole.size() > 2) hearing.folded = whole.substr(1, whole.size() - 2);
    const Readings readings = language == "en"
                                  ? read(raw, hearing.folded, today)
                                  : read(raw, numbers_in_english(hearing.folded, language), today);
    hearing.number = readings.number;
    hearing.date = readings.date;
    hearing.duration = readings.duration;
    hearing.safety_ran = true;
  } catch (const std::exception&) {
    hearing.safety_ran = false;  // whatever failed, nothing may go on from here
  }
  try {
    hearing.heard = ears.heard();
  } catch (const std::exception&) {
    hearing.safety_ran = false;
  }
  return hearing;
}

Matcher::Matcher(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Matcher::~Matcher() = default;

void Matcher::rest() {
  for (PatternSet* set :
       {&inside_->plain, &inside_->commands, &inside_->safety, &inside_->safety_as_written}) {
    set->rest();
  }
}

Hearing Matcher::hear(std::string_view raw, std::optional<std::int64_t> today) const {
  return inside_->hear(raw, today, true);
}

Hearing Matcher::hear_slowly(std::string_view raw) const {
  return inside_->hear(raw, std::nullopt, false);
}

void Matcher::TESTING_ONLY_fail_safety(bool fail) { safety_fails.store(fail); }

dialogs::Vocabulary Matcher::vocabulary() const {
  dialogs::Vocabulary vocabulary;
  for (const Intent& intent : inside_->intents) {
    if (intent.name.find(':') == std::string::npos) vocabulary[intent.name] = intent.kind;
  }
  return vocabulary;
}

const std::vector<Intent>& Matcher::intents() const { return inside_->intents; }

Matcher::Cost Matcher::cost() const {
  Cost cost;
  for (const PatternSet* set :
       {&inside_->plain, &inside_->commands, &inside_->safety, &inside_->safety_as_written}) {
    cost.phrases += set->size();
    cost.segments += set->segments();
    cost.ungated += set->ungated();
  }
  return cost;
}

}  // namespace attune::intents
