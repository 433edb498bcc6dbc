// The engine: one event in, a new state and what is to be said out. Pure: no clock, no randomness,
// no files, no locks; the same library, state and event give the same bytes, on any machine.
// Replay, "why", tests, migration and conflict retry all rest on this.
//
// The order in which a message is taken (LANGUAGE.md, "What happens to one message"): safety,
// commands, the open question, other interrupts, free text, repair.
//
// Never throws on any state and event whose libraries passed the checker; a run past 1,000
// instructions without a question is cut, reported in the trace, and answered by
// repair/internal-error.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/engine/hearing.h"
#include "dialogs/engine/state.h"
#include "dialogs/engine/zone.h"
#include "dialogs/language/library.h"

namespace attune::dialogs {

// One value of a measure, with its date.
struct Measured {
  Time at = 0;
  std::int64_t day = 0;  // days since 1970, the person's
  std::int64_t number = 0;
  bool operator==(const Measured&) const = default;
};

// Whose values a chart shows. `script` is "" for one of memory.talk, which every script may ask for.
struct MeasureName {
  std::string script, slot;
  auto operator<=>(const MeasureName&) const = default;
};
MeasureName measure_name(const std::string& script, const std::string& slot);

using History = std::map<MeasureName, std::vector<Measured>>;  // oldest first

struct Event {
  enum class Kind {
    kStart,    // the person opened the chat: say hello, or where we were
    kMessage,  // `hearing` is set; `choice` too if a button was pressed
    kTimer,    // `timer` of the conversation is due; one that it does not have is let pass
    // What a counselor does, `counselor` being their name. Does nothing where misfit() says why not.
    kTake,      // they will write
    kWrite,     // they write `words`
    kGiveBack,  // the script goes on
    kClose,     // the script that handed off ends there
  };
  Kind kind = Kind::kMessage;
  std::string counselor, words;
  std::uint32_t hand_off = 0;  // which, of this conversation
  Hearing hearing;
  // "script#question=" and the choice's line id, the number of a scale, or yes or no, where `question`
  // is its anchor: a button of another question is never taken for this one's. "" for typed words.
  std::string choice;
  // What happened besides: "link-found", "linked" (always.talk); heard before commands.
  std::string moment = {};
  // What the channel says they read, as "es"; it counts until they have chosen one themselves.
  std::string language;
  // What the channel says where they live, as "Europe/Dublin": kept, if they have no `my.zone` yet.
  std::string place;
  std::uint32_t timer = 0;  // kTimer
  // kTimer, kGiveBack: the channel cannot reach them, so that they read what is said only when they next write.
  // That next message then answers nothing: the question is put again first.
  bool unread = false;
  Time now = 0;
  const Zone* zone = nullptr;  // the person's; null: UTC. Only read during the step
  int local_hour = 0;          // 0..23, the person's
  std::int64_t local_day = 0;  // days since 1970, the person's
  History history;             // what Stepped::wanted named; empty until something is wanted
};

// What a chart shows. At least one point.
struct Charted {
  MeasureName measure;
  std::int64_t low = 0, high = 0;     // of the slot
  std::string low_words, high_words;  // of the scale that asks for it; "" if none does
  std::vector<Measured> points;       // oldest first
};

// What the turn must do. In order.
struct Effect {
  enum class Kind {
    kSay,       // speaker, text, line (id), script
    kOffer,     // choices of the question just asked; belongs to the kSay before it
    kMeasure,   // script, name, number: a measured value with this date
    kSafety,    // name: the intent (or the script that opened); number: one of those below
    kRunEnded,  // script, outcome
    kConsent,   // name: what; number 1/0
    kForgetPerson,
    kChart,  // `chart`; belongs to the kSay before it, which says the same in words
    kHandOff,  // one of HandOff below, of the hand-off `number`; name: by whom. kWaits: script, text (the
               // reason) and `urgent`
  };
  enum class HandOff {
    kWaits, kTaken, kGivenBack, kClosed,
    kLeft,    // its script ended without them: the person stopped it, or its place is gone
    kNobody,  // none came, or none answered, in the time that the script gives them
  };
  struct Choice {
    std::string label;
    std::string value;  // comes back as Event::choice
    bool not_now = false;
  };
  static constexpr std::int64_t kSafetyCleared = 0, kSafetyOpened = 1, kSafetyHeard = 2;
  Kind kind = Kind::kSay;
  std::string speaker;
  std::string text;
  std::string script;
  std::string line;
  std::string name;
  std::int64_t number = 0;
  Outcome outcome = Outcome::kCompleted;
  std::vector<Choice> choices;  // kOffer
  std::shared_ptr<const Charted> chart;
  HandOff hand_off = HandOff::kWaits;
  bool urgent = false;
  bool counselor = false;  // kSay: a person wrote it, `speaker`
  bool scale =
      false;  // kOffer for `rate`: choices are its numbers; low/high in `text` as "low .. high"
};

// What decided it; engine/why.h says it in plain words. Holds no words of a person: what was heard are
// places in the message, so that a reason can be kept with a turn whose words run out.
struct Reason {
  std::string what;  // "safety", "command", "branch", "choice", "interrupt", "repair", "condition",
                     // "free text", "guard"
  std::string where;         // "listen/say-back kitchen #back07"
  std::string detail;        // "when blame or defend fits"
  std::vector<Heard> heard;  // what it rests on
  int passed = 0;            // "branch", "free text": so many branches of the question were looked at first
};

struct Stepped {
  State state;
  std::vector<Effect> effects;
  std::vector<Reason> reasons;
  // Measures that were charted and that Event::history did not bring. The step went on as if they were
  // empty: whoever keeps them steps the same state and event again, with them.
  std::vector<MeasureName> wanted;
};

// An edition that running frames hold besides the live one. Whoever published may have said that its
// runs go over to the live one at their next question.
struct Older {
  Older(const Library* held, bool left = false) : library(held), leaves(left) {}
  const Library* library;
  bool leaves;
};
using Held = std::vector<Older>;  // often none; each frame may hold another

// `live` is the edition being served. New runs, interrupts, safety and repair always come from it; a
// frame goes on with the library whose hash it carries. A frame whose edition is neither `live` nor in
// `held` is ended with repair/lost. Where the script has the same structure in `live`, the frame goes
// over to it once the message has been read as an answer to what was shown (moving.cc).
Stepped step(const Library& live, const Held& held, State state, const Event& event);

// The editions that `state` still needs besides `live`; each once, the bottom frame's first.
std::vector<std::string> held_editions(const State& state, const std::string& live);

bool from_counselor(Event::Kind kind);
// Why what a counselor does cannot be: "over" (that hand-off is), "other" (somebody else has it), "free"
// (nobody has taken it yet); "" if it can.
const char* misfit(const Conversation& conversation, const Event& event);

// The language a person has chosen, the memory slot `my.language`, else the one that their channel
// told; "" is the library's own. All that is said is said in it as far as the library has been
// translated (Library::in).
inline constexpr const char* kLanguageSlot = "my.language";
std::string language_of(const Person& person, const std::string& told = "");
// Where they live, and their quiet hours: from the first hour up to the second nothing comes unasked.
inline constexpr const char* kZoneSlot = "my.zone";
inline constexpr const char* kQuietFromSlot = "my.quiet-from";
inline constexpr const char* kQuietToSlot = "my.quiet-to";
std::string zone_of(const Person& person);

// The timer that is due first, if it is due by then.
std::optional<std::uint32_t> next_timer(const Conversation& conversation, Time by);

// The edition that the open question belongs to; `live` if none is open.
std::string open_edition(const State& state, const std::string& live);

}  // namespace attune::dialogs
