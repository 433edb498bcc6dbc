// A library that one script under test is put into, ears for it, and a person whose lines come from
// the input. Shared by the targets that run the engine.
#pragma once

#include <string>

#include "dialogs/engine/step.h"
#include "tests/dialogs/small_library.h"
#include "tests/fuzz/input.h"

namespace attune::fuzz {

inline constexpr const char* kScript = "it/it.talk";
// Part of every typed line, and never of a state's control data.
inline constexpr const char* kCanary = "quokka";

// Hears an intent, or a word list of the script, where its name stands in the words; reads numbers.
dialogs::Hearing hear(const dialogs::Library& library, std::string_view words);

// Each line is one event: "[3" presses the third button offered last, "[x" sends x as a button's
// value, "+9" lets 9 hours pass, anything else is typed. Each step must be pure, survive being
// written and read, and keep the person's words out of the control data.
void hold_conversation(const dialogs::Library& library, dialogs::State state, Input& input);

}  // namespace attune::fuzz
