// What one check found in one file, and what of it is worth saying.
//
// One mistake is told once, by the message that names its cause. take() holds back what follows
// from something else that is told: a scene that nothing leads to because the only `->` to it has a
// slip in it, a slot without a value because `ask` names another. Of one name that is wrong in five
// places the first is told, with the lines of the others. One thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "dialogs/check/positions.h"
#include "dialogs/language/definitions.h"
#include "dialogs/language/script.h"

namespace attune::dialogs {

class Findings {
 public:
  explicit Findings(std::string path) : path_(std::move(path)) {}

  // `way` is told after the message: "The way: start > \"Yes\" > talk.", and as a play below it.
  void add(const Definition& definition, Place place,
           const std::vector<std::string>& arguments = {}, const Ways::Told& way = {});

  // While a `use` is given, what is found is in the remarks it names, which stand in another file:
  // it is told at the `use`.
  void in_remarks(const Use* use) { use_ = use; }

  // By place. Nothing is said of a line that the parser has already told about.
  Diagnostics take(const std::set<int>& told = {});

 private:
  struct Found {
    Diagnostic told;
    std::vector<std::string> about;  // the definition's arguments
    std::vector<int> also;           // further lines with the same
  };
  bool follows(const Found& one) const;
  void fold();

  std::string path_;
  const Use* use_ = nullptr;
  std::vector<Found> list_;
};

}  // namespace attune::dialogs
