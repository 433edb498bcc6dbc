// Questions: `ask`, `choose`, `rate`, `consent`, and the parts that stand under them.
#pragma once

#include "dialogs/language/step_reader.h"

namespace attune::dialogs {

bool read_ask(StepLine& line, Step& step);
bool read_choose(StepLine& line, Step& step);
bool read_rate(StepLine& line, Step& step);
bool read_consent(StepLine& line, Step& step);

// `when COND` with its branch; also what `remarks` are made of.
When read_when(Reading& reading, const Node& node);

}  // namespace attune::dialogs
