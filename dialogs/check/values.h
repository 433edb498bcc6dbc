// Does a value fit a slot? In words, for findings.
#pragma once

#include <string>

#include "dialogs/language/script.h"

namespace attune::dialogs {

// "a number 0 to 10", "text up to 400", "a choice"
std::string described(const SlotType& type);

// As an author writes it.
std::string written(const Literal& literal);

bool fits(const SlotType& type, const Literal& literal);

}  // namespace attune::dialogs
