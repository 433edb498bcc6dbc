// A script as a few short lines, so that a test can say what it expects of the parser: every step
// in brackets, what stands below it inside. Only for tests.
#pragma once

#include <string>

#include "dialogs/language/parser.h"

namespace attune::dialogs {

std::string serialised(const Script& script);
std::string serialised(const Condition& condition);

// "3:5 AT007, 4:1 AT012", or "" if there are none.
std::string found(const Diagnostics& list);

// The script of `text` without errors; a failed test otherwise.
Script parsed(const std::string& text, const std::string& path = "listen/example.talk");

// found() of `text`.
std::string mistakes(const std::string& text, const std::string& path = "listen/example.talk");

std::string file_text(const std::string& path);  // from the project's root

}  // namespace attune::dialogs
