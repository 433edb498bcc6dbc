// Many patterns over one kind of text, and where each occurs in it. Those that are word runs, which
// is most of them, are read off a trie; for the rest the gate says which may occur, and their own
// RE2 says where.
//
// An RE2 is compiled when its pattern is first looked for, so that a library of thousands is small
// and quick to load; what RE2 would refuse is found out by add().
//
// Filled by one thread with add(), then seal() once; find() from any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "intents/gate.h"
#include "intents/normal_form.h"
#include "intents/pattern.h"

namespace attune::intents {

// Which phrase a pattern came from.
struct Origin {
  int intent = 0;
  int phrase = 0;
  bool except = false;
};

struct Hit {
  Origin origin;
  std::uint32_t begin = 0;  // bytes of the text looked at
  std::uint32_t end = 0;
};

class PatternSet {
 public:
  // Sets that share `numbers` can read the same Text. It is filled by add() and outlives them.
  PatternSet(WordNumbers& numbers, WordsAre words);
  ~PatternSet();

  enum class Verdict { kGood, kRefused, kFitsNothing, kTooDear };
  // `by_sentence`: the pattern is raw RE2 that could run over a sentence's end, so it is shown one
  // sentence at a time. `reason` gets RE2's own words for kRefused.
  Verdict add(Origin origin, const Pattern& pattern, bool by_sentence, std::string* reason);
  void seal();
  // Lets go of what has been compiled so far; nobody may be looking. It comes again when needed.
  void rest();

  // A text for find(), good while the form is.
  struct Text {
    const NormalForm& form;
    std::vector<TextWord> words;
  };
  Text read(const NormalForm& form) const { return {form, words_in(form.text, words_, numbers_)}; }

  // Appends every occurrence, at most 64 of one pattern; of an exception only where its intent
  // occurs. With `gated` false it asks each pattern for all of them.
  void find(const Text& text, bool gated, std::vector<Hit>* hits) const;

  std::size_t size() const;
  std::size_t ungated() const;
  std::size_t segments() const { return gate_.size(); }

 private:
  struct One;
  void find_one(const One& one, const NormalForm& form, std::vector<Hit>* hits) const;
  void find_runs(const Text& text, std::vector<Hit>* hits) const;

  WordNumbers& numbers_;
  const WordsAre words_;
  std::vector<std::unique_ptr<One>> all_;
  WordTrie runs_;  // of those that need no RE2; numbers are places in all_
  std::vector<std::size_t> ungated_;
  std::vector<std::vector<std::size_t>> by_segment_;  // first segment -> patterns
  Gate gate_;
};

}  // namespace attune::intents
