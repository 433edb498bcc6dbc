#include "bot/turn/edition.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bot/turn/verdicts.h"
#include "dialogs/language/definitions.h"
#include "dialogs/language/proved.h"
#include "dialogs/language/structure.h"
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

std::string hash_of(const std::string& all) {
  static const char* digits = "0123456789abcdef";
  std::string hex;
  for (std::uint8_t byte : storage::sha256(all)) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::string hash_of(const Sources& sources) {
  std::string all;
  for (const auto& [path, text] : sources) {
    all += path + '\0' + std::to_string(text.size()) + '\0' + text;
  }
  return hash_of(all);
}

// What an intent hears, and when; neither its tests nor its note.
std::string definition_of(const intents::Intent& intent) {
  std::string out = std::to_string(static_cast<int>(intent.kind)) + ' ' + std::to_string(static_cast<int>(intent.scope)) + ' ' +
                    std::to_string(intent.at_most_words);
  for (const auto* list : {&intent.phrases, &intent.except}) {
    out += '\0';
    for (const auto& phrase : *list) out += phrase.text + '\n';
  }
  return out;
}

// Fills Library::structure, and the edition's two hashes.
void add_structure(dialogs::Library& library, Edition& edition) {
  std::map<std::string, std::string> definitions;  // of all languages that are served
  std::string structure, wording;
  const auto define = [&](const intents::Matcher& matcher) {
    for (const auto& intent : matcher.intents()) definitions[intent.name] += definition_of(intent) + '\0';
  };
  define(*edition.matcher);
  for (const auto& [language, matcher] : edition.ears) define(*matcher);
  for (const auto& [name, text] : definitions) structure += name + '\0' + text;
  const auto definition = [&](const std::string& name) {
    const auto found = definitions.find(name);
    return found == definitions.end() ? std::string() : found->second;
  };
  const auto add = [&](const dialogs::Script& script) {
    auto both = dialogs::structured(script, library.shared, library.memory, definition);
    const std::string hash = hash_of(both.structure);
    structure += script.name + '\0' + hash;
    wording += script.name + '\0' + both.wording;
    return hash.substr(0, 32);
  };
  for (const auto& [name, program] : library.programs) library.structure[name] = add(*program->script);
  for (const auto& script : library.shared) add(*script);
  for (const auto& [region, fields] : library.cards.regions) {
    for (const auto& [field, text] : fields) wording += region + '\0' + field + '\0' + text + '\0';
  }
  for (auto& [language, translated] : library.translated) {
    translated->structure = library.structure;  // the same steps in other words
    for (const auto& [name, program] : translated->programs)
      wording += dialogs::structured(*program->script, translated->shared, translated->memory, definition).wording;
  }
  edition.structure = hash_of(structure);
  edition.wording = hash_of(wording);
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

// "en/moves.intents" -> "en"; a file in no folder is in the library's own language.
std::string language_of_intents(const std::string& path, const std::string& own) {
  const auto slash = path.find('/');
  return slash == std::string::npos ? own : path.substr(0, slash);
}

bool always_heard(dialogs::IntentKind kind) { return kind != dialogs::IntentKind::kPlain; }

// What somebody who writes in `theirs` could not say: commands and safety.
std::vector<std::string> without_words(const std::vector<intents::Intent>& own,
                                       const std::vector<intents::Intent>& theirs) {
  std::vector<std::string> names;
  for (const auto& intent : own) {
    if (!always_heard(intent.kind)) continue;
    const bool there = std::any_of(theirs.begin(), theirs.end(), [&](const auto& one) { return one.name == intent.name; });
    // Words of other languages are an intent of their own; no language needs its own of those.
    if (!there && !ends_with(intent.name, "-tongues")) names.push_back(intent.name);
  }
  return names;
}

void append(Diagnostics& to, Diagnostics from, const std::string& prefix) {
  for (auto& diagnostic : from) {
    if (!starts_with(diagnostic.path, prefix)) diagnostic.path = prefix + diagnostic.path;
    to.push_back(std::move(diagnostic));
  }
}

// A language in which nobody could say stop is not served.
void drop_unsafe(dialogs::Library& library, const std::map<std::string, std::vector<intents::Intent>>& by_language,
                 Diagnostics& told) {
  const auto own = by_language.find(library.language);
  if (own == by_language.end()) return;
  for (auto at = library.translated.begin(); at != library.translated.end();) {
    const auto theirs = by_language.find(at->first);
    const auto missing = without_words(own->second, theirs == by_language.end() ? std::vector<intents::Intent>() : theirs->second);
    if (missing.empty()) {
      ++at;
      continue;
    }
    std::string names;
    for (std::size_t i = 0; i < missing.size() && i < 4; ++i) names += (i > 0 ? ", " : "") + missing[i];
    if (missing.size() > 4) names += " and " + std::to_string(missing.size() - 4) + " more";
    told.push_back(dialogs::make(dialogs::diagnostics::kUnsafeLanguage, kDialogs + ("po/" + at->first + ".po"), {1, 1, 0}, {at->first, names}));
    at = library.translated.erase(at);
  }
}

}  // namespace

dialogs::Hearing Edition::hear(std::string_view words, const std::string& language) const {
  const auto ear = ears.find(language);
  if (ear == ears.end()) return matcher->hear(words);
  dialogs::Hearing heard = ear->second->hear(words);
  dialogs::Hearing common = matcher->hear(words);
  heard.safety_ran = heard.safety_ran && common.safety_ran;
  for (auto& one : common.heard) {
    const auto kind = library->vocabulary.find(one.intent);
    if (kind == library->vocabulary.end() || !always_heard(kind->second)) continue;
    const bool there = std::any_of(heard.heard.begin(), heard.heard.end(), [&](const auto& own) { return own.intent == one.intent; });
    if (!there) heard.heard.push_back(std::move(one));
  }
  std::sort(heard.heard.begin(), heard.heard.end(), [](const auto& a, const auto& b) { return a.intent < b.intent; });
  return heard;
}

static BuiltEdition build(Sources sources, bool proved) {
  BuiltEdition built;
  std::vector<SourceFile> talks;
  std::map<std::string, std::vector<intents::Intent>> by_language;
  const std::string own = dialogs::Library().language;
  dialogs::Vocabulary vocabulary;
  for (const auto& [path, text] : sources) {
    if (starts_with(path, kIntents)) {
      auto parsed = intents::parse_intents({path.substr(std::string(kIntents).size()), text});
      append(built.diagnostics, std::move(parsed.diagnostics), kIntents);
      for (auto& intent : parsed.intents) {
        vocabulary[intent.name] = intent.kind;
        by_language[language_of_intents(intent.path, own)].push_back(std::move(intent));
      }
    } else {
      talks.push_back({path.substr(std::string(kDialogs).size()), text});
    }
  }
  dialogs::Loaded loaded = (proved ? dialogs::load_proved : dialogs::load)(talks, vocabulary, intents::fold);
  append(built.diagnostics, std::move(loaded.diagnostics), kDialogs);
  std::vector<intents::Intent>& all = by_language[own];
  if (loaded.library) drop_unsafe(*loaded.library, by_language, built.diagnostics);
  if (loaded.library) add_local_lists(*loaded.library, all);
  const auto build = [&](std::vector<intents::Intent> heard, const std::string& language) {
    auto matched = intents::Matcher::build(std::move(heard), language);
    for (auto& diagnostic : matched.diagnostics) {
      diagnostic.path = (ends_with(diagnostic.path, ".intents") ? kIntents : kDialogs) + diagnostic.path;
      built.diagnostics.push_back(std::move(diagnostic));
    }
    return matched.matcher;
  };
  auto edition = std::make_shared<Edition>();
  edition->matcher = build(std::move(all), own);
  if (!loaded.library) return built;
  for (const auto& [language, library] : loaded.library->translated) {
    std::vector<intents::Intent>& theirs = by_language[language];
    add_local_lists(*library, theirs);
    edition->ears[language] = build(std::move(theirs), language);
  }
  if (dialogs::has_errors(built.diagnostics)) return built;
  edition->hash = hash_of(sources);
  loaded.library->hash = edition->hash;
  for (const auto& [language, library] : loaded.library->translated) library->hash = edition->hash;
  add_structure(*loaded.library, *edition);
  edition->sources = std::move(sources);
  edition->library = std::move(loaded.library);
  built.edition = std::move(edition);
  return built;
}

BuiltEdition build_edition(Sources sources) { return build(std::move(sources), false); }

BuiltEdition build_proved(Sources sources, Verdicts& verdicts) {
  const bool proved = verdicts.holds(hash_of(sources));
  BuiltEdition built = build(std::move(sources), proved);
  if (built.edition && !proved) verdicts.keep(built.edition->hash);
  return built;
}

Sources read_sources(const std::string& dialogs_folder, const std::string& intents_folder) {
  Sources all = read_folder(dialogs_folder, kDialogs, {".talk", ".po", "cards.json"}, "--dialogs");
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
