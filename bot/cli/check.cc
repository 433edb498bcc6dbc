#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "bot/cli/commands.h"
#include "bot/cli/findings.h"
#include "bot/cli/workbench.h"
#include "dialogs/language/parser.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace fs = std::filesystem;

namespace {

// What is wrong in plays: their lines, and what they name that nobody has.
void add_plays(const Sources& plays, const Workbench& bench, dialogs::Diagnostics& shown) {
  for (const auto& [path, text] : plays) {
    auto parsed = dialogs::parse_plays({path, text});
    shown.insert(shown.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    if (!bench.built.edition) continue;
    for (const auto& play : parsed.plays) {
      const auto found = dialogs::check_play(play, *bench.built.edition->library);
      shown.insert(shown.end(), found.begin(), found.end());
    }
  }
}

std::string counted(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace

int check(const CheckOptions& options) {
  Folders folders = options.folders;
  std::vector<std::string> files;
  for (const std::string& one : options.what) {
    if (is_library(one)) {
      folders.dialogs = one;
    } else {
      files.push_back(one);
    }
  }
  Workbench bench = open_workbench(folders, files);
  dialogs::Diagnostics shown;
  for (const auto& diagnostic : bench.built.diagnostics) {
    const bool asked_for = files.empty() || std::find(bench.laid_over.begin(), bench.laid_over.end(), diagnostic.path) != bench.laid_over.end();
    const bool error = diagnostic.severity == dialogs::Severity::kError;
    if (error || (!options.only_errors && asked_for)) shown.push_back(diagnostic);
  }
  if (files.empty()) {
    for (const auto& [path, text] : read_plays(folders.dialogs)) {
      bench.plays[(fs::path(folders.dialogs) / path).generic_string()] = text;
    }
  }
  add_plays(bench.plays, bench, shown);
  const bool refused = dialogs::has_errors(shown) || !bench.built.edition;
  if (options.format != "text") {
    const Sources texts = as_shown(shown, bench);
    const std::string page = diagnostics_page(folders.dialogs);
    std::cout << (options.format == "sarif" ? findings_as_sarif(shown, texts, page) : findings_as_json(shown, texts, page));
    return refused ? kWrongScript : kOk;
  }
  print(std::cout, shown, bench);
  if (refused) return kWrongScript;
  const auto& edition = *bench.built.edition;
  if (files.empty()) {
    std::cout << counted(edition.library->programs.size(), "script") << " and "
              << counted(edition.library->vocabulary.size(), "intent") << " can be served.\n";
  } else {
    std::cout << "Checked " << counted(bench.laid_over.size() + bench.plays.size(), "file")
              << ", together with the library in " << folders.dialogs << ".\n";
  }
  return kOk;
}

int give_ids(const std::vector<std::string>& files, bool only_check) {
  int missing = 0;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::cerr << "there is no file " << file << "\n";
      return kMissingInput;
    }
    std::ostringstream text;
    text << in.rdbuf();
    const std::string before = text.str();
    const std::string name = fs::path(file).filename().string();
    const auto parsed = dialogs::parse({name, before});
    if (dialogs::has_errors(parsed.diagnostics)) {
      for (auto diagnostic : parsed.diagnostics) {
        diagnostic.path = file;
        std::cerr << dialogs::render(diagnostic, before) << "\n";
      }
      std::cerr << file << " is left as it is: mend it first.\n";
      return kWrongScript;
    }
    const std::string after = dialogs::give_ids({name, before});
    if (after == before) continue;
    ++missing;
    if (only_check) {
      std::cout << file << ": lines without an id\n";
      continue;
    }
    // Beside and renamed, so that a full disk or a lost power line never leaves half a script.
    const std::string beside = file + ".new";
    {
      std::ofstream out(beside, std::ios::binary | std::ios::trunc);
      out << after;
      out.flush();
      if (!out) {
        std::cerr << "cannot write " << beside << "; " << file << " is left as it was\n";
        fs::remove(beside);
        return kDisk;
      }
    }
    fs::permissions(beside, fs::status(file).permissions());
    fs::rename(beside, file);
    std::cout << file << ": ids given\n";
  }
  return only_check && missing > 0 ? kWrongScript : kOk;
}

}  // namespace attune::bot
