// All plays of an edition, run before it may go live. Pure.
#pragma once

#include <string>
#include <vector>

#include "bot/turn/edition.h"

namespace attune::bot {

struct Rehearsal {
  std::size_t passed = 0, failed = 0;
  // "listen/say-back.play:3 advice is named once: expected …, came …", and what is wrong in plays.
  std::vector<std::string> failures;
};

// `plays`: path -> text.
Rehearsal rehearse(const Edition& edition, const Sources& plays);

}  // namespace attune::bot
