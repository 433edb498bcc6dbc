// Where a person's words become unreadable to everyone without a key. Every text passes through here,
// in both directions, from the first day.
//
// Every person has a key of their own. A sealed text is bound to whose it is, its class and its row:
// moved to another, it does not open. Forgetting a person is destroying their key; once forgotten, no
// key is ever made for that id again.
//
// A new key, and a destroyed one, count from commit() on: the store's writer calls it just before the
// commit of the turns that need it. What was gathered since begin() becomes durable as one.
//
// Threads: find, take, keyed_hash and PersonKey's methods from any; the rest from the store's writer
// alone. All but keyed_hash may throw: KeysFailure if the keys cannot be read or written,
// std::runtime_error if the system gives no random bytes.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"
#include "storage/result.h"
#include "storage/vault/cipher.h"

namespace attune::storage {

struct KeysFailure : std::runtime_error {
  explicit KeysFailure(Failure f) : std::runtime_error(f.what), failure(std::move(f)) {}
  Failure failure;
};

// One person's. Held for the length of a turn or a read; wiped when the last holder lets go.
class PersonKey {
 public:
  virtual ~PersonKey() = default;
  // `row` names the row and column ("turn/17/said"); `at` is when it was said.
  virtual std::string seal(std::string_view keep_class, Time at, std::string_view row,
                           std::string_view text) const = 0;
  // Nothing if the class has run out or the bytes are not what was sealed.
  virtual std::optional<std::string> open(std::string_view keep_class, std::string_view row,
                                          std::string_view sealed) const = 0;
};

class Sealer {
 public:
  using Key = std::shared_ptr<const PersonKey>;

  virtual ~Sealer() = default;
  // To open: nothing if there is none, or no more.
  virtual Key find(const Id& person) = 0;
  // To seal: one is made if there is none. Nothing if the person was forgotten.
  virtual Key take(const Id& person) = 0;
  // What stands in the database for something that must be found again and not be read there: an
  // address, an event id, the id of someone forgotten. The same input gives the same digest for as long
  // as the database lives; without the key nobody can try names against it. `purpose` keeps uses apart.
  virtual Digest keyed_hash(std::string_view purpose, std::string_view bytes) const = 0;

  // Drops what was gathered and not committed.
  virtual void begin() {}
  // May a turn sealed with this key be kept? kOther: the person has another by now.
  enum class Verdict { kYes, kOther, kForgotten };
  virtual Verdict admit(const Key&) { return Verdict::kYes; }
  // Gathers a destruction. What it returns stands in both files once both are committed ("": in none);
  // where they differ, one is older than the other.
  virtual std::string forget(const Id&) { return ""; }
  // Gathers the end of every class that has run out. True if there was one.
  virtual bool lapse(Time) { return false; }
  // Durable when it returns; costs nothing if nothing was gathered.
  virtual void commit() {}
  // The store's own commit followed. Until it did, unsettled() names whose keys are gone already.
  virtual void settled() {}
  virtual std::vector<Id> unsettled() const { return {}; }
};

// keyed_hash under a given key; every sealer's is this.
Digest hash_for_lookup(const Secret& key, std::string_view purpose, std::string_view bytes);

// The name of somebody forgotten, in both files. 16 bytes.
std::string tombstone_hash(const Id& person, const Sealer& sealer);

}  // namespace attune::storage
