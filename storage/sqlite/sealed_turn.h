// A turn as it may leave this process's memory: every text sealed, every name hashed. Made in the
// caller's thread, so that the writer only moves bytes; and the way back for readers.
//
// Values; no thread rule. Sealing throws what the sealer throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/lifetime.h"
#include "storage/records.h"
#include "storage/vault/sealer.h"

namespace attune::storage::sqlite {

constexpr Time kEventWindow = 8 * 24 * 3600;

struct EventKey {
  std::int64_t place = 0;  // the first of 8 in the event tables
  std::string hash;        // 16 bytes, kept in the turn, which decide
};

struct SealedKept {
  std::string control;
  std::string texts;        // a bag: class and sealed bytes, one after another
  std::optional<Time> due;  // when a class in it runs out
};

struct SealedPart {
  Time not_before = 0, expires = 0;
  std::string body;
};

struct SealedPlace {
  std::string hash, sealed;
  bool joins = false, alone = false;
  std::optional<Id> leaves;
};

struct SealedTurn {
  Id person{}, conversation{};
  Sealer::Key key;    // what it was sealed with; nullptr if nothing of it is sealed
  bool gone = false;  // the person was forgotten before it could be
  Version read_version = 0, read_person_version = 0;
  Mark read_mark = 0, mark = 0;
  std::optional<std::string> address_hash, address_sealed;
  std::optional<EventKey> event;
  Digest body{};
  Time at = 0;
  std::string edition, kind, said_class;
  std::optional<std::string> said, reply, facts;
  SealedKept state;
  std::optional<SealedKept> memory;  // the person's
  std::vector<TimerNumber> timers_gone;
  std::vector<TimerSet> timers;
  std::vector<HandOff> hand_offs;
  std::vector<SealedPart> parts;
  std::optional<SealedPlace> place;
  bool ended = false;
  bool forget_person = false;
  std::optional<Time> due;
};

SealedTurn seal(const Turn& turn, Sealer& sealer);
// The part of this number of a turn whose words are of this class and time.
SealedPart seal_part(const PersonKey& key, const Id& conversation, Version version, int number,
                     const std::string& keep_class, Time at, const Part& part);

// The first of the eight places of an event whose hash begins like this.
std::int64_t event_place(std::string_view hash);
EventKey event_key(const EventId& event, const Sealer& sealer);
std::string address_hash(const Address& address, const Sealer& sealer);

// A bag: texts by class, each sealed with the same key for the same row.
SealedKept seal_kept(const PersonKey& key, const std::string& row, const Kept& kept, Time at);
Kept open_kept(const Sealer::Key& key, const std::string& row, std::string control,
               std::string_view bag);

// The names of rows, as texts are bound to them. Columns of a turn: "said", "reply", "state".
std::string turn_row(const Id& conversation, Version version, const char* column);
std::string part_row(const Id& conversation, Version version, int part);
std::string memory_row(Version version);
constexpr const char* kAddressRow = "address";

std::string seal_address(const PersonKey& key, const Address& address);
std::optional<Address> open_address(const Sealer::Key& key, std::string_view sealed);
// "" if it is gone, or never was.
std::string open_text(const Sealer::Key& key, const std::string& row, std::string_view keep_class,
                      std::string_view sealed);

// The bag without the classes that had run out by `now`, counted from `at`; and when the next one
// will.
struct Thinned {
  std::string bag;
  std::optional<Time> due;
};
Thinned without_lapsed(std::string_view bag, Time at, Time now);

}  // namespace attune::storage::sqlite
