#include "dialogs/language/library.h"

#include <algorithm>
#include <optional>
#include <set>

#include "dialogs/check/check.h"
#include "dialogs/check/scope.h"
#include "dialogs/check/together.h"
#include "dialogs/check/values.h"
#include "dialogs/check/walk.h"
#include "dialogs/language/cards.h"
#include "dialogs/language/parser.h"
#include "dialogs/language/proved.h"
#include "dialogs/translation/translate.h"

namespace attune::dialogs {
namespace {

bool is_script_file(const std::string& path) {
  return path.size() > 5 && path.compare(path.size() - 5, 5, ".talk") == 0;
}

// Everything that was read, before it is known to be good.
struct Pile {
  struct One {
    std::shared_ptr<const Script> script;
    std::vector<Broken> broken;
    std::set<int> told;
  };
  std::vector<One> scripts;
  Together together;
  Cards cards;
  std::vector<const SourceFile*> translations;
  Diagnostics diagnostics;

  void add(Diagnostics more) {
    std::move(more.begin(), more.end(), std::back_inserter(diagnostics));
  }
};

// What a mistake took from the tree; nothing, where the line was read as it was meant.
std::optional<Broken::Loss> loss_of(const Diagnostic& found) {
  static const std::set<std::string, std::less<>> kRead = {
      "AT005", "AT009", "AT012", "AT013", "AT014", "AT015", "AT016", "AT018", "AT021",
      "AT022", "AT024", "AT034", "AT037", "AT044", "AT046", "AT047", "AT048", "AT049"};
  static const std::set<std::string, std::less<>> kWord = {"AT008", "AT010", "AT019", "AT020",
                                                           "AT023", "AT025", "AT033"};
  if (kRead.count(found.code) > 0) return std::nullopt;
  const bool target = found.code == "AT020" && found.message.find("'->'") != std::string::npos;
  if (target) return Broken::Loss::kTarget;
  if (kWord.count(found.code) > 0) return Broken::Loss::kWord;
  if (found.code == "AT026" || found.code == "AT027") return Broken::Loss::kTarget;
  // A word with a slip in it was taken as the one it resembles.
  if (found.code == "AT007" && found.advice.rfind("Did you mean", 0) == 0)
    return Broken::Loss::kWord;
  return Broken::Loss::kStep;
}

void read(const SourceFile& file, Pile& pile) {
  Parsed parsed = parse(file);
  Pile::One one;
  bool wrong = false;
  for (const Diagnostic& found : parsed.diagnostics) {
    if (found.severity != Severity::kError) continue;
    wrong = true;
    one.told.insert(found.place.line);
    if (const auto loss = loss_of(found)) one.broken.push_back({found.place.line, *loss});
  }
  one.script = std::make_shared<const Script>(std::move(parsed.script));
  if (wrong) pile.together.broken.insert(one.script->name);
  if (one.script->kind != Script::Kind::kScript) {
    pile.together.shared.push_back(one.script);
  }
  pile.scripts.push_back(std::move(one));
  pile.add(std::move(parsed.diagnostics));
}

// What scripts do to each other: hand over slots, forget what is remembered.
struct Dealings {
  std::map<std::string, std::set<std::string>> handed;  // script -> its slots
  std::set<std::string> forgotten;
};

Dealings dealings(const std::vector<Pile::One>& scripts) {
  Dealings all;
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    if (const auto* call = std::get_if<Call>(&step.what)) {
      for (const Set& with : call->with) all.handed[call->script].insert(with.slot);
    }
    const auto* forget = std::get_if<Forget>(&step.what);
    if (!forget) return;
    for (const auto& [name, place] : forget->slots) {
      if (name.find('.') != std::string::npos) all.forgotten.insert(name);
    }
  };
  for (const Pile::One& one : scripts) walk(*one.script, visit);
  return all;
}

void check(Pile& pile, const Vocabulary& vocabulary) {
  const MemorySlots memory = memory_slots(pile.together.shared);
  Dealings between = dealings(pile.scripts);
  std::vector<std::shared_ptr<const Study>> studies;
  for (const Pile::One& one : pile.scripts) {
    std::set<std::string>& handed = between.handed[one.script->name];
    // Repairs are given the ends of a range by the engine.
    if (one.script->name.rfind("repair/", 0) == 0) {
      for (const Slot& slot : one.script->slots) handed.insert(slot.name);
    }
    studies.push_back(
        std::make_shared<const Study>(one.script, pile.together.shared, memory, handed));
    const bool whole = pile.together.broken.count(one.script->name) == 0;
    if (one.script->kind == Script::Kind::kScript && whole)
      pile.together.studies.push_back(studies.back());
  }
  pile.together.vocabulary = &vocabulary;
  Company company(pile.together);
  Surroundings around;
  around.vocabulary = &vocabulary;
  around.shared = pile.together.shared;
  around.cards = fields(pile.cards);
  around.manners = &company.manners();
  around.forgotten = between.forgotten;
  for (const Pile::One& one : pile.scripts) {
    if (one.script->kind == Script::Kind::kScript) around.scripts.push_back(one.script->name);
  }
  for (std::size_t i = 0; i < pile.scripts.size(); ++i) {
    around.broken = pile.scripts[i].broken;
    around.told = pile.scripts[i].told;
    pile.add(check_script(*studies[i], around));
  }
  pile.add(check_together(company, pile.together));
}

// Words that fold to nothing (a label of marks alone) can only be pressed.
void speak(const Choice& choice, const std::string& name, const Fold& fold, Library& library) {
  std::vector<std::string>& ways = library.spoken[name + "#" + choice.label.id];
  const auto add = [&](const std::string& words) {
    std::string folded = fold(words);
    if (!folded.empty() && std::find(ways.begin(), ways.end(), folded) == ways.end()) {
      ways.push_back(std::move(folded));
    }
  };
  const auto& parts = choice.label.text.parts;
  const auto hole = [](const Text::Part& part) { return part.hole; };
  if (std::none_of(parts.begin(), parts.end(), hole)) add(choice.label.text.source());
  for (const auto& [words, place] : choice.also) add(words);
  if (choice.means) add(written(*choice.means));
}

void add_script(const std::shared_ptr<const Script>& script, const Fold& fold, Library& library) {
  library.programs.emplace(script->name, compile(script, library.shared));
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    const auto* choose = std::get_if<Choose>(&step.what);
    if (!choose) return;
    for (const Choice& choice : choose->choices) speak(choice, script->name, fold, library);
  };
  walk(*script, visit);
}

