#include "dialogs/engine/spoken_words.h"

namespace attune::dialogs {
namespace {

constexpr std::array<SpokenWords, 2> kAll = {{
    {"en",
     {"January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December"},
     " ",
     {"day", "days"},
     {"hour", "hours"},
     {"minute", "minutes"},
     {"second", "seconds"},
     "no time",
     " and ",
     "your partner"},
    {"es",
     {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
      "octubre", "noviembre", "diciembre"},
     " de ",
     {"día", "días"},
     {"hora", "horas"},
     {"minuto", "minutos"},
     {"segundo", "segundos"},
     "nada de tiempo",
     " y ",
     "tu pareja"},
}};

}  // namespace

const SpokenWords& spoken_words(std::string_view language) {
  for (const SpokenWords& words : kAll) {
    if (words.language == language) return words;
  }
  return kAll.front();
}

}  // namespace attune::dialogs
