#include "bot/turn/zones.h"

#include <date/tz.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace attune::bot {
namespace {

constexpr std::int64_t kFrom = 1'577'836'800, kTo = 4'417'977'600;  // 2020, 2110
constexpr std::size_t kLongestName = 64;

std::unique_ptr<const dialogs::Zone> read(const std::string& name) {
  if (name.size() > kLongestName) return nullptr;
  try {
    const date::time_zone* found = date::locate_zone(name);
    auto zone = std::make_unique<dialogs::Zone>();
    for (std::int64_t at = kFrom; at < kTo;) {
      const auto info = found->get_info(date::sys_seconds{std::chrono::seconds(at)});
      zone->steps.push_back({at, info.offset.count()});
      const std::int64_t end = info.end.time_since_epoch().count();
      if (end <= at) break;
      at = end;
    }
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

const dialogs::Zone* zone_named(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const dialogs::Zone>> known;  // only what exists
  if (name.empty() || name == "UTC") return nullptr;
  const std::lock_guard lock(mutex);
  const auto found = known.find(name);
  if (found != known.end()) return found->second.get();
  auto zone = read(name);
  if (!zone) return nullptr;
  return known.emplace(name, std::move(zone)).first->second.get();
}

bool is_zone(const std::string& name) { return name == "UTC" || zone_named(name) != nullptr; }

}  // namespace attune::bot
