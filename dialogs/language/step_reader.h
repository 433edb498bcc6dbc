// Blocks of steps: which reader a line goes to, by its first word. The readers themselves are in
// plain_reader, speech_reader, question_reader, together_reader and later_reader.
#pragma once

#include <span>
#include <string>

#include "dialogs/language/speech_reader.h"
#include "dialogs/language/step_line.h"

namespace attune::dialogs {

void read_block(Reading& reading, std::span<const Node> nodes, Block& block);

// The lines below `node`; reports if there are none.
Block read_block_below(Reading& reading, const Node& node, const std::string& what);

}  // namespace attune::dialogs
