// Building a matcher: every phrase read, tried and put into its set; every mistake reported; then
// the authors' own examples.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/language/definitions.h"
#include "intents/inside.h"

namespace attune::intents {
namespace {

using dialogs::IntentKind;
namespace mistakes = dialogs::diagnostics;

constexpr std::size_t kMostUngated = 64;

bool is_safety(const Intent& intent) {
  return intent.kind == IntentKind::kSafetyHard || intent.kind == IntentKind::kSafetySoft;
}

Dialect dialect_of(const Intent& intent) {
  if (intent.kind == IntentKind::kCommand) return Dialect::kWhole;
  return intent.scope == Scope::kMessage ? Dialect::kMessage : Dialect::kSentence;
}

int count_words(const Chain& chain) {
  int count = 0;
  for (const Node& node : chain) {
    int longest = node.kind == Node::Kind::kGap ? 5 : 1;
    if (node.kind == Node::Kind::kGroup) {
      longest = 0;
      for (const Chain& way : node.ways) longest = std::max(longest, count_words(way));
    }
    count += longest;
  }
  return count;
}

}  // namespace

// A member class, so that it may make what is private.
class Matcher::Builder {
 public:
  explicit Builder(std::vector<Intent> intents) { inside_->intents = std::move(intents); }

  std::unique_ptr<Inside> inside_ = std::make_unique<Inside>();
  dialogs::Diagnostics diagnostics_;

  void compile() {
    refuse_same_names();
    std::vector<std::string> safety_words;
    std::vector<std::string> safe_words;
    for (std::size_t i = 0; i < inside_->intents.size(); ++i) {
      const Intent& intent = inside_->intents[i];
      inside_->trees.emplace_back();
      for (std::size_t p = 0; p < intent.phrases.size(); ++p) {
        const PhraseTree tree = add(intent, {static_cast<int>(i), static_cast<int>(p), false});
        if (is_safety(intent)) {
          for (std::string& word : words_of(tree)) safety_words.push_back(std::move(word));
        }
        inside_->trees.back().push_back(tree);
      }
      for (std::size_t p = 0; p < intent.except.size(); ++p) {
        const PhraseTree tree = add(intent, {static_cast<int>(i), static_cast<int>(p), true});
        if (!is_safety(intent)) continue;
        for (std::string& word : words_of(tree)) safe_words.push_back(std::move(word));
      }
    }
    inside_->spelling = std::make_unique<Spelling>(safety_words, safe_words);
    if (ungated_ > kMostUngated) {
      report(mistakes::kTooManyWithoutGate, last_ungated_path_, last_ungated_,
             {std::to_string(ungated_), std::to_string(kMostUngated)});
    }
  }

  void seal() {
    inside_->plain.seal();
    inside_->commands.seal();
    inside_->safety.seal();
    inside_->safety_as_written.seal();
  }

  void run_examples(const Matcher& matcher) {
    for (const Intent& intent : matcher.intents()) {
      for (const Example& example : intent.examples) run_example(matcher, intent, example);
    }
  }

 private:
  void report(const dialogs::Definition& definition, const std::string& path, dialogs::Place place,
              const std::vector<std::string>& arguments) {
    diagnostics_.push_back(dialogs::make(definition, path, place, arguments));
  }

  void refuse_same_names() {
    std::map<std::string, const Intent*> seen;
    for (const Intent& intent : inside_->intents) {
      const auto [earlier, is_new] = seen.emplace(intent.name, &intent);
      if (is_new) continue;
      report(mistakes::kIntentTwice, intent.path, intent.place,
             {intent.name, earlier->second->path, std::to_string(earlier->second->place.line)});
    }
  }

