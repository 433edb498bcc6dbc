// attune po: the texts of the library as gettext files, for whoever puts them into another language.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "dialogs/check/walk.h"
#include "dialogs/translation/translate.h"
#include "intents/intent_file.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

using dialogs::PoFile;
using dialogs::Progress;

// The scripts that are translated, as the library has them.
struct Texts {
  dialogs::Scripts scripts;
  dialogs::Scripts shared;
  dialogs::Cards cards;
};

Texts texts_of(const dialogs::Library& library) {
  Texts texts;
  for (const auto& [name, program] : library.programs) texts.scripts.push_back(program->script);
  texts.shared = library.shared;
  texts.cards = library.cards;
  return texts;
}

// "es", "pt-BR"
bool is_language(const std::string& code) {
  const auto letters = [](std::string_view part, char from, char to) {
    return part.size() >= 2 && part.size() <= 3 && std::all_of(part.begin(), part.end(), [&](char c) { return c >= from && c <= to; });
  };
  const auto dash = code.find('-');
  const std::string_view whole = code;
  return letters(whole.substr(0, dash), 'a', 'z') && (dash == code.npos || letters(whole.substr(dash + 1), 'A', 'Z'));
}

std::string read_or_empty(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Written beside the old one and put in its place, so that a full disk costs nothing.
bool replace(const fs::path& path, const std::string& text) {
  const fs::path beside = path.string() + ".new";
  std::ofstream out(beside, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, path, error);
  if (!out || error) {
    std::cerr << "cannot write " << path.string() << "\n";
    fs::remove(beside, error);
    return false;
  }
  return true;
}

struct Count {
  std::size_t all = 0, fresh = 0, fuzzy = 0, gone = 0;
};

Count count(const PoFile& file) {
  Count count;
  for (const auto& entry : file.entries) {
    if (entry.obsolete) {
      ++count.gone;
      continue;
    }
    ++count.all;
    if (entry.text.empty()) ++count.fresh;
    if (entry.fuzzy) ++count.fuzzy;
  }
  return count;
}

std::string share(const Progress& progress) {
  const int hundredths = progress.texts == 0 ? 100 : progress.translated * 100 / progress.texts;
  return std::to_string(hundredths) + " %";
}

// Intents that a begun script listens for and that nobody has written in that language.
std::set<std::string> deaf_to(const dialogs::Library& library, const dialogs::Translation& made, const Workbench& bench) {
  std::set<std::string> written;
  for (const auto& [path, text] : bench.sources) {
    const std::string folder = "intents/" + made.language + "/";
    if (path.compare(0, folder.size(), folder) != 0) continue;
    for (const auto& intent : intents::parse_intents({path, text}).intents) written.insert(intent.name);
  }
  std::set<std::string> missing;
  dialogs::Scripts all = made.shared;  // remarks stand in many scripts
  all.insert(all.end(), made.scripts.begin(), made.scripts.end());
  for (const auto& script : all) {
    const bool own = script->kind == dialogs::Script::Kind::kScript;
    const auto progress = made.progress.find(own ? script->name : "");
    if (progress == made.progress.end() || progress->second.translated == 0) continue;
    dialogs::Visit conditions;
    conditions.condition = [&](const dialogs::Condition& whole, const dialogs::Spot&) {
      dialogs::each_part(whole, [&](const dialogs::Condition& part) {
        const bool heard = part.kind == dialogs::Condition::Kind::kHeard;
        if (heard && library.vocabulary.count(part.name) > 0 && written.count(part.name) == 0) missing.insert(part.name);
      });
    };
    walk(*script, conditions);
  }
  return missing;
}

void print_status(const dialogs::Library& library, const Workbench& bench, const dialogs::SourceFile& file) {
  const Texts texts = texts_of(library);
  const dialogs::Translation made = dialogs::translate(texts.scripts, texts.shared, texts.cards, file);
  Progress all;
  std::size_t width = 0;
  for (const auto& [script, progress] : made.progress) {
    all.texts += progress.texts;
    all.translated += progress.translated;
    all.changed += progress.changed;
    if (progress.translated > 0) width = std::max(width, script.size());
  }
  std::cout << made.language << ": " << all.translated << " of " << all.texts << " texts, " << share(all);
  if (all.changed > 0) std::cout << ", " << all.changed << " to be looked at again";
  std::cout << (library.translated.count(made.language) > 0 ? "" : "; not served yet, see attune check") << "\n";
  std::size_t untouched = 0;
  for (const auto& [script, progress] : made.progress) {
    if (progress.translated == 0) {
      ++untouched;
      continue;
    }
    std::cout << "  " << std::left << std::setw(static_cast<int>(std::max<std::size_t>(width, 14))) << (script.empty() ? "cards, always" : script)
              << "  " << std::right << std::setw(5) << share(progress);
    if (progress.translated < progress.texts) std::cout << "  " << progress.texts - progress.translated << " missing";
    if (progress.changed > 0) std::cout << "  " << progress.changed << " changed";
    std::cout << "\n";
  }
  if (untouched > 0) std::cout << "  and " << untouched << " scripts that nobody has begun\n";
  const auto deaf = deaf_to(library, made, bench);
  if (deaf.empty()) return;
  std::cout << "  not heard in " << made.language << ", though these scripts listen for it:";
  for (const std::string& name : deaf) std::cout << " " << name;
  std::cout << "\n";
}

}  // namespace

