#include "intents/segments.h"

#include <algorithm>

namespace attune::intents {
namespace {

// The word runs that a piece of a chain can be, as long as they are few.
class Runs {
 public:
  static constexpr std::size_t kMost = 256;
  // Of a segment, which only gates: beyond it two segments serve as well, and the trie stays small.
  static constexpr std::size_t kMostInSegment = 32;

  explicit Runs(Dialect dialect) : dialect_(dialect) {}

  // Every run a node can be; none if there are too many, or one that is not made of words.
  std::vector<WordRun> of(const Node& node) const {
    if (node.kind == Node::Kind::kWord) return word(node.word);
    if (node.kind == Node::Kind::kQuestion) {
      return {dialect_ == Dialect::kWhole ? WordRun{} : WordRun{"?"}};
    }
    std::vector<WordRun> all;
    for (const Chain& way : node.ways) {
      std::vector<WordRun> runs = {{}};
      for (const Node& part : way) {
        const std::vector<WordRun> next = of(part);
        if (next.empty() || runs.size() * next.size() > kMost) return {};
        runs = product(runs, next);
      }
      all.insert(all.end(), runs.begin(), runs.end());
    }
    if (node.optional) all.emplace_back();
    return all.size() > kMost ? std::vector<WordRun>{} : all;
  }

  // Every run a chain can be; none if one of them has no words.
  std::vector<WordRun> of_all(const Chain& chain) const {
    if (std::any_of(chain.begin(), chain.end(), has_gap) || may_be_empty(chain)) return {};
    std::vector<WordRun> all = {{}};
    for (const Node& node : chain) {
      const std::vector<WordRun> next = of(node);
      if (next.empty() || all.size() * next.size() > kMost) return {};
      all = product(all, next);
    }
    return all;
  }

  static std::vector<WordRun> product(const std::vector<WordRun>& left,
                                      const std::vector<WordRun>& right) {
    std::vector<WordRun> all;
    for (const WordRun& a : left) {
      for (const WordRun& b : right) {
        all.push_back(a);
        all.back().insert(all.back().end(), b.begin(), b.end());
      }
    }
    return all;
  }

 private:
  // In the text as it was written, "dont" may be the letters "don" and "t".
  std::vector<WordRun> word(const std::string& word) const {
    if (dialect_ != Dialect::kAsWritten) return {{word}};
    const bool letters = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             static_cast<unsigned char>(c) >= 0x80;
    });
    if (!letters) return {};
    const std::size_t apostrophe = apostrophe_in(word);
    if (apostrophe == 0) return {{word}};
    return {{word}, {word.substr(0, apostrophe), word.substr(apostrophe)}};
  }

  const Dialect dialect_;
};

// Cuts a chain at its gaps, and where a piece could be too many word runs. A group with a gap in it
// gates by one segment of each of its ways, if each has one: `(a ... b|c)` needs " a " or " c ".
class Cutter {
 public:
  Cutter(const Composer& composer, const Runs& runs) : composer_(composer), runs_(runs) {}

  std::vector<Segment> cut(const Chain& chain) {
    for (const Node& node : chain) {
      if (has_gap(node)) {
        flush();
        if (node.kind == Node::Kind::kGroup && !node.optional) branch(node);
      } else {
        take(node);
      }
    }
    flush();
    return std::move(segments_);
  }

 private:
  void take(const Node& node) {
    const bool may_be_missing = may_be_empty(Chain{node});
    // At either end of a segment, what may be missing tells nothing.
    if (may_be_missing && piece_.runs.empty()) return;
    const std::vector<WordRun> runs = runs_.of(node);
    if (runs.empty()) {
      flush();
      if (!may_be_missing) segments_.push_back({composer_.before() + composer_.node(node), {}});
      return;
    }
    if (!piece_.runs.empty() && piece_.runs.size() * runs.size() > Runs::kMostInSegment) {
      flush();
      if (may_be_missing) return;
    }
    if (piece_.runs.empty()) piece_ = {composer_.before(), {{}}};
    piece_.re2 += composer_.node(node);
    piece_.runs = Runs::product(piece_.runs, runs);
    if (!may_be_missing) needed_ = piece_;
  }

  void flush() {
    if (!needed_.runs.empty()) segments_.push_back(std::move(needed_));
    needed_ = {};
    piece_ = {};
  }

  void branch(const Node& group) {
    Segment any;
    bool all_runs = true;
    for (const Chain& way : group.ways) {
      const auto segments = Cutter(composer_, runs_).cut(way);
      if (segments.empty()) return;
      const auto rarest = std::max_element(
          segments.begin(), segments.end(),
          [](const Segment& a, const Segment& b) { return a.letters() < b.letters(); });
      any.re2 += (any.re2.empty() ? "(?:" : "|") + rarest->re2;
      any.runs.insert(any.runs.end(), rarest->runs.begin(), rarest->runs.end());
      all_runs = all_runs && !rarest->runs.empty();
    }
    any.re2 += ")";
    if (!all_runs) any.runs.clear();
    segments_.push_back(std::move(any));
  }

  const Composer& composer_;
  const Runs& runs_;
  std::vector<Segment> segments_;
  Segment piece_;   // what has been taken since the last cut
  Segment needed_;  // the same, up to the last node that may not be missing
};

}  // namespace

std::vector<WordRun> runs_of(const Chain& chain, Dialect dialect) {
  return Runs(dialect).of_all(chain);
}

std::vector<Segment> segments_of(const Chain& chain, const Composer& composer) {
  const Runs runs(composer.dialect());
  return Cutter(composer, runs).cut(chain);
}

}  // namespace attune::intents
