// A script as an author might mistype it, "%%", then what a person does with it: every mistake lies
// in the file, giving ids twice is giving them once, and what passes the check runs.
#include <algorithm>

#include "dialogs/language/parser.h"
#include "dialogs/play/play.h"
#include "tests/fuzz/house.h"

using namespace attune;

namespace {

void lies_in(const dialogs::Diagnostics& list, const std::string& text) {
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const auto& one : list) {
    if (one.path != fuzz::kScript) continue;
    fuzz::promise(one.place.line >= 0 && one.place.line <= lines, "a mistake lies in its file");
    (void)dialogs::render(one, text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::string text = input.part();
  const dialogs::Parsed parsed = dialogs::parse({fuzz::kScript, text});
  lies_in(parsed.diagnostics, text);
  const std::string named = dialogs::give_ids({fuzz::kScript, text});
  fuzz::promise(dialogs::give_ids({fuzz::kScript, named}) == named, "ids are given once");
  // The script names files itself; so is a file's worth of mistakes looked at, not the house's.
  const dialogs::Loaded loaded = dialogs::small::load_with({{fuzz::kScript, named}});
  lies_in(loaded.diagnostics, named);
  fuzz::promise(loaded.library || dialogs::has_errors(loaded.diagnostics),
                "a refusal has its reason");
  if (!loaded.library || text.find(fuzz::kCanary) != std::string::npos) return 0;
  loaded.library->hash = "edition-1";
  fuzz::hold_conversation(dialogs::beginning_with(*loaded.library, "it/it"), {}, input);
  return 0;
}
