// A stored reply: other bytes are std::invalid_argument and nothing else; what was read is written
// the same way each time.
#include "bot/turn/reply.h"

#include <stdexcept>

#include "tests/fuzz/input.h"

using namespace attune;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    const std::string written = bot::write(bot::read_reply(fuzz::Input(bytes, size).rest()));
    fuzz::promise(bot::write(bot::read_reply(written)) == written,
                  "the same reply, the same bytes");
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
