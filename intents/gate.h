// Which segments occur in a text: one RE2::Set, or a few if one would be too large.
//
// Sound, never exact: it may say that a segment was seen where it was not (when RE2 runs out of
// memory, all of a set's are said to be seen), it never says that one was not seen where it was. So
// whoever asks may skip what was not seen, and must look for itself at the rest.
//
// Filled by one thread with add(), then compile() once; look() from any number of threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace attune::intents {

class Gate {
 public:
  Gate();
  ~Gate();
  Gate(Gate&&) noexcept;
  Gate& operator=(Gate&&) noexcept;

  // A segment is RE2 text; the same text twice gets the same number. RE2 must accept it.
  int add(const std::string& segment);

  // `bytes` is what each set may use; 0 for an amount by the number of segments. What cannot be
  // compiled even alone counts as always seen.
  void compile(std::size_t bytes = 0);

  // (*seen)[n] becomes 1 for each segment n that may occur. `seen` is resized and cleared.
  void look(const std::string& text, std::vector<char>* seen) const;

  // Makes every set of every gate say that it ran out of memory. RE2 makes sure of room for its
  // tables when a set is compiled, so a test cannot bring this about by other means.
  static void TESTING_ONLY_run_out(bool out);

  std::size_t size() const { return segments_.size(); }
  std::size_t sets() const { return sets_.size(); }

 private:
  struct OneSet;
  void compile_some(const std::vector<int>& numbers, std::size_t bytes);

  std::vector<std::string> segments_;
  std::unordered_map<std::string, int> numbers_;
  std::vector<std::unique_ptr<OneSet>> sets_;
  std::vector<int> always_;
};

}  // namespace attune::intents
