// Everything in a library that a translator puts into another language, each under a name that stays
// the same when the script is edited around it: the PO file's msgctxt.
//
//   listen/say-back#back04           a line, a label, a nudge
//   listen/say-back#back04 also      other ways to say a label
//   listen/say-back#back12 low       the two ends of a scale
//   listen/say-back hears late       a list of words of the script's own
//   listen/say-back value mood=calm  a value that some text shows: {mood}
//   always yes                       the labels of yes and no
//   card ie crisis                   a help number of a region ("-": the international one)
//
// One pass serves both ways: whoever only reads, reads `source`; whoever translates calls `put`.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dialogs/language/library.h"
#include "dialogs/language/reading.h"
#include "dialogs/language/script.h"
#include "dialogs/language/source_tree.h"

namespace attune::dialogs {

struct Message {
  enum class Kind { kLine, kLabel, kWords, kScale, kValue, kCard };
  Kind kind = Kind::kLine;
  std::string context;
  std::string source;
  std::string script;  // whose progress it counts for; "" for always and cards
  std::string note;    // the `///` lines above it, for the translator
  Place place;         // in the script
};

// A translation, as it stands in its file; what is wrong with its braces goes into the report.
using Put = std::function<void(const Segment& text, Report& report)>;
using EachMessage = std::function<void(const Message&, const Put&)>;

// The slots that some text shows: "listen/say-back:mood", "my.partner".
using ShownSlots = std::set<std::string>;
ShownSlots shown_slots(const std::vector<std::shared_ptr<const Script>>& scripts);
std::string slot_key(const std::string& script, const std::string& slot);

// `put` changes the script; of a value, `shown`, where the engine looks it up.
void each_message(Script& script, const ShownSlots& shown_in_texts, Library::Shown& shown,
                  const EachMessage& visit);
void each_message(Cards& cards, const EachMessage& visit);

}  // namespace attune::dialogs
