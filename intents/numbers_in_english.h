// Numbers, days and lengths of time of another language, as English words, so that one reader
// (readings.h) reads them all: "dentro de dos semanas" becomes "in two weeks". Only those words
// change; a language without a table comes back as it is, and digits are read in any.
//
// Pure. Tables are for "es".
#pragma once

#include <string>
#include <string_view>

namespace attune::intents {

// `folded` is fold() of the message: small letters without accents.
std::string numbers_in_english(std::string_view folded, std::string_view language);

}  // namespace attune::intents
