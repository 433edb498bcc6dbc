// Where a person's words become unreadable to everyone without a key. Every text passes through here,
// in both directions, from the first day.
//
// A sealed text is bound to whose it is, its class and its row: moved to another, it does not open.
// Thread-safe; immutable after construction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/records.h"

namespace attune::storage {

class Sealer {
 public:
  virtual ~Sealer() = default;
  // `row` names the row and column ("turn/17/said").
  virtual std::string seal(const Id& person, std::string_view keep_class, std::string_view row, std::string_view text) const = 0;
  // Nothing if the key is gone or the bytes are not what was sealed.
  virtual std::optional<std::string> open(const Id& person, std::string_view keep_class, std::string_view row, std::string_view sealed) const = 0;
  // What stands in the database for something that must be found again and not be read there: an
  // address, an event id, the id of someone forgotten. The same input gives the same digest for as long
  // as the key lives; without the key nobody can try names against it. `purpose` keeps the uses apart.
  virtual Digest keyed_hash(std::string_view purpose, std::string_view bytes) const = 0;
};

}  // namespace attune::storage
