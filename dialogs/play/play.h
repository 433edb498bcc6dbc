// A play: a conversation written down as a test, beside its script. See LANGUAGE.md, "Tests".
//
// Pure values. Parsing reports every mistake; running needs a library, a way to hear, and nothing else.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dialogs/engine/step.h"
#include "dialogs/language/diagnostic.h"

namespace attune::dialogs {

struct PlayLine {
  enum class Kind {
    kStart,   // > start SCRIPT     begin with this script
    kHeard,   // Bot: words ...     the next thing said, by this speaker
    kSaid,    // You: words         what the person writes
    kPress,   // You: [label]       a button
    kAssert,  // = CONDITION        a slot, a memory, a flag
    kEnded,   // = ended completed
    kPasses,  // ~ 24 hours
  };
  Kind kind = Kind::kSaid;
  std::string who;
  std::string text;
  Condition condition;
  Outcome outcome = Outcome::kCompleted;
  Seconds duration = 0;
  Place place;
};

struct Play {
  std::string path;
  std::string title;
  std::vector<PlayLine> lines;
  Place place;
};

struct ParsedPlays {
  std::vector<Play> plays;
  Diagnostics diagnostics;
};

ParsedPlays parse_plays(const SourceFile& file);

// What a play names and nobody has: a script, a speaker, a line, a slot. Each at its place.
Diagnostics check_play(const Play& play, const Library& library);

struct PlayResult {
  bool passed = false;
  Place place;              // where it failed
  std::string expected;     // what the play wanted there
  std::string came;         // what came instead
  int turn = 0;             // at which turn, 1 being the start
  std::string said;         // what the person wrote in it
  std::vector<std::string> why;  // what decided that turn, in plain words
  std::map<std::string, int> touched;  // "script#id" -> how often this line was said or offered
  std::set<std::string> chosen;        // of these, the choices that were taken
};

// Hears words in a language (language_of; "" is the library's own).
using Ear = std::function<Hearing(std::string_view, const std::string&)>;

// The same library, whose first contact begins with `script`: how plays, and a counselor trying one
// script, enter it.
Library beginning_with(const Library& library, const std::string& script);

PlayResult run_play(const Play& play, const Library& library, const Ear& ear);

// A conversation just held, as the text of a play: what `/save play` writes.
struct Spoken {
  bool by_person = false;
  std::string speaker, text, id;
  bool pressed = false;
  bool passes = false;  // `text` is a length of time that was let pass
  bool given_back = false;  // by the counselor who had taken over
};
// `before`: what stands above `> start`, as "my.language = es".
std::string write_play(const std::string& title, const std::string& script, const std::vector<Spoken>& lines,
                       const std::vector<std::string>& before = {});

}  // namespace attune::dialogs
