#include "intents/numbers_in_english.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace attune::intents {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;
using Words = std::vector<std::string_view>;

// Longest first where one begins another.
constexpr std::array kPhrases = {
    Pair{"pasado manana", "day after tomorrow"},
    Pair{"antes de ayer", "day before yesterday"},
    Pair{"la semana que viene", "next week"},
    Pair{"la proxima semana", "next week"},
    Pair{"semana que viene", "next week"},
    Pair{"proxima semana", "next week"},
    Pair{"el mes que viene", "next month"},
    Pair{"el proximo mes", "next month"},
    Pair{"mes que viene", "next month"},
    Pair{"por la manana", "in the morning"},
    Pair{"de la manana", "in the morning"},
    Pair{"esta manana", "today"},
    Pair{"esta noche", "tonight"},
    Pair{"esta tarde", "this evening"},
    Pair{"media hora", "half an hour"},
    Pair{"un cuarto de hora", "a quarter of an hour"},
    Pair{"cuarto de hora", "quarter of an hour"},
    Pair{"tres cuartos de hora", "three quarters of an hour"},
    Pair{"y media", "and a half"},
    Pair{"y medio", "and a half"},
    Pair{"un par de", "a couple of"},
    Pair{"dentro de", "in"},
    Pair{"de cada", "out of"},
};

constexpr std::array kWords = {
    Pair{"cero", "zero"}, Pair{"un", "a"}, Pair{"una", "a"}, Pair{"uno", "one"},
    Pair{"dos", "two"}, Pair{"tres", "three"}, Pair{"cuatro", "four"}, Pair{"cinco", "five"},
    Pair{"seis", "six"}, Pair{"siete", "seven"}, Pair{"ocho", "eight"}, Pair{"nueve", "nine"},
    Pair{"diez", "ten"}, Pair{"once", "eleven"}, Pair{"doce", "twelve"}, Pair{"trece", "thirteen"},
    Pair{"catorce", "fourteen"}, Pair{"quince", "fifteen"}, Pair{"dieciseis", "sixteen"},
    Pair{"diecisiete", "seventeen"}, Pair{"dieciocho", "eighteen"}, Pair{"diecinueve", "nineteen"},
    Pair{"veinte", "twenty"}, Pair{"veintiuno", "twenty one"}, Pair{"veintiun", "twenty one"},
    Pair{"veintidos", "twenty two"}, Pair{"veintitres", "twenty three"},
    Pair{"veinticuatro", "twenty four"}, Pair{"veinticinco", "twenty five"},
    Pair{"veintiseis", "twenty six"}, Pair{"veintisiete", "twenty seven"},
    Pair{"veintiocho", "twenty eight"}, Pair{"veintinueve", "twenty nine"},
    Pair{"treinta", "thirty"}, Pair{"cuarenta", "forty"}, Pair{"cincuenta", "fifty"},
    Pair{"sesenta", "sixty"}, Pair{"setenta", "seventy"}, Pair{"ochenta", "eighty"},
    Pair{"noventa", "ninety"}, Pair{"cien", "hundred"}, Pair{"ciento", "hundred"},
    Pair{"menos", "minus"},
    Pair{"segundo", "second"}, Pair{"segundos", "seconds"}, Pair{"minuto", "minute"},
    Pair{"minutos", "minutes"}, Pair{"hora", "hour"}, Pair{"horas", "hours"}, Pair{"dia", "day"},
    Pair{"dias", "days"}, Pair{"semana", "week"}, Pair{"semanas", "weeks"}, Pair{"mes", "month"},
    Pair{"meses", "months"}, Pair{"ano", "year"}, Pair{"anos", "years"}, Pair{"noche", "night"},
    Pair{"hoy", "today"}, Pair{"ayer", "yesterday"}, Pair{"anteayer", "day before yesterday"},
    Pair{"manana", "tomorrow"}, Pair{"en", "in"}, Pair{"y", "and"},
    Pair{"enero", "january"}, Pair{"febrero", "february"}, Pair{"marzo", "march"},
    Pair{"abril", "april"}, Pair{"mayo", "may"}, Pair{"junio", "june"}, Pair{"julio", "july"},
    Pair{"agosto", "august"}, Pair{"septiembre", "september"}, Pair{"setiembre", "september"},
    Pair{"octubre", "october"}, Pair{"noviembre", "november"}, Pair{"diciembre", "december"},
};

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 8> kTens = {"twenty", "thirty",  "forty",  "fifty",
                                                   "sixty",  "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 9> kUnits = {"one", "two",   "three", "four", "five",
                                                    "six", "seven", "eight", "nine"};

bool among(const auto& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Words words_in(std::string_view text) {
  Words words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool stands_at(const Words& words, std::size_t at, const Words& phrase) {
  return at + phrase.size() <= words.size() &&
         std::equal(phrase.begin(), phrase.end(), words.begin() + static_cast<std::ptrdiff_t>(at));
}

void append(Words& to, std::string_view text) {
  for (const std::string_view word : words_in(text)) to.push_back(word);
}

// Word by word, the longest phrase first.
Words in_english(const Words& words) {
  Words out;
  for (std::size_t at = 0; at < words.size();) {
    std::size_t taken = 0;
    for (const auto& [from, to] : kPhrases) {
      const Words phrase = words_in(from);
      if (phrase.size() <= taken || !stands_at(words, at, phrase)) continue;
      taken = phrase.size();
      append(out, to);
      break;
    }
    if (taken == 0) {
      const auto found = std::find_if(kWords.begin(), kWords.end(),
                                      [&](const Pair& pair) { return pair.first == words[at]; });
      append(out, found == kWords.end() ? words[at] : found->second);
      taken = 1;
    }
    at += taken;
  }
  return out;
}

// What stands in another order there: "hace 3 dias" is "3 days ago", "treinta y uno" is "thirty
// one", "23 de noviembre de 2026" has its year right behind the month.
std::string in_order(const Words& words) {
  std::string out;
  const auto put = [&](std::string_view word) {
    if (!out.empty()) out += ' ';
    out += word;
  };
  std::size_t ago = 0;  // where a length that began with "hace" ends
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
    const std::string_view before = i > 0 ? words[i - 1] : std::string_view();
    if (words[i] == "hace" && i + 2 < words.size()) {
      ago = i + 2 + (among(kTens, next) && i + 3 < words.size() && among(kUnits, words[i + 2]));
      continue;
    }
    if (words[i] == "and" && among(kTens, before) && among(kUnits, next)) continue;
    if (words[i] == "de") {
      if (among(kMonths, before)) continue;
      put(among(kMonths, next) ? "of" : words[i]);
      continue;
    }
    put(words[i]);
    if (ago != 0 && i == ago) {
      put("ago");
      ago = 0;
    }
  }
  return out;
}

}  // namespace

std::string numbers_in_english(std::string_view folded, std::string_view language) {
  if (language != "es") return std::string(folded);
  return in_order(in_english(words_in(folded)));
}

}  // namespace attune::intents
