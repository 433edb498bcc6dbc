// The person's wall clock, as numbers. A zone is how far its clocks are from UTC and when that changes;
// whoever has the time zone database makes one, and the engine only counts with it. Pure.
#pragma once

#include <vector>

#include "dialogs/engine/state.h"

namespace attune::dialogs {

struct Zone {
  struct Step {
    Time from = 0;  // UTC
    std::int64_t offset = 0;
  };
  std::vector<Step> steps;  // in order of time; the first also holds before it
};

// What the clock on the wall shows, as seconds since 1970-01-01 00:00 on that wall. null: UTC.
Time on_the_wall(const Zone* zone, Time utc);

// When the wall shows it: the first time where clocks go back and it is shown twice; where they go
// forward and skip it, as long after the skip as it is after the skip's beginning (02:30 is 03:30).
Time when_shown(const Zone* zone, Time wall);

// The next time after `now` that the wall shows this minute (0..1439) of this day; 0 is Monday, -1
// any day.
Time next_shown(const Zone* zone, Time now, int weekday, int minute);

// `utc`, or the end of the quiet hours that it lies in. Whole hours, 0..23; equal: there are none.
Time after_quiet(const Zone* zone, Time utc, int from, int to);

}  // namespace attune::dialogs
