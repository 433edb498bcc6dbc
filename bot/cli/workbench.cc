#include "bot/cli/workbench.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("there is no file " + file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Where a file belongs in the library: at its own place if it is in there, else under try/.
std::string place_of(const std::string& file, const Folders& folders) {
  std::error_code error;
  const bool intents = fs::path(file).extension() == ".intents";
  const std::string root = intents ? folders.intents : folders.dialogs;
  const fs::path below = fs::relative(fs::canonical(file, error), fs::canonical(root, error), error);
  const std::string prefix = intents ? "intents/" : "dialogs/";
  if (!error && !below.empty() && *below.begin() != "..") return prefix + below.generic_string();
  return prefix + "try/" + fs::path(file).filename().string();
}

}  // namespace

Workbench open_workbench(const Folders& folders, const std::vector<std::string>& files) {
  Workbench bench;
  bench.sources = read_sources(folders.dialogs, folders.intents);
  for (const std::string& file : files) {
    const std::string place = place_of(file, folders);
    bench.sources[place] = read(file);
    bench.laid_over.push_back(place);
  }
  bench.built = build_edition(bench.sources);
  return bench;
}

std::string script_name(const std::string& source_path) {
  const std::string without = source_path.substr(source_path.find('/') + 1);
  return without.substr(0, without.rfind('.'));
}

bool usable(const Workbench& bench) {
  if (bench.built.edition) return true;
  dialogs::Diagnostics errors;
  for (const auto& diagnostic : bench.built.diagnostics) {
    if (diagnostic.severity == dialogs::Severity::kError) errors.push_back(diagnostic);
  }
  std::cerr << render_all(errors, bench.sources);
  return false;
}

}  // namespace attune::bot
