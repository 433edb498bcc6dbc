// Steps of one line that change a slot or leave: `set`, `add`, `forget`, `call`, `switch`,
// `rewind`,
// `->`, `end`.
#pragma once

#include "dialogs/language/step_line.h"

namespace attune::dialogs {

bool read_set(StepLine& line, Step& step);
bool read_add(StepLine& line, Step& step);
bool read_forget(StepLine& line, Step& step);
bool read_call(StepLine& line, Step& step);
bool read_switch(StepLine& line, Step& step);
bool read_rewind(StepLine& line, Step& step);
bool read_go(StepLine& line, Step& step);
bool read_end(StepLine& line, Step& step);

}  // namespace attune::dialogs
