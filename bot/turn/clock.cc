#include "bot/turn/clock.h"

#include <ctime>
#include <stdexcept>

#include "bot/turn/zones.h"

namespace attune::bot {
namespace {

constexpr std::int64_t kLeap = 60;               // more than any clock drifts between two turns
constexpr std::int64_t kDay = 86'400;

std::int64_t seconds_of(clockid_t which) {
  timespec at{};
  clock_gettime(which, &at);
  return at.tv_sec;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

PatientClock::PatientClock(Source wall, Source uptime) : wall_(std::move(wall)), uptime_(std::move(uptime)), believed_(wall_() - uptime_()) {}

std::int64_t PatientClock::now() const {
  const std::lock_guard lock(mutex_);
  const std::int64_t wall = wall_(), uptime = uptime_(), offset = wall - uptime;
  const std::int64_t ahead = offset - believed_;
  if (before_ && uptime - before_->uptime >= kDay) before_.reset();
  const bool way_back = before_ && offset <= before_->offset + kLeap;
  if (ahead > kLeap && !way_back && uptime + believed_ >= dialogs::kNeverSet) {
    if (!ahead_since_) ahead_since_ = uptime;
    if (uptime - *ahead_since_ < kDay) return uptime + believed_;
  }
  ahead_since_.reset();
  if (ahead < -kLeap && !before_) before_ = Noted{believed_, uptime};
  if (before_ && offset >= before_->offset - kLeap) before_.reset();  // it is back
  believed_ = offset;
  return wall;
}

std::unique_ptr<Clock> system_clock() {
  return std::make_unique<PatientClock>([] { return seconds_of(CLOCK_REALTIME); }, [] { return seconds_of(CLOCK_BOOTTIME); });
}

LocalTime local_time(std::int64_t now, const dialogs::Zone* zone) {
  const std::int64_t local = dialogs::on_the_wall(zone, now);
  LocalTime out;
  out.day = floor_div(local, 86400);
  out.hour = static_cast<int>((local - out.day * 86400) / 3600);
  return out;
}

LocalTime local_time(std::int64_t now, const std::string& zone) {
  if (!is_zone(zone)) {
    throw std::runtime_error("the time zone \"" + zone + "\" is not known: give one such as Europe/Dublin, or UTC");
  }
  return local_time(now, zone_named(zone));
}

std::string utc(std::int64_t at) {
  const std::time_t seconds = at;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

}  // namespace attune::bot
