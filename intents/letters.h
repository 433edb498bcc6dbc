// A message as letters: what a person would call one character, lower-cased and in NFC, a Latin one
// without its accents, each knowing the raw bytes it came from. The first step of every normal form.
//
// A letter is a grapheme cluster, because canonical composition never reaches across its border; so
// each is composed alone and the map back stays exact. After 32 code points the rest of a cluster
// is left out (Unicode's stream-safe limit is 30), which keeps 10,000 accents on one letter linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attune::intents {

enum class LetterKind : std::uint8_t {
  kWord,     // letter, digit, and what combines with them
  kPicture,  // an emoji or other sign that stands as its own word
  kSpace,    // spaces, and all punctuation that has no kind of its own
  kNewline,
  kDot,  // .
  kEnd,  // ! and what ends a sentence in other scripts
  kQuestion,
  kApostrophe,  // straight, curly, modifier letter, backtick, acute
  kInner,       // , : / which stay between digits
  kNothing,     // zero-width
};

struct Letter {
  std::uint32_t begin = 0;  // raw bytes
  std::uint32_t end = 0;
  std::uint32_t out = 0;  // bytes of Letters::text
  std::uint16_t size = 0;
  LetterKind kind = LetterKind::kSpace;
  bool digit = false;  // ASCII digit
};

struct Letters {
  std::string text;
  std::vector<Letter> list;

  std::string_view of(const Letter& letter) const {
    return std::string_view(text).substr(letter.out, letter.size);
  }
};

// What is not UTF-8 becomes a kSpace letter of one byte whose text is a space.
Letters letters_of(std::string_view raw);

}  // namespace attune::intents
