// The diagnostics that exist, by name. Each is written once, as a Markdown file in
// dialogs/diagnostics/ (AT007-unknown-step.md); at build time diagnostics/generate.cmake turns the
// files into this table (`diagnostics::kUnknownStep`), and DIAGNOSTICS.md is made from them too.
//
// To add one: write its file, build, use its constant. Codes are never used again for another
// meaning. AT001-AT049 belong to the parser, AT050-AT149 to the check, AT150-AT179 to intents, AT180-AT189 to editions,
// AT190-AT199 to plays, AT200-AT219 to translations.
//
// Constant data; any thread may read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogs/language/diagnostic.h"

namespace attune::dialogs {

// `message` and `advice` are templates: {0} {1} ... stand for arguments, and a part in [brackets]
// is left out if an argument in it is empty or missing.
struct Definition {
  std::string_view code;  // "AT007"
  std::string_view name;  // "unknown-step"
  Severity severity = Severity::kError;
  std::string_view message;
  std::string_view advice;
  std::string_view file;  // "AT007-unknown-step.md"
};

// A diagnostic from its definition. Arguments are cut (to 80 bytes in a message, 320 in advice) and
// made printable, so that whatever stood in the file can be quoted.
Diagnostic make(const Definition& definition, const std::string& path, Place place,
                const std::vector<std::string>& arguments = {});

// All of them, by code.
const std::vector<const Definition*>& definitions();

// By "AT007"; null if there is none.
const Definition* find_definition(std::string_view code);

}  // namespace attune::dialogs

#include "dialogs/diagnostic_codes.h"  // generated: namespace attune::dialogs::diagnostics
