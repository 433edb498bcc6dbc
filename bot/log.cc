#include "bot/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace attune::bot::log {
namespace {

spdlog::logger& logger() {
  static const auto made = [] {
    auto one = spdlog::stderr_logger_mt("attune");
    one->set_pattern("%v");
    one->flush_on(spdlog::level::info);
    return one;
  }();
  return *made;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::kDebug: return spdlog::level::debug;
    case Level::kInfo: return spdlog::level::info;
    case Level::kWarn: return spdlog::level::warn;
    case Level::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

void set_level(std::string_view name) {
  logger().set_level(spdlog::level::from_str(std::string(name)));
}

void write(Level level, const char* event, Fields fields) {
  const auto at = level_of(level);
  if (!logger().should_log(at)) return;
  nlohmann::ordered_json line = {{"at", now()}, {"level", spdlog::level::to_string_view(at).data()}, {"event", event}};
  for (const auto& [name, value] : fields) {
    std::visit([&line, key = name](const auto& held) { line[key] = held; }, value);
  }
  logger().log(at, line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace attune::bot::log
