// Only bytes are added, and only ` #id` behind a text, so that whatever else stands in the file
// (line ends, comments, a missing last newline) stays as it is.
#include "dialogs/language/line_ids.h"
#include "dialogs/language/parser.h"

namespace attune::dialogs {

std::string give_ids(const SourceFile& file) {
  Parsed parsed = parse(file);
  if (has_errors(parsed.diagnostics)) return file.text;
  const bool mark = file.text.compare(0, 3, "\xEF\xBB\xBF") == 0;
  std::string written;
  std::size_t copied = 0;
  std::size_t line_start = mark ? 3 : 0;
  int line = 1;
  for (const Readable& readable : readable_lines(parsed.script)) {
    if (*readable.given) continue;
    for (; line < readable.end.line; ++line) line_start = file.text.find('\n', line_start) + 1;
    const std::size_t at = line_start + static_cast<std::size_t>(readable.end.column) - 1;
    written.append(file.text, copied, at - copied);
    written += " #" + *readable.id;
    copied = at;
  }
  return written.append(file.text, copied, std::string::npos);
}

}  // namespace attune::dialogs
