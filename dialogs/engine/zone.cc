#include "dialogs/engine/zone.h"

#include <algorithm>

namespace attune::dialogs {
namespace {

constexpr Time kDay = 86'400;
constexpr Time kHour = 3'600;

std::int64_t offset_at(const Zone* zone, Time utc) {
  if (zone == nullptr || zone->steps.empty()) return 0;
  const auto& steps = zone->steps;
  const auto after = std::upper_bound(steps.begin(), steps.end(), utc,
                                      [](Time at, const Zone::Step& step) { return at < step.from; });
  return after == steps.begin() ? steps.front().offset : std::prev(after)->offset;
}

Time midnight(Time wall) { return wall - ((wall % kDay) + kDay) % kDay; }

int weekday_of(Time wall) {  // 1970-01-01 was a Thursday
  const Time days = midnight(wall) / kDay;
  return static_cast<int>(((days + 3) % 7 + 7) % 7);
}

}  // namespace

Time on_the_wall(const Zone* zone, Time utc) { return utc + offset_at(zone, utc); }

// No zone changes twice within two days.
Time when_shown(const Zone* zone, Time wall) {
  const Time before = wall - offset_at(zone, wall - kDay), after = wall - offset_at(zone, wall + kDay);
  if (on_the_wall(zone, before) == wall || on_the_wall(zone, after) != wall) return before;
  return after;
}

Time next_shown(const Zone* zone, Time now, int weekday, int minute) {
  const Time today = midnight(on_the_wall(zone, now));
  for (int day = 0; day <= 8; ++day) {
    const Time wall = today + day * kDay;
    if (weekday >= 0 && weekday_of(wall) != weekday) continue;
    const Time at = when_shown(zone, wall + minute * 60);
    if (at > now) return at;
  }
  return now + 7 * kDay;
}

Time after_quiet(const Zone* zone, Time utc, int from, int to) {
  const Time wall = on_the_wall(zone, utc);
  const Time today = midnight(wall);
  const auto hour = static_cast<int>((wall - today) / kHour);
  const bool quiet = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
  if (!quiet) return utc;
  const Time end = today + to * kHour;
  return when_shown(zone, end > wall ? end : end + kDay);
}

}  // namespace attune::dialogs
