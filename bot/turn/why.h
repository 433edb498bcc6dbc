// Why a turn answered as it did: what was understood, what decided it, and what lost; in plain words and
// for programs.
//
// The reasons are kept with the turn's reply, sealed, and live as long as its words; they hold places in
// the message and no words. Everything else (normal form, phrases, what else was heard, what came near)
// is found again from the words and the edition, so a turn pays for none of it. Pure but for `editions`.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bot/turn/edition.h"
#include "storage/holdings.h"

namespace attune::bot {

struct Why {
  struct Heard {
    std::string intent, phrase, words;
    std::string lost_because;  // "" if it was heard
  };
  storage::Version number = 0;
  storage::Time at = 0;
  std::string kind, edition;
  std::string open_edition;             // that of the open question, where it was another
  bool kept = true;                     // false: the words have run out, and the reasons with them
  std::string said, normal;             // "" if nothing was said, or its words are not kept
  std::vector<std::string> decided;     // in order
  std::vector<std::string> passed_over; // branches looked at before, each with why not
  std::vector<Heard> heard;             // then what came near
  std::vector<std::string> interrupts;  // lines of always.talk that were heard, in the order they are asked
  bool edition_kept = true;             // false: nothing but the reasons could be told
};

// The edition of that hash; null if it is not there any more.
using FindEdition = std::function<std::shared_ptr<const Edition>(const std::string& hash)>;

Why why(const storage::HeldTurn& turn, const FindEdition& editions);

std::string in_words(const Why& why);
nlohmann::json as_json(const Why& why);

// The conversation that `who` names (as bot/turn/person.h), else the one with the newest turn; null if
// there is none. `number` 0: its newest turn; null too if there is no such turn.
const storage::HeldTurn* turn_named(const storage::Holdings& holdings, const std::string& who, storage::Version number);

}  // namespace attune::bot
