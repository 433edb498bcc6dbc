#include "dialogs/language/script.h"

namespace attune::dialogs {

std::string Text::source() const {
  std::string written;
  for (const Part& part : parts) {
    if (part.hole) {
      written += '{' + part.text + '}';
      continue;
    }
    for (const char c : part.text) written += c == '{' ? std::string("{{") : std::string(1, c);
  }
  return written;
}

}  // namespace attune::dialogs
