// A phrase's tree, put down as RE2 for one kind of text.
//
// The normal form puts one space after every token and one before the first, so a word is written
// `word ` and the whole phrase starts with one space: " you should ". Neighbouring words share the
// space between them, and an optional word `(?:really )?` leaves no trace when it is not there.
// For the text as it was written the same tree is put down with what may stand between two words
// there. Any thread.
#pragma once

#include <string>

#include "intents/pattern.h"

namespace attune::intents {

class Composer {
 public:
  explicit Composer(Dialect dialect) : dialect_(dialect) {}

  Dialect dialect() const { return dialect_; }
  std::string before() const;  // what stands before the first word, wherever it is
  std::string start() const;   // the same, at the start of the text
  std::string end() const;     // what may follow the last word at the end of the text
  std::string node(const Node& node) const;

 private:
  std::string gap() const;

  const Dialect dialect_;
};

// Where the apostrophe of a contracted form belongs: 3 in "dont", 0 in "want".
std::size_t apostrophe_in(const std::string& word);

}  // namespace attune::intents