  PhraseTree add(const Intent& intent, Origin origin) {
    const Phrase& phrase = origin.except ? intent.except[static_cast<std::size_t>(origin.phrase)]
                                         : intent.phrases[static_cast<std::size_t>(origin.phrase)];
    const std::size_t before = diagnostics_.size();
    PhraseTree tree = parse_phrase(phrase, intent.path, &diagnostics_);
    if (diagnostics_.size() > before) return {};
    if (may_be_empty(tree)) {
      report(mistakes::kFitsEverything, intent.path, phrase.place, {});
      return {};
    }
    // A command fits the whole message; what takes it back may stand anywhere in it.
    const bool inside_command = origin.except && intent.kind == IntentKind::kCommand;
    const Dialect dialect = inside_command ? Dialect::kSentence : dialect_of(intent);
    const Pattern pattern = pattern_of(tree, dialect);
    const bool good = put(set_of(intent), intent, phrase, origin, pattern, tree.is_re2);
    if (good && pattern.segments.empty()) ungated(intent, phrase);
    if (good && is_safety(intent) && !asks(tree)) {
      put(&inside_->safety_as_written, intent, phrase, origin,
          pattern_of(tree, Dialect::kAsWritten), tree.is_re2);
    }
    if (dialect == Dialect::kWhole && !origin.except) {
      const int words = tree.is_re2 ? 1000 : count_words(tree.chain);
      inside_->longest_command = std::max(inside_->longest_command, words);
    }
    return tree;
  }

  PatternSet* set_of(const Intent& intent) {
    if (is_safety(intent)) return &inside_->safety;
    return intent.kind == IntentKind::kCommand ? &inside_->commands : &inside_->plain;
  }

  bool put(PatternSet* set, const Intent& intent, const Phrase& phrase, Origin origin,
           const Pattern& pattern, bool is_re2) {
    std::string reason;
    const bool by_sentence = is_re2 && intent.scope != Scope::kMessage;
    switch (set->add(origin, pattern, by_sentence, &reason)) {
      case PatternSet::Verdict::kGood:
        return true;
      case PatternSet::Verdict::kRefused:
        report(mistakes::kRefusedPattern, intent.path, phrase.place, {reason});
        return false;
      case PatternSet::Verdict::kFitsNothing:
        report(mistakes::kFitsEverything, intent.path, phrase.place, {});
        return false;
      case PatternSet::Verdict::kTooDear:
        report(mistakes::kPatternTooDear, intent.path, phrase.place, {});
        return false;
    }
    return false;
  }

  void ungated(const Intent& intent, const Phrase& phrase) {
    report(mistakes::kPatternWithoutGate, intent.path, phrase.place, {});
    last_ungated_path_ = intent.path;
    last_ungated_ = phrase.place;
    ++ungated_;
  }

  void run_example(const Matcher& matcher, const Intent& intent, const Example& example) {
    const auto heard = matcher.hear(example.text).heard;
    const bool fits = std::any_of(heard.begin(), heard.end(),
                                  [&](const auto& one) { return one.intent == intent.name; });
    if (fits == example.yes) return;
    std::string why;  // the phrase that fitted, or what a near one lost to
    for (const Finding& finding : matcher.explain(example.text)) {
      if (finding.intent != intent.name || finding.won == example.yes) continue;
      why = example.yes ? "'" + finding.phrase + "' lost: " + finding.lost_because : finding.phrase;
      break;
    }
    report(example.yes ? mistakes::kExampleNotHeard : mistakes::kExampleHeard, intent.path,
           example.place, {example.text, why});
  }

  std::size_t ungated_ = 0;
  std::string last_ungated_path_;
  dialogs::Place last_ungated_;
};

Matcher::Built Matcher::build(std::vector<Intent> intents, std::string language) {
  Builder builder(std::move(intents));
  builder.inside_->language = std::move(language);
  builder.compile();
  Built built;
  if (!has_errors(builder.diagnostics_)) {
    builder.seal();
    const std::shared_ptr<Matcher> matcher(new Matcher(std::move(builder.inside_)));
    builder.run_examples(*matcher);
    matcher->rest();
    built.matcher = matcher;
    if (has_errors(builder.diagnostics_)) built.matcher = nullptr;
  }
  built.diagnostics = std::move(builder.diagnostics_);
  return built;
}

}  // namespace attune::intents
