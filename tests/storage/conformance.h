// What every store has to do, as a test. A second store is held to the contract by one line:
//
//   TEST_CASE("this store keeps the contract") { conform([] { return std::make_unique<MySubject>();
//   }); }
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "storage/store.h"

namespace attune::storage::test {

class Subject {  // one empty store, and the ways a test may treat it
 public:
  virtual ~Subject() = default;
  virtual Store& store() = 0;
  virtual void reopen() = 0;  // close, and open the same again
  virtual std::unique_ptr<Store> open_copy(const std::string& path) = 0;  // of a backup
  // Of the same, put in the place of the store, which is closed, with the keys as they are now.
  virtual std::unique_ptr<Store> open_with_keys_of_now(const std::string& path) = 0;
  virtual std::string fresh_path(const std::string& name) = 0;            // where a backup may go
};

using Factory = std::function<std::unique_ptr<Subject>()>;

// Called from inside a TEST_CASE; its sections are the promises of store.h.
void conform(const Factory& make);

}  // namespace attune::storage::test