// What a library is made of, in one language.
struct Parts {
  Scripts scripts;
  Scripts shared;
  Cards cards;
};

std::shared_ptr<Library> link(Parts parts, const Vocabulary& vocabulary, const Fold& fold) {
  auto library = std::make_shared<Library>();
  library->shared = std::move(parts.shared);
  library->vocabulary = vocabulary;
  library->cards = std::move(parts.cards);
  for (const auto& [name, slot] : memory_slots(library->shared))
    library->memory.emplace(name, *slot);
  for (const auto& script : library->shared) {
    if (script->kind == Script::Kind::kAlways) library->always = script->always;
  }
  for (const auto& script : parts.scripts) add_script(script, fold, *library);
  return library;
}

std::shared_ptr<Library> link_all(Pile& pile, const Vocabulary& vocabulary, const Fold& fold) {
  Scripts scripts;
  for (const Pile::One& one : pile.scripts) {
    if (one.script->kind == Script::Kind::kScript) scripts.push_back(one.script);
  }
  const Parts source{std::move(scripts), pile.together.shared, pile.cards};
  auto library = link(source, vocabulary, fold);
  for (const SourceFile* file : pile.translations) {
    Translation made = translate(source.scripts, source.shared, source.cards, *file);
    const std::string code = made.language;
    auto other = link({std::move(made.scripts), std::move(made.shared), std::move(made.cards)},
                      vocabulary, fold);
    other->language = code;
    other->shown = std::move(made.shown);
    library->translated.emplace(code, std::move(other));
    pile.add(std::move(made.diagnostics));
  }
  return library;
}

}  // namespace

const Library& Library::in(const std::string& code) const {
  if (translated.empty()) return *this;
  const auto found = translated.find(code);
  return found == translated.end() ? *this : *found->second;
}

const Program* Library::find(const std::string& name) const {
  const auto found = programs.find(name);
  return found == programs.end() ? nullptr : found->second.get();
}

const On* Library::on(const std::string& intent) const {
  for (const On& line : always) {
    if (line.intent == intent) return &line;
  }
  return nullptr;
}

static Loaded load(const std::vector<SourceFile>& files, const Vocabulary& vocabulary, const Fold& fold, bool proved) {
  std::vector<const SourceFile*> sorted;
  for (const SourceFile& file : files) sorted.push_back(&file);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const SourceFile* a, const SourceFile* b) { return a->path < b->path; });
  Pile pile;
  for (const SourceFile* file : sorted) {
    if (file->path == kCardsPath) pile.add(read_cards(*file, pile.cards));
    if (is_script_file(file->path)) read(*file, pile);
    if (language_of_po(file->path)) pile.translations.push_back(file);
  }
  if (!proved) check(pile, vocabulary);
  Loaded loaded;
  if (!has_errors(pile.diagnostics)) loaded.library = link_all(pile, vocabulary, fold);
  if (has_errors(pile.diagnostics)) loaded.library = nullptr;  // of a translation
  loaded.diagnostics = std::move(pile.diagnostics);
  std::stable_sort(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.path != b.path ? a.path < b.path : a.place.line < b.place.line;
                   });
  return loaded;
}

Loaded load(const std::vector<SourceFile>& files, const Vocabulary& vocabulary, const Fold& fold) {
  return load(files, vocabulary, fold, false);
}

Loaded load_proved(const std::vector<SourceFile>& files, const Vocabulary& vocabulary, const Fold& fold) {
  return load(files, vocabulary, fold, true);
}

}  // namespace attune::dialogs
