// Where things are when nobody says.
#include <cstdlib>
#include <filesystem>

#include "bot/cli/commands.h"

#ifndef ATTUNE_SHARE
#define ATTUNE_SHARE "/usr/share/attune"
#endif

namespace attune::bot {
namespace fs = std::filesystem;

Folders default_folders() {
  std::error_code error;
  if (fs::is_directory("dialogs/library", error)) return {"dialogs/library", "intents/library"};
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = binary.parent_path() / ".." / "share" / "attune";
  const fs::path share = fs::is_directory(beside / "dialogs", error) ? beside : fs::path(ATTUNE_SHARE);
  return {(share / "dialogs").lexically_normal().string(), (share / "intents").lexically_normal().string()};
}

std::string default_data() {
  if (const char* given = std::getenv("XDG_DATA_HOME"); given != nullptr && *given != '\0') {
    return std::string(given) + "/attune";
  }
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "" : home) + "/.local/share/attune";
}

}  // namespace attune::bot
