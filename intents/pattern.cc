#include "intents/pattern.h"

#include <re2/re2.h>

#include <algorithm>

#include "intents/composer.h"
#include "intents/required_literal.h"
#include "intents/segments.h"

namespace attune::intents {
namespace {

Pattern pattern_of_re2(const PhraseTree& tree, Dialect dialect) {
  Pattern pattern;
  pattern.raw = true;
  const std::string literal = required_literal(tree.re2);
  if (!literal.empty()) pattern.segments.push_back({RE2::QuoteMeta(literal), {}});
  pattern.re2 = "(?i)" + tree.re2;
  if (dialect == Dialect::kWhole) pattern.re2 = "\\A (?i:" + tree.re2 + ") \\z";
  return pattern;
}

}  // namespace

Pattern pattern_of(const PhraseTree& tree, Dialect dialect) {
  if (tree.is_re2) return pattern_of_re2(tree, dialect);
  const Composer composer(dialect);
  const bool whole = dialect == Dialect::kWhole;
  const std::string before = tree.from_start || whole ? composer.start() : composer.before();
  Pattern pattern;
  pattern.re2 = before;
  for (const Node& node : tree.chain) pattern.re2 += composer.node(node);
  if (tree.to_end || whole) pattern.re2 += composer.end();
  pattern.segments = segments_of(tree.chain, composer);
  pattern.from_start = tree.from_start || whole;
  pattern.to_end = tree.to_end || whole;
  if (dialect != Dialect::kAsWritten) pattern.runs = runs_of(tree.chain, dialect);
  return pattern;
}

std::size_t Segment::letters() const {
  if (runs.empty()) return re2.size();
  std::size_t fewest = SIZE_MAX;
  for (const WordRun& run : runs) {
    std::size_t letters = 0;
    for (const std::string& word : run) letters += word.size() + 1;
    fewest = std::min(fewest, letters);
  }
  return fewest;
}

}  // namespace attune::intents
