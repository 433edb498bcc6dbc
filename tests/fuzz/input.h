// What every fuzz target shares: how an input is taken apart, and what happens when a promise does
// not hold.
//
// A target is one file with one LLVMFuzzerTestOneInput: it reads hostile bytes as the house would,
// and holds the result against what the header of the code under test promises. Inputs are kept
// readable, so that a find can be understood and seeds written by hand: parts are divided by a line
// "%%", numbers are single bytes from the front. No threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace attune::fuzz {

// A broken promise ends the process, so that the input is kept as a find.
inline void promise(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size)
      : rest_(reinterpret_cast<const char*>(bytes), size) {}

  // The next byte; 0 at the end.
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  // Up to the next line "%%", or all that is left.
  std::string part() { return std::string(cut("%%\n")); }
  std::string line() { return std::string(cut("\n")); }
  std::string rest() { return std::string(std::exchange(rest_, {})); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view cut(std::string_view mark) {
    const std::size_t at = rest_.find(mark);
    const std::string_view part = rest_.substr(0, at);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + mark.size());
    return part;
  }

  std::string_view rest_;
};

// Pieces of `bytes` as a network might cut them; the same seed cuts the same way.
inline std::vector<std::string_view> pieces(std::string_view bytes, std::uint32_t seed) {
  std::vector<std::string_view> out;
  const std::size_t most = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 7 : 400;
  while (!bytes.empty()) {
    seed = seed * 1664525 + 1013904223;
    out.push_back(bytes.substr(0, 1 + (seed >> 16) % most));
    bytes.remove_prefix(out.back().size());
  }
  return out;
}

}  // namespace attune::fuzz
