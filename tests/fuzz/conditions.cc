// Conditions as authors mistype them: read or refused with one diagnostic within the line; and what
// `/why` prints of a condition is the same condition.
#include "dialogs/engine/conditions.h"

#include "dialogs/language/condition_reader.h"
#include "tests/fuzz/input.h"

using namespace attune;

namespace {

std::optional<dialogs::Condition> read(const std::string& text) {
  dialogs::Report report("fuzz.talk");
  dialogs::Script script;
  dialogs::Reading reading{report, script};
  dialogs::Words words(dialogs::Segment{text, 1, 1});
  auto condition = dialogs::read_whole_condition(reading, words);
  const dialogs::Diagnostics said = report.take();
  fuzz::promise(said.size() == (condition ? 0 : 1), "one mistake if it does not read, else none");
  for (const auto& one : said) {
    fuzz::promise(one.place.column >= 1 &&
                      one.place.column + one.place.length <= static_cast<int>(text.size()) + 1,
                  "a mistake lies within its line");
    (void)dialogs::render(one, text);
  }
  return condition;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto condition = read(fuzz::Input(bytes, size).line());
  if (!condition) return 0;
  const std::string words = dialogs::words(*condition);
  const auto again = read(words);
  fuzz::promise(again.has_value(), "what /why prints can be read");
  fuzz::promise(dialogs::words(*again) == words, "and says the same");
  return 0;
}
