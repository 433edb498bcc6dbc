// What a person who writes scripts is told: where, what is wrong in plain words, what to write
// instead. An author's mistake is never an exception; it is one of these, in a list, and every
// mistake in a file is reported, not the first.
//
// Plain values, owned by whoever holds the list. Safe to copy between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attune::dialogs {

// A file as it was handed in. `path` is relative to the library's root, with its ending
// ("listen/say-back.talk"); the script's name is the path without it.
struct SourceFile {
  std::string path;
  std::string text;
};

// Line and column count from 1; column counts bytes. Length 0 marks a point.
struct Place {
  int line = 0;
  int column = 0;
  int length = 0;
};

enum class Severity { kError, kWarning };

struct Diagnostic {
  std::string code;     // "AT012"; stable, defined in dialogs/diagnostics/AT012-*.md
  Severity severity = Severity::kError;
  std::string path;     // the SourceFile's path
  Place place;
  std::string message;  // what is wrong, one sentence
  std::string advice;   // what to write instead, one sentence; may be empty
  std::string play{};   // the way to it, as the lines of a play; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& list);

// "listen/x.talk:12:7: error AT012: message", then the source line (cut to 100 columns around the
// place), a caret line, and the advice. `text` is the whole source; it may be empty.
std::string render(const Diagnostic& diagnostic, std::string_view text);

// The candidate nearest to `wanted` (edit distance at most 1 per 3 letters, at most 3), or "".
std::string nearest(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace attune::dialogs
