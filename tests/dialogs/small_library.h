// The smallest library that passes the check, to put a script under test into. Its intents: blame,
// advice, defend; danger (safety, hard), low (safety, soft); and the commands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialogs/language/library.h"

namespace attune::dialogs::small {

using Files = std::map<std::string, std::string>;  // path -> text

const Vocabulary& vocabulary();

// Lower case, marks dropped: enough of a normal form for tests.
std::string fold(std::string_view text);

// Every file but the script under test.
const Files& files();

// load() on files() with `more` put in or over them; the text "(no file)" takes one away.
Loaded load_with(const Files& more);

std::vector<SourceFile> as_sources(const Files& files);

// The codes found, in order, "path:line code"; only errors if `errors`.
std::vector<std::string> found(const Diagnostics& list, bool errors = false);

// As a person would see them, for a failing test.
std::string told(const Diagnostics& list, const Files& files);

}  // namespace attune::dialogs::small
