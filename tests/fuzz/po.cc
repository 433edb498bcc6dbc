// A translation as a translator, a tool or an enemy might leave it: every mistake lies in the file, what
// was read is written and read again as itself, merging twice is merging once, and a translation never
// takes a line away.
#include <algorithm>
#include <memory>

#include "dialogs/language/parser.h"
#include "dialogs/translation/translate.h"
#include "tests/fuzz/house.h"

using namespace attune;

namespace {

constexpr const char* kPath = "po/es.po";

const dialogs::Scripts& scripts() {
  static const dialogs::Scripts all = {std::make_shared<const dialogs::Script>(dialogs::parse({fuzz::kScript, R"(title: It
about: For tests.

slots
  word: text up to 200

== start
Bot: Begin. #it0001
ask word
  Bot: Say a word, please. #it0002
choose
  Bot: You said {word}. Again? #it0003
  * Once more #it0004
    also: again, yes
    -> start
  * Enough #it0005
    end completed
)"}).script)};
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::string text = input.rest();
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  const auto lies_in = [&](const dialogs::Diagnostics& list) {
    for (const auto& one : list) {
      if (one.path != kPath) continue;
      fuzz::promise(one.place.line >= 0 && one.place.line <= lines, "a mistake lies in its file");
      (void)dialogs::render(one, text);
    }
  };

  const dialogs::ReadPo read = dialogs::read_po({kPath, text});
  lies_in(read.diagnostics);
  const std::string once = dialogs::write_po(read.file);
  const dialogs::ReadPo again = dialogs::read_po({kPath, once});
  fuzz::promise(again.diagnostics.empty(), "what is written is read without a mistake");
  fuzz::promise(dialogs::write_po(again.file) == once, "what is written is read as itself");

  const auto merge = [](dialogs::PoFile file) { return dialogs::merged(scripts(), {}, {}, std::move(file), "es"); };
  const std::string merged = dialogs::write_po(merge(read.file));
  fuzz::promise(dialogs::write_po(merge(dialogs::read_po({kPath, merged}).file)) == merged, "merging twice is merging once");

  const dialogs::Translation made = dialogs::translate(scripts(), {}, {}, {kPath, text});
  lies_in(made.diagnostics);
  fuzz::promise(made.scripts.size() == scripts().size() || dialogs::has_errors(made.diagnostics),
                "a translation takes no script away without a reason");
  return 0;
}
