// The words that begin a line of a .talk file, as the readers know them: for whoever must know them
// too, such as the editors' syntax files, which a test compares with these.
//
// Constant; any thread.
#pragma once

#include <string>
#include <vector>

namespace attune::dialogs {

std::vector<std::string> line_words();   // of steps and of what stands under them: "ask", "when", "also:", "->", "*"
std::vector<std::string> header_keys();  // "title", "not for", ...

}  // namespace attune::dialogs
