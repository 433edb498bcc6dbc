#include "bot/cli/workbench.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "dialogs/play/play.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

constexpr const char* kTry = "try/";

std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + file + ": check who may read it");
  return text.str();
}

bool is_ours(const fs::path& file) {
  const std::string ending = file.extension().string();
  return ending == ".talk" || ending == ".intents" || ending == ".play";
}

// Says what is wrong with a path that cannot be opened as one of ours.
void refuse_others(const std::string& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    const bool with_ending = fs::exists(file + ".talk", error);
    throw std::runtime_error("there is no file " + file +
                             (with_ending ? "; did you mean " + file + ".talk?" : ""));
  }
  if (is_ours(file)) return;
  throw std::runtime_error(file + " is not a script: a script's name ends in .talk, a play's in "
                           ".play, intents' in .intents. If it is one, save it as " +
                           fs::path(file).replace_extension(".talk").string() + ", as plain text");
}

// Below `root`, or "" if it is not.
std::string below(const std::string& file, const std::string& root) {
  std::error_code error;
  const fs::path path =
      fs::relative(fs::canonical(file, error), fs::canonical(root, error), error);
  if (error || path.empty() || *path.begin() == "..") return "";
  return path.generic_string();
}

// The name under which the play beside a script starts it, or "": so a play need not know where its
// script is being tried.
std::string name_in_play(const std::string& script) {
  const std::string file = fs::path(script).replace_extension(".play").string();
  const std::string stem = fs::path(script).stem().string();
  if (!fs::is_regular_file(file)) return "";
  for (const auto& play : dialogs::parse_plays({file, read(file)}).plays) {
    for (const auto& line : play.lines) {
      const bool start = line.kind == dialogs::PlayLine::Kind::kStart && line.who == "start";
      if (start && line.text.substr(line.text.rfind('/') + 1) == stem) return line.text;
    }
  }
  return "";
}

class Laying {
 public:
  Laying(Workbench& bench, const Folders& folders) : bench_(bench), folders_(folders) {}

  void file(const std::string& file, const std::string& inside = "") {
    refuse_others(file);
    if (fs::path(file).extension() == ".play") {
      bench_.plays[file] = read(file);
      const std::string beside = fs::path(file).replace_extension(".talk").string();
      const bool own = below(file, folders_.dialogs).empty() && fs::is_regular_file(beside);
      if (own) this->file(beside, inside.empty() ? "" : fs::path(inside).replace_extension(".talk").generic_string());
      return;
    }
    const std::string place = place_of(file, inside);
    const bool twice = std::find(bench_.laid_over.begin(), bench_.laid_over.end(), place) !=
                       bench_.laid_over.end();
    if (twice && !fs::equivalent(bench_.shown[place], file)) {
      throw std::runtime_error(bench_.shown[place] + " and " + file +
                               " have the same name: give one of them another, or check them one "
                               "after the other");
    }
    bench_.sources[place] = read(file);
    bench_.shown[place] = file;
    if (!twice) bench_.laid_over.push_back(place);
  }

  void folder(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file() && is_ours(entry.path())) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) {
      throw std::runtime_error("there is no script in " + folder +
                               ": a script's name ends in .talk, and it is plain text");
    }
    for (const std::string& one : files) file(one, below(one, folder));
  }

 private:
  std::string place_of(const std::string& file, const std::string& inside) const {
    const bool intents = fs::path(file).extension() == ".intents";
    const std::string prefix = intents ? "intents/" : "dialogs/";
    const std::string home = below(file, intents ? folders_.intents : folders_.dialogs);
    if (!home.empty()) return prefix + home;
    const std::string named = intents ? "" : name_in_play(file);
    if (!named.empty()) return prefix + named + ".talk";
    return prefix + (inside.empty() ? kTry + fs::path(file).filename().string() : inside);
  }

  Workbench& bench_;
  const Folders& folders_;
};

// As somebody in this folder would write it.
std::string path_of(const std::string& source, const Folders& folders) {
  const std::size_t slash = source.find('/');
  const bool intents = source.compare(0, slash, "intents") == 0;
  return (fs::path(intents ? folders.intents : folders.dialogs) / source.substr(slash + 1))
      .generic_string();
}

}  // namespace

Workbench open_workbench(const Folders& folders, const std::vector<std::string>& what, Verdicts* verdicts) {
  Workbench bench;
  bench.sources = read_sources(folders.dialogs, folders.intents);
  for (const auto& [path, text] : bench.sources) bench.shown[path] = path_of(path, folders);
  Laying laying(bench, folders);
  for (const std::string& one : what) {
    if (fs::is_directory(one)) {
      laying.folder(one);
    } else {
      laying.file(one);
    }
  }
  bench.built = verdicts == nullptr ? build_edition(bench.sources) : build_proved(bench.sources, *verdicts);
  return bench;
}

bool is_library(const std::string& folder) {
  return fs::is_directory(folder) && fs::exists(fs::path(folder) / "always.talk");
}

std::string script_name(const std::string& source_path) {
  const std::string without = source_path.substr(source_path.find('/') + 1);
  return without.substr(0, without.rfind('.'));
}

Sources as_shown(dialogs::Diagnostics& diagnostics, const Workbench& bench) {
  Sources texts = bench.plays;
  for (auto& one : diagnostics) {
    const auto source = bench.sources.find(one.path);
    const auto shown = bench.shown.find(one.path);
    if (shown != bench.shown.end()) one.path = shown->second;
    if (source != bench.sources.end()) texts[one.path] = source->second;
  }
  return texts;
}

void print(std::ostream& out, dialogs::Diagnostics diagnostics, const Workbench& bench) {
  const Sources texts = as_shown(diagnostics, bench);
  out << render_all(diagnostics, texts);
}

bool usable(const Workbench& bench) {
  if (bench.built.edition) return true;
  dialogs::Diagnostics errors;
  for (const auto& diagnostic : bench.built.diagnostics) {
    if (diagnostic.severity == dialogs::Severity::kError) errors.push_back(diagnostic);
  }
  print(std::cerr, errors, bench);
  return false;
}

}  // namespace attune::bot
