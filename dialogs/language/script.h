// A .talk file as a tree: what the author wrote, with places, before anything is checked or run.
//
// The parser makes it, the checker reads it, the compiler flattens it into a Program. All of the
// grammar is here, including what the checker still refuses (steps for two people), so that
// a script from the future is understood and refused politely. A Script is immutable once parsed and
// owned by its Program. Names follow LANGUAGE.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dialogs/language/diagnostic.h"

namespace attune::dialogs {

using Seconds = std::int64_t;  // every duration; "1 months" is 30 days

// Text with holes. "{{" has already become "{".
struct Text {
  struct Part {
    bool hole = false;  // true: `text` is a name ("event", "my.name", "heard", "partner", "card.crisis")
    std::string text;
    Place place;
  };
  std::vector<Part> parts;
  std::string source() const;  // as written, for editors, labels and tests
};

// A line that a person can read, with its id. Ids are unique in a script; a line written without one
// gets the id that `attune fmt` would write (id_given = false), so that it can already run.
struct Line {
  std::string speaker;  // "Bot", a cast name; "" for labels
  std::string to;       // "", "A", "B", "floor", "other" (scripts for two)
  Text text;
  std::string id;
  bool id_given = false;
  std::string note;  // the `///` lines above it
  Place place;       // of the text
};

enum class Outcome { kCompleted, kPaused, kStopped };

struct Target {  // `-> scene`, `-> end`, `-> end paused`
  std::string scene;
  std::optional<Outcome> end;
  Place place;
};

// A constant as written: a word or quoted text, a number, yes/no.
struct Literal {
  std::variant<std::monostate, std::int64_t, bool, std::string> value;
  Place place;
};

struct Condition {
  enum class Kind { kHeard, kFlag, kCompare, kIsSet, kVisited, kDone, kDaysSince, kHour, kAnd, kOr, kNot };
  enum class Op { kIs, kIsNot, kLess, kLessEqual, kGreater, kGreaterEqual };
  Kind kind = Kind::kHeard;
  std::string name;        // intent, slot, scene or script; "safety.open" for kFlag
  std::string who;         // "A", "B", "both": scripts for two
  Op op = Op::kIs;
  Literal value;           // kCompare, kDaysSince, kHour
  int times = 1;           // kVisited
  Seconds within = 0;      // kDone; 0 = ever
  std::vector<Condition> parts;  // kAnd, kOr: two or more; kNot: one
  Place place;
};

struct SlotType {
  enum class Kind { kText, kChoice, kNumber, kYesNo, kDate, kDuration, kList };
  Kind kind = Kind::kText;
  std::int64_t low = 0;   // kNumber
  std::int64_t high = 0;  // kNumber; characters for kText; items for kList
};

struct Keep {  // how long a text lives
  enum class Kind { kScript, kNone, kRun, kFor };  // kScript: the header's `keep`
  Kind kind = Kind::kScript;
  Seconds duration = 0;
};

struct Slot {
  std::string name;
  SlotType type;
  std::optional<Literal> starts_at;
  bool measure = false;
  bool is_private = false;
  bool shared = false;
  Keep keep;
  bool unclear = false;  // its type was not understood: nothing is concluded from it
  Place place;
};

struct Hears {  // one word list of the script's own, phrases split at " | "
  std::string name;
  std::vector<std::pair<std::string, Place>> phrases;
  Place place;
};

struct Step;
using Block = std::vector<Step>;

struct Say { Line line; };
struct VaryLine { std::optional<Condition> only_if; Line line; };
struct Vary { std::vector<VaryLine> lines; };
using Prompt = std::variant<Say, Vary>;

struct When {
  Condition condition;
  Block block;
  std::optional<int> again;  // "again at most N"
  Place place;
};
struct Otherwise { Block block; std::optional<int> again; Place place; };
struct Nudge { Seconds after = 0; Line line; };
struct Timeout { Seconds after = 0; Target target; };
struct Use { std::string name; Place place; };

// What every question has in common. Which parts are allowed under which step is the parser's rule.
struct Question {
  std::string from;  // "", "A", "B", "floor", "other"
  std::vector<Prompt> prompts;
  std::vector<Use> uses;
  std::optional<Block> on_answer;
  std::vector<When> whens;
  std::optional<Otherwise> otherwise;
  std::vector<Nudge> nudges;
  std::optional<Timeout> timeout;
  std::optional<Target> skip;
};

struct Ask { std::string slot; Place slot_place; Question question; };

struct Choice {
  Line label;
  bool not_now = false;
  std::optional<Target> target;
  std::vector<std::pair<std::string, Place>> also;  // split at " | " and ","
  std::optional<Condition> only_if;
  std::optional<Literal> means;
  Block block;
};
struct Choose { std::string slot; Place slot_place; Question question; std::vector<Choice> choices; };
struct Rate { std::string slot; Place slot_place; Text low; Text high; std::string id; bool id_given = false; Question question; };
struct Consent { std::string what; Question question; std::optional<Target> declined; };  // heavy, joint, save texts, counselor

struct If { struct Arm { Condition condition; Block block; }; std::vector<Arm> arms; std::optional<Block> otherwise; };
// `from`: another slot whose value it takes (`set mood = {before}`); then there is no literal.
struct Set { std::string slot; Place slot_place; Literal value; std::string from; Place from_place; };
struct Add { std::int64_t amount = 0; std::string slot; Place slot_place; };
struct Forget { std::vector<std::pair<std::string, Place>> slots; bool everything = false; };  // `forget everything`: the person
struct Call { std::string script; Place script_place; std::vector<Set> with; std::string save; Place save_place; };
struct SwitchTo { std::string script; Place script_place; };
struct Rewind { std::string scene; Place scene_place; std::vector<std::pair<std::string, Place>> keeping; };
struct Go { Target target; };  // also `end completed` and its kin: target.end is set

struct Wait { Seconds duration = 0; int until_minute = -1; };  // a duration, or until that minute of the day
struct Remind { bool both = false; bool recurring = false; Seconds after = 0; int weekday = -1; int at_minute = -1; std::string script; Place script_place; };
struct ForgetReminder {};

// Known to the parser, refused by the checker until their issue builds them.
struct Each { Seconds within = 0; std::optional<Target> otherwise; Block block; Block part_a; Block part_b; };
struct Reveal { std::string slot; std::string from; std::string to; bool both_ways = false; std::optional<Line> asks; std::optional<Line> shows; std::optional<Target> declined; };
struct Relay { std::string slot; std::string from; std::string to; };
struct Floor { std::string to; };  // "A", "B", "swap"
struct Chart { std::string slot; Place slot_place; };
// `timeout` counts from when something waits for a counselor: the handing off, or what they have not answered.
struct HandOff {
  std::string reason;
  bool urgent = false;
  std::optional<Target> resumed;
  std::optional<Timeout> timeout;
};
struct Do { std::string action; Place action_place; std::vector<Set> with; std::string save; Place save_place; std::optional<Target> failed; };

struct Step {
  std::variant<Say, Vary, Ask, Choose, Rate, Consent, If, Set, Add, Forget, Call, SwitchTo, Rewind, Go,
               Wait, Remind, ForgetReminder, Each, Reveal, Relay, Floor, Chart, HandOff, Do>
      what;
  Place place;
};

struct Scene {
  std::string name;
  bool calm = false;
  bool checkpoint = false;
  Block steps;
  Place place;
};

struct Remarks { std::string name; std::vector<When> whens; Place place; };

struct Header {  // every key with its place; `fields` keeps them all, the named ones are parsed too
  std::map<std::string, std::pair<std::string, Place>> fields;
  std::string title, about, language = "en", topic, reviewed;
  bool for_two = false;
  bool heavy = false;
  std::vector<std::string> cast;
  Keep keep;  // default 30 days
  struct Needs { Condition refuse; std::string script; Place script_place; };
  // `needs: C` + `needs otherwise: S` becomes refuse = not C; `or because C: S` becomes refuse = C.
  std::vector<Needs> needs;
  struct Moved { std::string from, to; Place place; };
  std::vector<Moved> moved;  // `moved: old01 -> new07, …`: where the line of an older edition is now
  enum class Safety { kNone, kOpens, kClears };
  Safety safety = Safety::kNone;  // `safety: opens` / `safety: clears` (topic: safety only)
};

// always.talk: what happens when this is heard, whatever is open.
struct On {
  std::string intent;   // an intent, or one of `start`, `idle`, `notice`
  bool leaves = false;  // `switch to`: the exercise is left; `call`: it is come back to
  std::string script;
  Place place, script_place;
};

struct Script {
  enum class Kind { kScript, kAlways, kMemory, kRemarks };
  Kind kind = Kind::kScript;
  std::string path;
  std::string name;  // "listen/say-back"
  Header header;
  std::vector<Slot> slots;
  std::vector<Hears> hears;
  std::vector<Remarks> remarks;
  std::vector<Scene> scenes;
  std::vector<On> always;
};

}  // namespace attune::dialogs
