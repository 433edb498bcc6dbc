// The examples of a diagnostic's Markdown file, as files.
#pragma once

#include <string>

#include "small_library.h"

namespace attune::dialogs::small {

struct Examples {
  std::string code;
  Files refused;
  Files mended;
};

// Of every file in dialogs/diagnostics/ that has examples, by code.
std::vector<Examples> all_examples();

// A script's example shows only what matters; this puts a header before it.
std::string with_header(const std::string& path, const std::string& text);

}  // namespace attune::dialogs::small
