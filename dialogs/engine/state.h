// Everything a conversation remembers. A value: copied, compared, written to bytes and back,
// without loss; the same state is always the same bytes.
//
// Control data holds no words of a person. Their words lie in `texts`, each under a number and with
// the class that says how long it may live; slots and snapshots hold numbers only, so that sealing
// or forgetting a class never has to search. A text is dropped as soon as nothing refers to it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dialogs/language/script.h"

namespace attune::dialogs {

using Time = std::int64_t;  // seconds since 1970, UTC
inline constexpr Time kNeverSet = 1'735'689'600;  // 2025-01-01; a clock that stands before it was never set

struct TextRef {
  std::uint32_t number = 0;
  bool operator==(const TextRef&) const = default;
};
struct Day {
  std::int64_t days = 0;
  bool operator==(const Day&) const = default;
};
struct Length {
  std::int64_t seconds = 0;
  bool operator==(const Length&) const = default;
};  // a duration

// A slot's value. std::string is a word from the script (a choice), never a person's words.
using Value = std::variant<std::monostate, std::int64_t, bool, std::string, Day, Length, TextRef,
                           std::vector<TextRef>>;
using Slots = std::map<std::string, Value>;

// A person's words. keep: 0 = "none" (gone at the end of the turn), -1 = "run", else seconds it may
// live after `since`.
struct KeptText {
  std::string text;
  std::int64_t keep = -1;
  Time since = 0;
  bool operator==(const KeptText&) const = default;
};

// What `back` and `rewind` return to: the script's own slots and place.
struct Snapshot {
  std::string scene;
  std::string at;
  Slots slots;
  std::map<std::string, int> visits;
  bool operator==(const Snapshot&) const = default;
};

// One script under way.
struct Frame {
  enum class Why { kRun, kCall, kInterrupt, kRepair };  // how it came to be on top
  std::string script;
  std::string edition;  // the hash it runs on, until it ends
  Why why = Why::kRun;
  std::string scene;
  std::string at;  // the anchor it rests at: the open question, or the call it waits for
  Slots slots;
  std::map<std::string, int> visits;  // scene -> times entered
  std::string save_to;                // the caller's slot for `call ... save`
  int answers = 0;                    // to the open question; at 6 the conversation goes on
  int misses = 0;                     // in a row, to the open question
  std::string settled;                // the safety script that was answered above this question
  std::map<int, int> again;           // its kAgain branches, question * 256 + branch -> times used
  std::vector<Snapshot> trail;        // for `back`, newest last, at most 5
  std::map<std::string, Snapshot> checkpoints;
  Time started = 0;
  Time until = 0;  // where it rests at a `wait`: when that is over
  int nudges = 0;  // said of the open question
  bool operator==(const Frame&) const = default;
};

struct Done {
  Time last = 0;
  int times = 0;
  bool operator==(const Done&) const = default;
};

// What is remembered for the person, across scripts, conversations and addresses. Stored and
// versioned apart from the conversation, and committed with it.
struct Person {
  Slots memory;                      // my.*; texts in `texts`
  std::map<std::string, Done> done;  // script -> completed
  bool safety_open = false;
  Time safety_since = 0;
  std::string safety_class;                     // the intent's name
  std::map<std::string, std::string> consents;  // what -> "yes 1764000000" / "no ..."
  std::map<std::uint32_t, KeptText> texts;
  std::uint32_t next_text = 1;
  bool operator==(const Person&) const = default;
};

// What is to happen without a message (timers.cc). The store keeps only its number and when it is due.
// Of the open question, or the open hand off, there is at most one, the next; of reminders, one for each
// script.
struct Timer {
  enum class Kind { kNudge, kTimeout, kWait, kRemind, kNobody };
  Kind kind = Kind::kNudge;
  Time due = 0;
  // kRemind
  std::string script;
  int weekday = -1;    // every week, 0 being Monday; -1: once
  int minute = 0;      // of that day, the person's
  int unanswered = 0;  // how often running it came and they wrote nothing
  bool operator==(const Timer&) const = default;
};

struct Conversation {
  std::vector<Frame> frames;  // bottom first; empty: nothing under way
  std::map<std::uint32_t, KeptText> texts;
  std::uint32_t next_text = 1;
  std::vector<std::string> seen;  // `vary` lines, oldest first, "script#id", at most 64
  Time last_message = 0;
  Time last_notice = 0;  // when it last said that it is an automated program
  Time use_began = 0;    // the first message after a silence of half an hour or more
  bool paused = false;   // the next message is not an answer: say welcome back, ask again
  // A person has been asked for: a frame rests at a `hand off`, and what is written is theirs to read.
  bool handed = false;
  std::uint32_t hand_offs = 0;  // so many so far; the number of the newest
  std::string counselor;        // who took it, while one is under way; "" while it waits
  Time waits_since = 0;         // when what waits for a counselor began to; 0: nothing does
  std::uint32_t runs = 0;
  std::map<std::uint32_t, Timer> timers;  // by number; a number is never given twice
  std::uint32_t next_timer = 1;
  Time open_since = 0;  // when the open question began to wait for them
  bool nudged = false;  // in this silence
  bool operator==(const Conversation&) const = default;
};

struct State {
  Conversation conversation;
  Person person;
  bool operator==(const State&) const = default;
};

// Bytes for the store; texts must be valid UTF-8. `control` is JSON without a person's words;
// `texts` maps a lifetime class
// ("run", "2592000") to the JSON of its texts, to be sealed one by one. Class "none" is never
// written.
struct Written {
  std::string control;
  std::map<std::string, std::string> texts;
};
Written write(const Conversation& conversation);
Written write(const Person& person);
// Throws std::invalid_argument on bytes that were not made by write(). A missing class of texts
// (its key is gone) reads as forgotten: the values that refer to it become unset.
Conversation read_conversation(const Written& written);
Person read_person(const Written& written);

}  // namespace attune::dialogs
