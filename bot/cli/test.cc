// attune test: every play, and which lines none of them touches.
#include <iomanip>
#include <iostream>
#include <set>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace {

void print_failure(const dialogs::Play& play, const dialogs::PlayResult& result) {
  std::cout << "FAILED  " << play.path << ":" << result.place.line << "  " << play.title << "\n"
            << "  expected: " << result.expected << "\n"
            << "  came:     " << result.came << "\n";
  for (const auto& why : result.why) std::cout << "  because:  " << why << "\n";
}

struct Coverage { std::size_t lines = 0, touched = 0; };

Coverage print_coverage(const dialogs::Library& library, const std::set<std::string>& touched, bool show_untested) {
  Coverage all;
  std::cout << "\nlines touched by a play\n";
  for (const auto& [name, program] : library.programs) {
    Coverage here;
    std::vector<const dialogs::Line*> missing;
    for (const auto& [id, line] : program->lines) {
      ++here.lines;
      if (touched.count(name + "#" + id) > 0) {
        ++here.touched;
      } else {
        missing.push_back(line);
      }
    }
    all.lines += here.lines;
    all.touched += here.touched;
    if (here.lines == 0) continue;
    std::cout << "  " << std::setw(3) << here.touched * 100 / here.lines << " %  " << name << "\n";
    if (!show_untested) continue;
    for (const auto* line : missing) {
      std::cout << "         " << program->script->path << ":" << line->place.line << "  #" << line->id << "  " << line->text.source() << "\n";
    }
  }
  return all;
}

}  // namespace

int test(const Folders& folders, const std::string& only, bool show_untested) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  const auto& edition = *bench.built.edition;
  const auto ear = [&](std::string_view words) { return edition.matcher->hear(words); };
  std::size_t passed = 0, failed = 0;
  std::set<std::string> touched;
  for (const auto& [path, text] : read_plays(folders.dialogs)) {
    if (!only.empty() && path.find(only) == std::string::npos) continue;
    auto parsed = dialogs::parse_plays({path, text});
    for (const auto& diagnostic : parsed.diagnostics) std::cout << dialogs::render(diagnostic, text) << "\n";
    if (!parsed.diagnostics.empty()) ++failed;
    for (const auto& play : parsed.plays) {
      const auto result = dialogs::run_play(play, *edition.library, ear);
      touched.insert(result.touched.begin(), result.touched.end());
      result.passed ? ++passed : ++failed;
      if (!result.passed) print_failure(play, result);
    }
  }
  if (only.empty()) {
    const Coverage all = print_coverage(*edition.library, touched, show_untested);
    std::cout << "  " << std::setw(3) << (all.lines == 0 ? 100 : all.touched * 100 / all.lines) << " %  of all " << all.lines << " lines\n";
  }
  std::cout << "\n" << passed << " plays passed, " << failed << " failed\n";
  if (passed + failed == 0) {
    std::cerr << "no play was found: write one beside its script, as dialogs/LANGUAGE.md shows\n";
    return kMissingInput;
  }
  return failed == 0 ? kOk : kFailedTest;
}

}  // namespace attune::bot
