// Steps for two people: `each`, `reveal`, `relay`, `floor`.
#pragma once

#include "dialogs/language/step_reader.h"

namespace attune::dialogs {

bool read_each(StepLine& line, Step& step);
bool read_reveal(StepLine& line, Step& step);
bool read_relay(StepLine& line, Step& step);
bool read_floor(StepLine& line, Step& step);

// `from WHO` or `to WHO`, after its first word was taken.
bool take_who(StepLine& line, std::string& who);

}  // namespace attune::dialogs
