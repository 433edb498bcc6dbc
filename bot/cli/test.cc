// attune test: every play, and which lines none of them touches.
#include <filesystem>
#include <iostream>
#include <set>
#include <stdexcept>

#include "bot/cli/commands.h"
#include "bot/cli/coverage.h"
#include "bot/cli/workbench.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

void print_failure(const dialogs::Play& play, const dialogs::PlayResult& result) {
  std::cout << "FAILED  " << play.path << ":" << result.place.line << "  " << play.title << "\n"
            << "  turn " << result.turn << (result.said.empty() ? "" : ", You: " + result.said) << "\n"
            << "  expected: " << result.expected << "\n"
            << "  came:     " << result.came << "\n";
  for (const auto& why : result.why) std::cout << "  because:  " << why << "\n";
}

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

// Tells what is wrong in a play before it is run; false if it cannot be.
bool readable(const dialogs::ParsedPlays& parsed, const dialogs::Library& library, const std::string& text) {
  dialogs::Diagnostics all = parsed.diagnostics;
  for (const auto& play : parsed.plays) {
    const auto found = dialogs::check_play(play, library);
    all.insert(all.end(), found.begin(), found.end());
  }
  for (const auto& one : all) std::cout << dialogs::render(one, text) << "\n";
  return all.empty();
}

}  // namespace

int test(const Folders& folders, const std::vector<std::string>& what, bool show_untested) {
  std::vector<std::string> files;
  Sources plays = what.empty() ? plays_of("", folders) : Sources();
  for (const std::string& one : what) {
    if (is_path(one)) {
      files.push_back(play_of(one));
    } else {
      plays.merge(plays_of(one, folders));
    }
  }
  const Workbench bench = open_workbench(folders, files);
  plays.insert(bench.plays.begin(), bench.plays.end());
  if (plays.empty()) {
    throw std::runtime_error("there is no play in " + what.front() +
                             ": write one beside its script, as dialogs/LANGUAGE.md shows");
  }
  if (!usable(bench)) return kWrongScript;
  const auto& edition = *bench.built.edition;
  const auto ear = [&](std::string_view words, const std::string& language) { return edition.hear(words, language); };
  std::size_t passed = 0, failed = 0;
  bool wrong = false;
  Coverage coverage;
  std::set<std::string> started;
  for (const auto& [path, text] : plays) {
    const auto parsed = dialogs::parse_plays({path, text});
    if (!readable(parsed, *edition.library, text)) {
      wrong = true;
      continue;
    }
    for (const auto& play : parsed.plays) {
      const auto result = dialogs::run_play(play, *edition.library, ear);
      coverage.add(result);
      for (const auto& line : play.lines) {
        if (line.kind == dialogs::PlayLine::Kind::kStart && line.who == "start") started.insert(line.text);
      }
      result.passed ? ++passed : ++failed;
      if (!result.passed) print_failure(play, result);
    }
  }
  // A mistake in a play is not to be looked for above a long list.
  if (!wrong && (what.empty() || show_untested || (!files.empty() && !started.empty()))) {
    print(std::cout, coverage, bench, what.empty() ? std::set<std::string>{} : started, show_untested);
  }
  std::cout << "\n" << passed << " plays passed, " << failed << " failed\n";
  if (wrong) {
    std::cerr << "some plays could not be run: mend what is told above\n";
    return kWrongScript;
  }
  return failed == 0 ? kOk : kFailedTest;
}

}  // namespace attune::bot
