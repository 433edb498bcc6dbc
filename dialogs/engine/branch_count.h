// How often each `again` branch of a question was used: the numbering of Frame::again.
//
// A key is question * 256 + branch; `otherwise` is branch 255. Questions nest (a branch may ask
// something of its own), so the counts of several questions of a script stand side by side.
#pragma once

#include <map>

namespace attune::dialogs {

inline constexpr int kBranchesPerQuestion = 256;
inline constexpr int kOtherwiseBranch = 255;

inline int branch_key(int question, int branch) {
  const int own = branch < 0 || branch > kOtherwiseBranch ? kOtherwiseBranch : branch;
  return question * kBranchesPerQuestion + own;
}

inline void forget_branches(std::map<int, int>& again, int question) {
  again.erase(again.lower_bound(question * kBranchesPerQuestion),
              again.lower_bound((question + 1) * kBranchesPerQuestion));
}

// Answers to the question that were followed by `again`: all of its answers so far.
inline int answers_so_far(const std::map<int, int>& again, int question) {
  int sum = 0;
  const auto end = again.lower_bound((question + 1) * kBranchesPerQuestion);
  for (auto at = again.lower_bound(question * kBranchesPerQuestion); at != end; ++at)
    sum += at->second;
  return sum;
}

}  // namespace attune::dialogs
