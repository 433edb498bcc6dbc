// Bytes from a store as a state: refused with std::invalid_argument, or read; what was read is
// written and read again without a change. "c" or "p" first: a conversation, or a person; then the
// control, then "%%", a class, and its texts, as often as there are some.
#include "dialogs/engine/state.h"

#include <stdexcept>

#include "tests/fuzz/input.h"

using namespace attune;

namespace {

template <class State>
void read_and_write(State (*read)(const dialogs::Written&), const dialogs::Written& from) {
  try {
    const State state = read(from);
    const dialogs::Written written = dialogs::write(state);
    const State again = read(written);
    const dialogs::Written second = dialogs::write(again);
    fuzz::promise(second.control == written.control && second.texts == written.texts,
                  "the same state is the same bytes");
  } catch (const std::invalid_argument&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const bool person = input.byte() == 'p';
  dialogs::Written written;
  written.control = input.part();
  while (!input.at_end()) {
    const std::string keep_class = input.line();
    written.texts[keep_class] = input.part();
  }
  if (person) {
    read_and_write(dialogs::read_person, written);
  } else {
    read_and_write(dialogs::read_conversation, written);
  }
  return 0;
}
