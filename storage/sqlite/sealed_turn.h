// A turn as it may leave this process's memory: every text sealed, every name hashed. Made in the
// caller's thread, so that the writer only moves bytes; and the way back for readers.
//
// Values; no thread rule. Sealing throws what the sealer throws.
#pragma once

#include <optional>
#include <string>

#include "storage/records.h"
#include "storage/vault/sealer.h"

namespace attune::storage::sqlite {

// For how long a class keeps its texts. Anything not known is kept as little as `none`.
struct Lifetime {
  enum class Kind { kForever, kSeconds, kRun, kNone } kind;
  Time seconds = 0;
};
Lifetime lifetime_of(std::string_view keep_class);

constexpr Time kEventWindow = 8 * 24 * 3600;
// A class that has run out keeps its reply this long, so that a retry or a reload still finds it.
constexpr Time kGrace = 30 * 60;

struct EventKey {
  std::int64_t place = 0;  // the first of 8 in the event tables
  std::string hash;        // 16 bytes, kept in the turn, which decide
};

struct SealedKept {
  std::string control;
  std::string texts;        // a bag: class and sealed bytes, one after another
  std::optional<Time> due;  // when a class in it runs out
};

struct SealedTurn {
  Id person{}, conversation{};
  Version read_version = 0, read_person_version = 0;
  std::optional<std::string> address_hash, address_sealed;
  std::optional<EventKey> event;
  Digest body{};
  Time at = 0;
  std::string edition, kind, said_class;
  std::optional<std::string> said, reply, facts;
  SealedKept state;
  std::optional<SealedKept> memory;  // the person's
  bool ended = false;
  bool forget_person = false;
  std::optional<Time> due;
};

SealedTurn seal(const Turn& turn, const Sealer& sealer);

// The first of the eight places of an event whose hash begins like this.
std::int64_t event_place(std::string_view hash);
EventKey event_key(const EventId& event, const Sealer& sealer);
std::string address_hash(const Address& address, const Sealer& sealer);
std::string tombstone_hash(const Id& person, const Sealer& sealer);

// Texts that no longer open are left out.
Kept open_state(const Sealer& sealer, const Where& where, Version version, std::string control,
                std::string_view bag);
Kept open_memory(const Sealer& sealer, const Id& person, Version version, std::string control,
                 std::string_view bag);
// "" if it is gone.
std::string open_text(const Sealer& sealer, const Where& where, Version version, const char* column,
                      std::string_view keep_class, std::string_view sealed);

// The bag without the classes that had run out by `now`, counted from `at`; and when the next one
// will.
struct Thinned {
  std::string bag;
  std::optional<Time> due;
};
Thinned without_lapsed(std::string_view bag, Time at, Time now);

}  // namespace attune::storage::sqlite
