// Where time comes in. Everything below the turn gets it as data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace attune::bot {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now() const = 0;  // seconds since 1970, UTC; any thread
};

std::unique_ptr<Clock> system_clock();

struct LocalTime {
  int hour = 0;           // 0..23
  std::int64_t day = 0;   // days since 1970
};

// Local wall time in an IANA zone. Throws std::runtime_error naming the zone if it is not known.
LocalTime local_time(std::int64_t now, const std::string& zone);

}  // namespace attune::bot
