#include "bot/turn/edition.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "intents/normal_form.h"
#include "storage/records.h"

namespace attune::bot {
namespace {

namespace fs = std::filesystem;
using dialogs::Diagnostics;
using dialogs::SourceFile;

constexpr const char* kDialogs = "dialogs/";
constexpr const char* kIntents = "intents/";

bool starts_with(const std::string& text, const std::string& head) {
  return text.compare(0, head.size(), head) == 0;
}

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

std::string hash_of(const Sources& sources) {
  std::string all;
  for (const auto& [path, text] : sources) {
    all += path + '\0' + std::to_string(text.size()) + '\0' + text;
  }
  static const char* digits = "0123456789abcdef";
  std::string hex;
  for (std::uint8_t byte : storage::sha256(all)) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("cannot read " + path.string() + ": check who may read it");
  return text.str();
}

// Files below `folder` whose names end in one of `endings`, as `prefix` + path below it.
Sources read_folder(const std::string& folder, const std::string& prefix,
                    const std::vector<std::string>& endings, const std::string& flag) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw std::runtime_error("there is no folder " + folder + ": say where the library is, for example " + flag +
                             " ~/attune/" + (flag == "--dialogs" ? "dialogs" : "intents") +
                             "/library, or type the command in the folder of attune itself");
  }
  Sources found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string below = fs::relative(entry.path(), folder).generic_string();
    const bool wanted = std::any_of(endings.begin(), endings.end(),
                                    [&](const std::string& e) { return ends_with(below, e); });
    if (!wanted) continue;
    if (starts_with(below, "../")) {
      throw std::runtime_error(entry.path().string() + " is a link that leads out of " + folder);
    }
    found[prefix + below] = read_file(entry.path());
  }
  return found;
}

// A script's own word lists as intents of its own.
void add_local_lists(const dialogs::Library& library, std::vector<intents::Intent>& all) {
  for (const auto& [name, program] : library.programs) {
    for (const dialogs::Hears& list : program->script->hears) {
      intents::Intent intent;
      intent.name = name + ":" + list.name;
      intent.path = program->script->path;
      intent.place = list.place;
      for (const auto& [phrase, place] : list.phrases) intent.phrases.push_back({phrase, place});
      all.push_back(std::move(intent));
    }
  }
}

void append(Diagnostics& to, Diagnostics from, const std::string& prefix) {
  for (auto& diagnostic : from) {
    if (!starts_with(diagnostic.path, prefix)) diagnostic.path = prefix + diagnostic.path;
    to.push_back(std::move(diagnostic));
  }
}

}  // namespace

BuiltEdition build_edition(Sources sources) {
  BuiltEdition built;
  std::vector<SourceFile> talks;
  std::vector<intents::Intent> all;
  dialogs::Vocabulary vocabulary;
  for (const auto& [path, text] : sources) {
    if (starts_with(path, kIntents)) {
      auto parsed = intents::parse_intents({path.substr(std::string(kIntents).size()), text});
      append(built.diagnostics, std::move(parsed.diagnostics), kIntents);
      for (auto& intent : parsed.intents) {
        vocabulary[intent.name] = intent.kind;
        all.push_back(std::move(intent));
      }
    } else {
      talks.push_back({path.substr(std::string(kDialogs).size()), text});
    }
  }
  dialogs::Loaded loaded = dialogs::load(talks, vocabulary, intents::fold);
  append(built.diagnostics, std::move(loaded.diagnostics), kDialogs);
  if (loaded.library) add_local_lists(*loaded.library, all);
  auto matched = intents::Matcher::build(std::move(all));
  for (auto& diagnostic : matched.diagnostics) {
    const bool in_script = ends_with(diagnostic.path, ".talk");
    diagnostic.path = (in_script ? kDialogs : kIntents) + diagnostic.path;
    built.diagnostics.push_back(std::move(diagnostic));
  }
  if (!loaded.library || !matched.matcher || dialogs::has_errors(built.diagnostics)) return built;
  auto edition = std::make_shared<Edition>();
  edition->hash = hash_of(sources);
  loaded.library->hash = edition->hash;
  edition->sources = std::move(sources);
  edition->library = std::move(loaded.library);
  edition->matcher = std::move(matched.matcher);
  built.edition = std::move(edition);
  return built;
}

Sources read_sources(const std::string& dialogs_folder, const std::string& intents_folder) {
  Sources all = read_folder(dialogs_folder, kDialogs, {".talk", "cards.json"}, "--dialogs");
  all.merge(read_folder(intents_folder, kIntents, {".intents"}, "--intents"));
  return all;
}

Sources read_plays(const std::string& dialogs_folder) {
  return read_folder(dialogs_folder, "", {".play"}, "--dialogs");
}

std::string render_all(const Diagnostics& diagnostics, const Sources& sources) {
  std::string out;
  std::size_t errors = 0;
  for (const auto& diagnostic : diagnostics) {
    const auto source = sources.find(diagnostic.path);
    out += dialogs::render(diagnostic, source == sources.end() ? "" : source->second);
    if (out.empty() || out.back() != '\n') out += '\n';
    out += '\n';
    if (diagnostic.severity == dialogs::Severity::kError) ++errors;
  }
  const std::size_t warnings = diagnostics.size() - errors;
  auto count = [](std::size_t n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
  };
  return out + count(errors, "error") + ", " + count(warnings, "warning") + "\n";
}

}  // namespace attune::bot
