// Steps that are known and not run yet: time, reminders, charts, a person taking over, actions.
#pragma once

#include "dialogs/language/step_reader.h"

namespace attune::dialogs {

bool read_wait(StepLine& line, Step& step);
bool read_remind(StepLine& line, Step& step);
bool read_chart(StepLine& line, Step& step);
bool read_hand_off(StepLine& line, Step& step);
bool read_do(StepLine& line, Step& step);

}  // namespace attune::dialogs
