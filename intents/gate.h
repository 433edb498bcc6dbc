// Which segments occur in a text: those that are word runs by a trie, the rest by one RE2::Set, or
// a few if one would be too large.
//
// Sound, never exact: it may say that a segment was seen where it was not (when RE2 runs out of
// memory, all of a set's are said to be seen), it never says that one was not seen where it was. So
// whoever asks may skip what was not seen, and must look for itself at the rest.
//
// Filled by one thread with add(), then compile() once; look() from any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "intents/pattern.h"

namespace attune::intents {

class Gate {
 public:
  Gate();
  ~Gate();
  Gate(Gate&&) noexcept;

  // The same RE2 text twice gets the same number. RE2 must accept it, if it is no word run.
  int add(const Segment& segment, WordNumbers& numbers);

  // `bytes` is what each set may use; 0 for an amount by the number of segments. What cannot be
  // compiled even alone counts as always seen.
  void compile(std::size_t bytes = 0);

  // What may occur: each segment's number once, in no order, and a mark for each.
  struct Seen {
    std::vector<int> numbers;
    std::vector<std::uint64_t> marks;  // a bit each
    void mark(int number) {
      if (has(number)) return;
      numbers.push_back(number);
      marks[static_cast<std::size_t>(number) / 64] |= bit(number);
    }
    bool has(int number) const {
      return (marks[static_cast<std::size_t>(number) / 64] & bit(number)) != 0;
    }
    static std::uint64_t bit(int number) { return std::uint64_t{1} << number % 64; }
  };
  // `words` are those of `text`, as the segments' runs mean them, with the numbers of add().
  Seen look(const std::string& text, const std::vector<TextWord>& words) const;

  // Makes every set of every gate say that it ran out of memory. RE2 makes sure of room for its
  // tables when a set is compiled, so a test cannot bring this about by other means.
  static void TESTING_ONLY_run_out(bool out);

  std::size_t size() const { return segments_.size(); }
  std::size_t sets() const { return sets_.size(); }

 private:
  struct OneSet;
  void compile_some(const std::vector<int>& numbers, std::size_t bytes);

  WordTrie runs_;
  std::vector<std::string> segments_;
  std::vector<int> by_re2_;  // those that are no word runs
  std::unordered_map<std::string, int> numbers_;
  std::vector<std::unique_ptr<OneSet>> sets_;
  std::vector<int> always_;
};

}  // namespace attune::intents
