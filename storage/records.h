// What is kept, as plain values. Storage knows nothing of scripts: state is bytes to it.
//
// Words: a `space` is an organisation (one by default); a `person` has a random id and their own keys;
// an `address` is a place where a person can be reached, focused on one conversation; a `conversation`
// is the lasting thread of one or two participants; a `turn` is one event and all it did; an `edition`
// is what was published, by hash; an `actor` is who did something that is not a turn.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace attune::storage {

using Time = std::int64_t;                     // seconds since 1970, UTC
using Id = std::array<std::uint8_t, 16>;       // random; persons and conversations
using Digest = std::array<std::uint8_t, 32>;   // SHA-256
using Version = std::uint64_t;                 // 0 = does not exist yet; each commit adds one
using Mark = std::uint64_t;                    // random, of one turn; 0 = none

std::string hex(const Id& id);
std::optional<Id> id_from_hex(std::string_view text);
Id random_id();
Mark random_mark();
// Random bytes for what has to be new and is no secret, a nonce or a mark; at most 1,024. A forked
// process would give the same ones again: nothing here forks and goes on.
void fill_new(unsigned char* to, std::size_t size);
Digest sha256(std::string_view bytes);

struct Address {
  std::string space = "default";
  std::string channel;  // "web", "rest", ...
  std::string account;  // which of our bots there; "default"
  std::string place;    // who or where, as the platform names it
  std::string thread;   // or ""
  bool operator==(const Address&) const = default;
};

// Platforms repeat an event id when they retry. No id, no dedupe.
struct EventId {
  std::string channel;
  std::string account;
  std::string id;
  bool none() const { return id.empty(); }
  bool operator==(const EventId&) const = default;
};

// A person's words by lifetime class ("run", "2592000"), each sealed apart. "" is kept as long as the
// conversation.
using Texts = std::map<std::string, std::string>;

// State as bytes: control in clear (no words of a person), texts sealed by the store.
struct Kept {
  std::string control;
  Texts texts;
};

struct Where {  // what an address leads to
  Id person{};
  Id conversation{};
  Version since = 0;  // turns up to this one were said elsewhere, before this address joined
};

struct Snapshot {  // a conversation and its person, as last committed
  Where where;
  Version version = 0;
  Mark mark = 0;  // of the turn that led to it
  Version person_version = 0;
  Kept conversation;
  Kept person;
  std::optional<Address> focus = {};  // where they wrote last, if it has more than one address
};

struct Measure {
  std::string script, name;
  std::int64_t value = 0;
};

struct Measured {  // a measure that was kept, and when
  Version version = 0;  // of the turn, in the conversation that was asked for; 0 in another of theirs
  Time at = 0;
  std::int64_t value = 0;
};

struct SafetyRow {  // class, time and rule; never text
  std::string intent;
  std::string script;
};

struct RunEnded {
  std::string script;
  int outcome = 0;  // dialogs::Outcome
};

using TimerNumber = std::uint32_t;  // within its conversation; never given twice

struct TimerSet {  // what it is for stands in the conversation's state
  TimerNumber number = 0;
  Time due = 0;
};

struct Part {  // of what is to be sent to a platform, as its channel made it
  std::string body;     // sealed as the turn's reply is
  Time not_before = 0;  // it and those after it wait until then
  Time expires = 0;     // not sent from then on; required. Never later than its words run out
};

// Where a turn's words came from, of a conversation with several addresses. What comes unasked goes
// to the address that was named last.
struct Place {
  Address address;
  // The address leads here from this turn on, and whoever lived there before is forgotten by it. It
  // conflicts if that would leave something behind that nobody can reach.
  bool joins = false;
  std::optional<Id> leaves = {};
  bool alone = false;  // all other addresses lead nowhere any more
};

// What a turn did with a hand off of its conversation (hand_off.h).
struct HandOff {
  enum class What { kWaits, kTaken, kGivenBack, kClosed, kLeft, kNobody };  // as kept: only added to
  What what = What::kWaits;
  std::uint32_t number = 0;
  std::string who;                      // kTaken
  std::string space, script, reason;    // kWaits
  bool urgent = false;                  // kWaits
  bool operator==(const HandOff&) const = default;
};

// One event and all it did; committed whole or not at all.
struct Turn {
  Where where;
  std::optional<Address> opens;   // set on the first turn, not looked at on any other: the address,
                                  // person and conversation begin with it
  Version read_version = 0;       // the conversation's, as it was when this turn was thought
  Mark read_mark = 0;             // and of the turn that had led to it. After a turn has failed its number is
                                  // another's; its mark never is, so what was thought on it fails too.
  Mark mark = 0;
  Version read_person_version = 0;
  EventId event;
  Digest body{};                  // of what came in, to tell a retry from a clash
  Time at = 0;
  std::string edition;
  std::string kind;               // "start", "message"
  std::string said;               // the person's words; sealed
  std::string said_class;         // their lifetime class
  std::string reply;              // what went out, as bytes to repeat; sealed under said_class
  Kept conversation;              // new state; version becomes read_version + 1
  std::optional<Kept> person;     // set if changed; version becomes read_person_version + 1
  std::vector<Measure> measures;
  std::vector<SafetyRow> safety;
  std::vector<RunEnded> ended;
  std::vector<TimerNumber> timers_gone;  // fired by this turn, or cancelled; unknown ones are let pass
  std::vector<TimerSet> timers;          // set, or moved
  std::vector<HandOff> hand_offs;        // in order
  std::vector<Part> parts;               // to be sent, in this order, after those of earlier turns
  std::optional<Place> place = {};       // not in the first turn, nor in one that forgets
  bool forget_person = false;     // after this turn nothing of the person is left but the tombstone
};

struct Reply {  // a stored answer, to be handed back byte for byte
  Where where;
  Version version = 0;
  Digest body{};
  std::string reply;  // "" if its class has run out
};

struct TranscriptEntry {
  Version version = 0;
  Time at = 0;
  std::string kind;
  std::string said;   // "" if its class has run out
  std::string reply;
};

// An edition became the one being served. Written once, never changed.
struct Activation {
  std::string hash;
  std::string previous;  // what was live before; "" the first time
  Time at = 0;
  std::string how;       // "files", "publish", "rollback"
  std::string who, why;
  bool moves = false;    // runs of older editions go over at their next question
  bool operator==(const Activation&) const = default;
};

struct Edition {
  std::string hash;
  Time at = 0;
  std::map<std::string, std::string> files;  // path -> text; dialogs/ and intents/ alike
};

}  // namespace attune::storage
