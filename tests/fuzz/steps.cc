// A damaged or foreign state, its person after "%%", what happens next after another "%%": the
// engine takes what reads and goes on, whatever it says.
#include <stdexcept>

#include "tests/fuzz/house.h"

using namespace attune;

namespace {

const dialogs::Library& library() {
  static const auto one = [] {
    auto loaded = dialogs::small::load_with({});
    fuzz::promise(bool(loaded.library), "a library");
    loaded.library->hash = "edition-1";
    return loaded.library;
  }();
  return *one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  dialogs::Written conversation{input.part(), {}};
  dialogs::Written person{input.part(), {}};
  const std::string& all = conversation.control + person.control;
  if (all.find(fuzz::kCanary) != std::string::npos) return 0;
  dialogs::State state;
  try {
    state.conversation = dialogs::read_conversation(conversation);
    state.person = dialogs::read_person(person);
  } catch (const std::invalid_argument&) {
    return 0;
  }
  fuzz::hold_conversation(library(), std::move(state), input);
  return 0;
}