int po_extract(const Folders& folders) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  const Texts texts = texts_of(*bench.built.edition->library);
  std::cout << dialogs::write_po(dialogs::merged(texts.scripts, texts.shared, texts.cards, {}, ""));
  return kOk;
}

int po_merge(const Folders& folders, const std::string& language) {
  if (!is_language(language)) {
    std::cerr << "\"" << language << "\" is no code of a language: es, fr, pt-BR\n";
    return kUsage;
  }
  const fs::path path = fs::path(folders.dialogs) / "po" / (language + ".po");
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const dialogs::SourceFile before{"po/" + language + ".po", read_or_empty(path)};
  auto read = dialogs::read_po(before);
  if (dialogs::has_errors(read.diagnostics)) {
    for (auto& one : read.diagnostics) {
      one.path = path.string();
      std::cerr << dialogs::render(one, before.text) << "\n";
    }
    std::cerr << "Nothing was changed.\n";
    return kWrongScript;
  }
  // The scripts alone: what is wrong with the file is what merging mends.
  Workbench bench = open_workbench(folders, {});
  Sources without = bench.sources;
  std::erase_if(without, [](const auto& one) { return one.first.rfind("dialogs/po/", 0) == 0; });
  bench.built = build_edition(std::move(without));
  if (!usable(bench)) return kWrongScript;
  const Texts texts = texts_of(*bench.built.edition->library);
  const PoFile after = dialogs::merged(texts.scripts, texts.shared, texts.cards, std::move(read.file), language);
  if (!replace(path, dialogs::write_po(after))) return kDisk;
  const Count now = count(after);
  std::cout << path.string() << ": " << now.all << " texts, " << now.fresh << " to be translated, " << now.fuzzy << " to be looked at again";
  if (now.gone > 0) std::cout << ", " << now.gone << " no longer used";
  std::cout << "\n";
  return kOk;
}

int po_status(const Folders& folders) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  bool any = false;
  for (const auto& [path, text] : bench.sources) {
    const std::string inside = path.rfind("dialogs/", 0) == 0 ? path.substr(8) : "";
    if (!dialogs::language_of_po(inside)) continue;
    any = true;
    print_status(*bench.built.edition->library, bench, {inside, text});
  }
  if (!any) std::cout << "There is no translation yet. `attune po merge es` begins one.\n";
  return kOk;
}

}  // namespace attune::bot
