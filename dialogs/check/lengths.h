// From how many characters on a text is too long for where it is read. Warnings, in every language.
#pragma once

#include <cstddef>

namespace attune::dialogs {

inline constexpr std::size_t kLongLine = 320;  // two SMS, and what a phone shows without scrolling
inline constexpr std::size_t kLongLabel = 24;  // WhatsApp cuts a list's row there, Messenger at 20

}  // namespace attune::dialogs
