// The normal form that all matching is done on, with a map back to the person's own words.
//
// NFC, lower case, straight quotes, contractions folded ("don't" and "dont" are one word),
// zero-width characters dropped, one space between words, sentence ends kept as marks. Pure; any
// bytes may come in (what is not UTF-8 counts as a space), and cost is linear.
//
// Layout of `text`: a space, then tokens, each followed by one space. A token is a word or one of
// the marks "." and "?". A word is letters and digits with what may stand inside them ("7/10",
// "3.5", "12:30"), or one picture sign. So " you " is the whole word "you" wherever it stands, and
// patterns need no \b, which knows ASCII only. A message without words is " ".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialogs/engine/hearing.h"

namespace attune::intents {

struct Letters;

struct NormalForm {
  std::string text;  // what the patterns see
  std::vector<std::uint32_t>
      from;  // byte of `text` -> byte of the raw message; text.size() + 1 entries
  // [begin, end) in `text`, with the spaces on both sides and the mark at the end. Neighbours share
  // the space between them.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sentences;

  // The raw bytes behind [begin, end) of `text`, whole characters, without spaces and marks at
  // either end (unless nothing else is there).
  dialogs::Span raw(std::uint32_t begin, std::uint32_t end) const;

  int words() const;  // marks do not count

  // The same words as one chain without marks, for what must fit a whole message.
  NormalForm without_marks() const;
};

// kDrop leaves out what the person only quotes: text in double quotation marks, and lines that
// begin with ">". In its place stands the word `"`. A message that is nothing but a quotation keeps
// it.
enum class Quotations { kKeep, kDrop };

NormalForm normalise(std::string_view raw, Quotations quotations = Quotations::kKeep);

// The same from letters already read (letters.h), without the spans in `left_out`.
NormalForm normalise(const Letters& letters, const std::vector<dialogs::Span>& left_out = {});

// Normal form without sentence marks and outer spaces: what choices are compared by. Also
// dialogs::Fold.
std::string fold(std::string_view raw);

// Lower case and NFC, a space before and after, and nothing else: every ASCII sign stays where it
// is, other signs become spaces. The safety set looks at this too, so that a fault in the rules
// above cannot blind it.
NormalForm as_written(std::string_view raw);
NormalForm as_written(const Letters& letters);

}  // namespace attune::intents
