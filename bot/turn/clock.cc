#include "bot/turn/clock.h"

#include <date/tz.h>

#include <chrono>
#include <stdexcept>

namespace attune::bot {
namespace {

class SystemClock : public Clock {
 public:
  std::int64_t now() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

LocalTime local_time(std::int64_t now, const std::string& zone) {
  std::int64_t local = now;
  if (zone != "UTC") {
    try {
      const date::time_zone* found = date::locate_zone(zone);
      const date::sys_seconds at{std::chrono::seconds(now)};
      local += found->get_info(at).offset.count();
    } catch (const std::exception&) {
      throw std::runtime_error("the time zone \"" + zone +
                               "\" is not known: give one such as Europe/Dublin, or UTC");
    }
  }
  LocalTime out;
  out.day = floor_div(local, 86400);
  out.hour = static_cast<int>((local - out.day * 86400) / 3600);
  return out;
}

}  // namespace attune::bot
