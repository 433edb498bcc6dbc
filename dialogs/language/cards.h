// The help numbers, read from safety/cards.json. Any bytes may come in; never throws.
#pragma once

#include <string>
#include <vector>

#include "dialogs/language/diagnostic.h"
#include "dialogs/language/library.h"

namespace attune::dialogs {

inline constexpr const char* kCardsPath = "safety/cards.json";

// Fills `cards`; where a region has no text of its own, the international one stands. Mistakes
// point into the file.
Diagnostics read_cards(const SourceFile& file, Cards& cards);

// What {card.x} can name.
std::vector<std::string> fields(const Cards& cards);

}  // namespace attune::dialogs
