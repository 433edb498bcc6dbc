// attune graph: a script or the library as a picture.
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "bot/cli/commands.h"
#include "bot/cli/coverage.h"
#include "bot/cli/graphviz.h"
#include "bot/cli/workbench.h"
#include "dialogs/graph/dot.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace {

using dialogs::Outline;
using dialogs::Shading;

bool is_file(const std::string& what) { return what.size() > 5 && what.substr(what.size() - 5) == ".talk"; }

// Orange to blue, which eyes that see no red or no green keep apart.
Shading::Shade share_of(std::size_t touched, std::size_t all) {
  if (all == 0) return {4, "no lines"};
  const int step = touched == 0 ? 0 : touched == all ? 3 : touched * 2 < all ? 1 : 2;
  return {step, std::to_string(touched) + " of " + std::to_string(all) + " lines"};
}

// Which share of each scene's lines the plays touch.
Shading shaded_by(const std::vector<Outline>& outlines, const Coverage& coverage) {
  Shading shading;
  shading.heading = "Lines that a play touches";
  shading.legend = {{"#f6b59a", "none"}, {"#fbdccb", "less than half"}, {"#d6e6f1", "half or more"}, {"#9ecae1", "all"}, {"#ffffff", "has no lines"}};
  for (const Outline& one : outlines) {
    std::size_t all = 0, seen = 0;
    for (const auto& scene : one.scenes) {
      std::size_t here = 0;
      for (const std::string& id : scene.lines) here += coverage.said.count(one.script + "#" + id);
      shading.scenes[one.script + " " + scene.name] = share_of(here, scene.lines.size());
      all += scene.lines.size();
      seen += here;
    }
    shading.scripts[one.script] = share_of(seen, all);
  }
  return shading;
}

Coverage coverage_of(const Sources& plays, const Edition& edition) {
  Coverage coverage;
  const auto ear = [&](std::string_view words, const std::string& language) { return edition.hear(words, language); };
  for (const auto& [path, text] : plays) {
    for (const auto& play : dialogs::parse_plays({path, text}).plays) {
      coverage.add(dialogs::run_play(play, *edition.library, ear));
    }
  }
  return coverage;
}

void write(const std::string& to, const std::string& picture) {
  if (to.empty()) {
    std::cout << picture;
    return;
  }
  std::ofstream out(to, std::ios::binary);
  out << picture;
  out.flush();
  if (!out) throw std::runtime_error("cannot write " + to);
}

}  // namespace

int graph(const GraphOptions& options) {
  const bool own = is_file(options.script);
  const Workbench bench = open_workbench(options.folders, own ? std::vector<std::string>{options.script} : std::vector<std::string>{});
  if (!usable(bench)) return kWrongScript;
  const Edition& edition = *bench.built.edition;
  const std::string asked = own ? script_name(bench.laid_over.at(0)) : options.script;
  if (!asked.empty() && edition.library->find(asked) == nullptr) {
    throw std::runtime_error("there is no script " + asked + "; `attune scripts` lists them");
  }
  std::vector<Outline> outlines;
  for (const auto& [name, program] : edition.library->programs) {
    if (asked.empty() || name == asked) outlines.push_back(dialogs::outline(*program->script, edition.library->shared));
  }
  Shading shading;
  if (options.coverage) {
    Sources plays = read_plays(options.folders.dialogs);
    if (own) {
      const std::string beside = options.script.substr(0, options.script.size() - 5) + ".play";
      if (std::ifstream(beside)) {
        const Workbench with_play = open_workbench(options.folders, {beside});
        plays.insert(with_play.plays.begin(), with_play.plays.end());
      }
    }
    shading = shaded_by(outlines, coverage_of(plays, edition));
  }
  const std::string dot = asked.empty() ? dialogs::library_as_dot(outlines, edition.library->always, shading)
                                        : dialogs::script_as_dot(outlines.at(0), shading);
  write(options.to, options.format == "dot" ? dot : laid_out(dot));
  return kOk;
}

}  // namespace attune::bot
