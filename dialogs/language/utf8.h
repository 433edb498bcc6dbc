// UTF-8, looked at one character at a time. Pure.
#pragma once

#include <string>
#include <string_view>

namespace attune::dialogs {

// Bytes of the character at `at`; 0 if there is none (overlong, a surrogate, cut off, stray).
std::size_t character_length(std::string_view text, std::size_t at);

// Fit to be shown on one line: control characters and bytes that are not UTF-8 become '?'.
std::string printable(std::string_view text);

}  // namespace attune::dialogs
