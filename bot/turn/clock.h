// Where time comes in. Everything below the turn gets it as data.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "dialogs/engine/zone.h"

namespace attune::bot {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now() const = 0;  // seconds since 1970, UTC; any thread
};

// Wall time that does not believe a leap ahead at once. Words run out, event ids are dropped and
// notices are due by it, and none of that can be taken back when whoever set the clock wrongly sets it
// right again.
//
// A leap ahead of over a minute is believed when it has lasted a day; until then time goes on by the
// machine's uptime. A leap back is followed at once, and so is the way forward again within a day. A
// clock that stands before 2025 was never set; whatever it leaps to is believed.
class PatientClock final : public Clock {
 public:
  using Source = std::function<std::int64_t()>;  // seconds; any thread
  PatientClock(Source wall, Source uptime);      // the first reading is believed
  std::int64_t now() const override;

 private:
  const Source wall_, uptime_;
  mutable std::mutex mutex_;
  // Guarded by mutex_. Offsets are wall time minus uptime.
  mutable std::int64_t believed_ = 0;
  struct Noted { std::int64_t offset = 0, uptime = 0; };
  mutable std::optional<Noted> before_;  // where it was before it leapt back
  mutable std::optional<std::int64_t> ahead_since_;
};

// The machine's clocks, with that patience. Uptime counts sleep too.
std::unique_ptr<Clock> system_clock();

struct LocalTime {
  int hour = 0;           // 0..23
  std::int64_t day = 0;   // days since 1970
};

// As people read it: "2026-11-25 02:10:00 UTC".
std::string utc(std::int64_t at);

// Local wall time; null: UTC. By an IANA name: throws std::runtime_error naming it if it is not known.
LocalTime local_time(std::int64_t now, const dialogs::Zone* zone);
LocalTime local_time(std::int64_t now, const std::string& zone);

}  // namespace attune::bot
