// Reads one line word by word, for everything but text: steps, conditions, types, header values.
//
// A word is letters, digits and `- _ / . '` (any byte over 0x7F too); a quoted text is one word;
// the signs are -> <= >= < > = ( ) : , |. Views point into the line. Nothing is reported here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialogs/language/script.h"
#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

class Words {
 public:
  explicit Words(Segment segment) : segment_(segment) {}

  std::string_view peek() const;  // the next word or sign; empty at the end
  std::string_view take();
  bool take(std::string_view word);           // if it is next
  bool take_all(std::string_view two_words);  // "at most": if they are next
  bool at_end() const { return peek().empty(); }
  void take_rest() { at_ = segment_.text.size(); }
  std::string_view rest() const;  // all that is left
  Place next_place() const;       // of peek(); a point behind the last word at the end
  Place place_of(std::string_view part) const { return segment_.place_of(part); }
  const Segment& segment() const { return segment_; }

  std::size_t mark() const { return at_; }
  void back_to(std::size_t mark) { at_ = mark; }

  // Each takes what it understands, or nothing.
  std::optional<std::int64_t> take_number();
  std::optional<Seconds> take_duration();    // "24h", "20 minutes"
  std::optional<int> take_time();            // "19:00", minutes since midnight
  std::optional<std::string> take_quoted();  // without its quotes
  std::optional<Literal> take_literal();

 private:
  Segment segment_;
  std::size_t at_ = 0;
};

bool is_name(std::string_view word);                             // [a-z][a-z0-9-]*
bool is_script_name(std::string_view word);                      // names with "/" between
bool is_slot_name(std::string_view word);                        // a name, or my.NAME, our.NAME
std::optional<std::int64_t> number_from(std::string_view word);  // whole numbers, at most 15 digits

}  // namespace attune::dialogs
