// The editions that the simulation publishes: one exercise in several versions over the shipped
// library, which differ in words, questions, word lists and in what counts as danger. And broken ones.
//
// Built once; building in the simulation is looking up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bot/turn/edition.h"

namespace attune::turn_test {

// Heard as danger only from the third edition on.
inline constexpr const char* kNewDanger = "marzipan sunrise";

class Shelf {
 public:
  static const Shelf& get();

  std::shared_ptr<const bot::Edition> at(std::size_t index) const { return editions_[index]; }
  std::size_t size() const { return editions_.size(); }
  // Null if no such edition was ever good.
  std::shared_ptr<const bot::Edition> by_hash(const std::string& hash) const;
  const std::vector<bot::Sources>& broken() const { return broken_; }

  // What build_edition() would give, remembered.
  bot::BuiltEdition build(const bot::Sources& sources) const;

 private:
  Shelf();
  std::vector<std::shared_ptr<const bot::Edition>> editions_;
  std::vector<bot::Sources> broken_;
};

}  // namespace attune::turn_test
