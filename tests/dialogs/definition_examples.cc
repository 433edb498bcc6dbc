#include "definition_examples.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace attune::dialogs::small {
namespace {

// Fenced blocks of a section, "```talk PATH" or "```play PATH" to "```".
Files fenced(const std::string& section) {
  Files files;
  std::istringstream lines(section);
  std::string line;
  std::string path;
  while (std::getline(lines, line)) {
    if (line.rfind("```talk ", 0) == 0 || line.rfind("```play ", 0) == 0 || line.rfind("```po ", 0) == 0) {
      path = line.substr(line.find(' ') + 1);
      files[path];
    } else if (line == "```") {
      path.clear();
    } else if (!path.empty()) {
      files[path] += line + "\n";
    }
  }
  return files;
}

}  // namespace

std::vector<Examples> all_examples() {
  std::vector<Examples> all;
  const std::filesystem::path folder =
      std::filesystem::path(ATTUNE_SOURCE_DIR) / "dialogs" / "diagnostics";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".md") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    const std::string whole = text.str();
    const std::size_t refused = whole.find("\nRefused:\n");
    const std::size_t mended = whole.find("\nMended:\n");
    if (refused == std::string::npos || mended == std::string::npos) continue;
    all.push_back({entry.path().filename().string().substr(0, 5),
                   fenced(whole.substr(refused, mended - refused)), fenced(whole.substr(mended))});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  return all;
}

std::string with_header(const std::string& path, const std::string& text) {
  const bool script =
      path.find('/') != std::string::npos && path.find(".talk") != std::string::npos;
  if (!script || text.rfind("title:", 0) == 0 || text.rfind("(no file)", 0) == 0) return text;
  return "title: Example\nabout: For tests.\nmodel: none\nnot for: nobody\nreviewed: draft\n" +
         text;
}

}  // namespace attune::dialogs::small
