#include "intents/required_literal.h"

#include <algorithm>

namespace attune::intents {

std::string required_literal(std::string_view re2) {
  if (re2.find("\\Q") != std::string_view::npos) return "";
  std::string best;
  std::string run;
  const auto flush = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  int depth = 0;
  for (std::size_t i = 0; i < re2.size(); ++i) {
    const char c = re2[i];
    if (c == '[') {
      flush();
      i = std::min(re2.find(']', i + 2), re2.size());  // good enough: text after is only lost
      if (i == re2.size()) return "";
      if (re2.substr(0, i).find("[:") != std::string_view::npos) return "";
    } else if (c == '\\') {
      flush();
      if (i + 1 < re2.size() && (re2[i + 1] == 'p' || re2[i + 1] == 'P' || re2[i + 1] == 'x'))
        return "";
      ++i;
    } else if (c == '(') {
      flush();
      if (re2.compare(i, 2, "(?") == 0 && re2.compare(i, 3, "(?:") != 0) return "";
      ++depth;
    } else if (c == ')') {
      flush();
      --depth;
    } else if (c == '|') {
      if (depth == 0) return "";
      flush();
    } else if (c == '*' || c == '?' || c == '{' || c == '+') {
      if (!run.empty()) run.pop_back();
      // A letter of several bytes is repeated whole: leave none of it.
      while (!run.empty() && static_cast<unsigned char>(run.back()) >= 0x80) run.pop_back();
      flush();
      if (c == '{') i = std::min(re2.find('}', i), re2.size());
    } else if (c == '.' || c == '^' || c == '$') {
      flush();
    } else if (depth == 0) {
      run.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    }
  }
  flush();
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return best.size() >= 3 && std::all_of(best.begin(), best.end(), is_ascii) ? best : "";
}

}  // namespace attune::intents
