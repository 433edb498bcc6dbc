#include "bot/chart/day.h"

#include <date/date.h>

#include <array>

namespace attune::bot {
namespace {

date::year_month_day day_of(std::int64_t days) {
  return date::sys_days(date::days(static_cast<int>(days)));
}

}  // namespace

std::string day_without_year(std::int64_t days) {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "June",
                                                   "July", "Aug", "Sept", "Oct", "Nov", "Dec"};
  const auto day = day_of(days);
  return std::to_string(static_cast<unsigned>(day.day())) + " " + kMonths[static_cast<unsigned>(day.month()) - 1];
}

std::string day_with_year(std::int64_t days) {
  return day_without_year(days) + " " + std::to_string(static_cast<int>(day_of(days).year()));
}

}  // namespace attune::bot
