#include "bot/cli/plays.h"

#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "dialogs/language/definitions.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

// Plays of the library whose names contain `part`, by the path at which they lie.
Sources plays_of(const std::string& part, const Folders& folders) {
  Sources found;
  std::vector<std::string> names;
  for (const auto& [path, text] : read_plays(folders.dialogs)) {
    names.push_back(path.substr(0, path.rfind('.')));
    if (path.find(part) != std::string::npos)
      found[(fs::path(folders.dialogs) / path).generic_string()] = text;
  }
  if (!found.empty()) return found;
  const std::string near = dialogs::nearest(part, names);
  throw std::runtime_error("no play is called " + part +
                           (near.empty() ? "." : "; did you mean " + near + "?") +
                           " A play lies beside its script and ends in .play; dialogs/LANGUAGE.md "
                           "shows how to write one");
}

// A file of somebody's own, or a folder of them: what open_workbench takes.
bool is_path(const std::string& what) {
  const std::string ending = fs::path(what).extension().string();
  return fs::is_directory(what) || ending == ".play" || ending == ".talk";
}

// For a script, its play.
std::string play_of(const std::string& what) {
  if (fs::path(what).extension() != ".talk") return what;
  if (!fs::exists(what)) throw std::runtime_error("there is no file " + what);
  const std::string play = fs::path(what).replace_extension(".play").string();
  if (fs::exists(play)) return play;
  throw std::runtime_error("there is no play " + play + " beside " + what +
                           ": dialogs/LANGUAGE.md shows how to write one");
}

}  // namespace

Plays open_plays(const Folders& folders, const std::vector<std::string>& what) {
  Plays plays;
  std::vector<std::string> files;
  if (what.empty()) plays.texts = plays_of("", folders);
  for (const std::string& one : what) {
    if (is_path(one)) {
      files.push_back(play_of(one));
    } else {
      plays.texts.merge(plays_of(one, folders));
    }
  }
  plays.bench = open_workbench(folders, files);
  plays.texts.insert(plays.bench.plays.begin(), plays.bench.plays.end());
  plays.only_named = !files.empty();
  if (!plays.texts.empty()) return plays;
  throw std::runtime_error("there is no play in " + what.front() +
                           ": write one beside its script, as dialogs/LANGUAGE.md shows");
}

dialogs::Ear ear_of(const Edition& edition) {
  return [&edition](std::string_view words, const std::string& language) { return edition.hear(words, language); };
}

bool readable(const dialogs::ParsedPlays& parsed, const dialogs::Library& library, const std::string& text, bool learning) {
  dialogs::Diagnostics all = parsed.diagnostics;
  for (const auto& play : parsed.plays) {
    for (auto& one : dialogs::check_play(play, library)) {
      const bool to_learn = one.code == dialogs::diagnostics::kPlayUnknownLine.code || one.code == dialogs::diagnostics::kPlayUnknownSpeaker.code;
      if (!learning || !to_learn) all.push_back(std::move(one));
    }
  }
  for (const auto& one : all) std::cout << dialogs::render(one, text) << "\n";
  return all.empty();
}

}  // namespace attune::bot
