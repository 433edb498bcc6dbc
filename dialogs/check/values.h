// Does a value fit a slot? In words, for findings.
#pragma once

#include <string>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// "a number 0 to 10", "text up to 400", "a choice"
std::string described(const SlotType& type);

// As an author writes it, and as the engine compares it: `yes`, `7` and `late` alike.
std::string written(const Literal& literal);

bool fits(const SlotType& type, const Literal& literal);

// Does what one slot holds fit another? Of the same kind; words into as many words or more.
bool fits(const SlotType& type, const SlotType& from);

// A person's own words, which do not outlive their `keep`.
bool holds_words(const SlotType& type);

// A slot's own, or the script's.
Keep keep_of(const Slot& slot, const Header& header);

// The arguments of AT082 for `slot = {from}`.
std::vector<std::string> misfit(const Set& set, const Slot& slot, const Slot& from);

}  // namespace attune::dialogs
