// attune intents, attune scripts: the names that a script can use, for whoever writes one.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "intents/intent_file.h"

namespace attune::bot {
namespace {

using dialogs::IntentKind;

struct Named {
  std::string name;
  std::string about;
};

void print_group(const std::string& heading, std::vector<Named> group) {
  if (group.empty()) return;
  std::sort(group.begin(), group.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
  std::size_t width = 0;
  for (const Named& one : group) width = std::max(width, one.name.size());
  std::cout << heading << "\n";
  for (const Named& one : group) {
    std::cout << "  " << std::left << std::setw(static_cast<int>(width)) << one.name << "  " << one.about << "\n";
  }
  std::cout << "\n";
}

}  // namespace

int list_intents(const Folders& folders) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  std::vector<Named> plain, commands, safety;
  for (const auto& [path, text] : bench.sources) {
    if (path.rfind("intents/", 0) != 0) continue;
    for (const auto& intent : intents::parse_intents({path, text}).intents) {
      const bool command = intent.kind == IntentKind::kCommand;
      const bool is_safety = intent.kind == IntentKind::kSafetyHard || intent.kind == IntentKind::kSafetySoft;
      (command ? commands : is_safety ? safety : plain).push_back({intent.name, intent.about});
    }
  }
  print_group("A script can listen for these: `when NAME`", std::move(plain));
  print_group("Commands: what a person can always say, as the whole message", std::move(commands));
  print_group("Safety: heard in every message, before anything else", std::move(safety));
  std::cout << "`attune match \"words\"` shows which of them a sentence fires.\n";
  return kOk;
}

int list_scripts(const Folders& folders) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  std::vector<Named> all;
  for (const auto& [name, program] : bench.built.edition->library->programs) {
    all.push_back({name, program->script->header.title});
  }
  print_group("Scripts of the library: `call NAME`, `switch to NAME`", std::move(all));
  return kOk;
}

}  // namespace attune::bot
